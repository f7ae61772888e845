/**
 * Benchmark of processing: `npm run bench:ingest [rounds]`. Objects a second that a whole node takes
 * from its inventory's adding to the position in the feed, all for strangers as nearly all on the network
 * are, beside the rate that PyBitmessage's routine of trial decryption would allow for so many
 * identities. With `-- --full` once 20,000 objects, 500 of them ours, for 10,000 identities.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PetrelNode } from '../src/node/node.js';
import { Settings } from '../src/node/settings/settings.js';
import { openStore } from '../src/store/open-store.js';
import type { InventoryEntry } from '../src/store/repositories.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { foreignMessage, makeCorrespondent, renewed } from '../test/support/many-identities.js';
import { runFull } from './ingest/full.js';
import { startReference, type Reference } from './reference-crypto.js';

interface Plan {
  readonly identities: number;
  /** Of a sample: about a second's work. */
  readonly objects: number;
}

const PLANS: readonly Plan[] = [
  { identities: 0, objects: 20_000 },
  { identities: 1, objects: 8_000 },
  { identities: 50, objects: 1_500 },
  { identities: 1_000, objects: 120 },
  { identities: 10_000, objects: 16 },
];

/** Times PyBitmessage's rate that are wanted with 50 identities, by workers. */
const WANTED: Readonly<Record<number, number>> = { 1: 35, 2: 70 };

const dependencies = { log: nullLog, clock: systemClock };

async function makeDataDir(parent: string, identities: number): Promise<string> {
  const dataDir = join(parent, `${identities}`);
  const store = await openStore({ dataDir }, dependencies);
  const nowS = systemClock.nowS();
  const made = Array.from({ length: identities }, (_, n) => makeCorrespondent(`${n}`, nowS));
  const addresses = await store.identities.add(made.map(({ record }) => record));
  await store.backfill.forget('identity', addresses);
  await store.close();
  return dataDir;
}

async function startNode(dataDir: string, workers: number): Promise<PetrelNode> {
  const overrides: [string, string][] = [
    ['network.offline', 'true'],
    ['bitmessagesettings.port', '0'],
    ['bitmessagesettings.extralowdifficulty', 'true'],
    ['decryption.workers', `${workers}`],
  ];
  const node = new PetrelNode(Settings.open({ dataDir, overrides }), dependencies);
  await node.start();
  return node;
}

/** Objects a second. */
async function sample(
  dataDir: string,
  workers: number,
  objects: InventoryEntry[],
): Promise<number> {
  const node = await startNode(dataDir, workers);
  try {
    const before = node.mail.feedPosition;
    const startMs = performance.now();
    const added = await Promise.all(objects.map((entry) => node.store.inventory.add(entry)));
    while (node.mail.feedPosition < before + added.length)
      await new Promise((resolve) => setTimeout(resolve, 1));
    return (objects.length * 1000) / (performance.now() - startMs);
  } finally {
    await node.stop();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function compareAll(parent: string, reference: Reference, rounds: number): Promise<void> {
  const kinds = Array.from({ length: 200 }, () => foreignMessage(systemClock.nowS()));
  let nonce = 0;
  const fresh = (count: number): InventoryEntry[] =>
    Array.from({ length: count }, (_, n) =>
      renewed(kinds[n % kinds.length] as InventoryEntry, ++nonce),
    );
  const misses: number[] = [];
  const rates = new Map<string, number[]>();
  const dirs = new Map<number, string>();
  for (const { identities } of PLANS) dirs.set(identities, await makeDataDir(parent, identities));
  for (let round = 0; round < rounds; round++) {
    for (const { identities, objects } of PLANS) {
      misses.push((await reference.run('miss', 300)) / 300);
      for (const workers of [1, 2]) {
        const rate = await sample(dirs.get(identities) ?? '', workers, fresh(objects));
        const key = `${identities} ${workers}`;
        rates.set(key, [...(rates.get(key) ?? []), rate]);
      }
    }
  }
  const missUs = median(misses) * 1e6;
  console.log(`medians of ${rounds} turns; ${reference.name}: ${missUs.toFixed(0)} us a miss`);
  console.log('identities  workers  objects/s  reference/s  ratio  wanted');
  for (const { identities } of PLANS) {
    for (const workers of [1, 2]) {
      const rate = median(rates.get(`${identities} ${workers}`) ?? []);
      const theirs = identities > 0 ? 1e6 / (missUs * identities) : undefined;
      const cells = [
        `${identities}`.padStart(10),
        `${workers}`.padStart(9),
        rate.toFixed(rate < 100 ? 1 : 0).padStart(11),
        (theirs?.toFixed(theirs < 10 ? 2 : 0) ?? '').padStart(13),
        (theirs ? (rate / theirs).toFixed(0) : '').padStart(7),
        (identities === 50 ? `>= ${WANTED[workers] ?? ''}` : '').padStart(8),
      ];
      console.log(cells.join(''));
    }
  }
}

const parent = mkdtempSync(join(tmpdir(), 'petrel-ingest-'));
try {
  console.log(`node ${process.version}, ${availableParallelism()} cores`);
  if (process.argv.includes('--full')) await runFull(parent, startNode);
  else {
    const reference = await startReference();
    try {
      await compareAll(parent, reference, Number(process.argv[2] ?? 3));
    } finally {
      reference.stop();
    }
  }
} finally {
  rmSync(parent, { recursive: true });
}
