/**
 * Benchmark of processing: `npm run bench:ingest [rounds]`. Objects a second that a whole node takes
 * from adding to its inventory to the position in the feed, all for strangers as nearly all on the
 * network are, beside the rate that PyBitmessage's routine of trial decryption would allow for so many
 * identities: by the clock, where other programs take their part, and by the processor's time of all
 * threads. With `-- --full [DIR [MINUTES]]` 20,000 objects, 500 of them ours, for 10,000 identities; DIR
 * is kept, and the next run with it goes on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, cpuUsage, version } from 'node:process';
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

/** Times PyBitmessage's rate that are wanted with 50 identities of each core. */
const WANTED_A_CORE = 35;

/** Of a sample's objects, so many are processed before it begins. */
const WARM_UP_SHARE = 0.3;

/** Decryption workers. */
const WORKERS = [1, 2];

/** Of a sample of the reference. */
const MISSES = 300;

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

interface Sample {
  /** Objects a second. */
  readonly rate: number;
  /** Of all threads, for one object. */
  readonly processorUs: number;
}

/** Resolves when the node has processed all of them. */
async function feed(node: PetrelNode, objects: readonly InventoryEntry[]): Promise<void> {
  const end = node.mail.feedPosition + objects.length;
  await Promise.all(objects.map((entry) => node.store.inventory.add(entry)));
  while (node.mail.feedPosition < end) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function sample(
  dataDir: string,
  workers: number,
  objects: InventoryEntry[],
): Promise<Sample> {
  const node = await startNode(dataDir, workers);
  try {
    await node.mail.loading;
    // The engine compiles the kernels in two steps: a node that runs for months has done both.
    await feed(node, objects.splice(0, Math.ceil(objects.length * WARM_UP_SHARE)));
    const [startMs, used] = [performance.now(), cpuUsage()];
    await feed(node, objects);
    const { user, system } = cpuUsage(used);
    const rate = (objects.length * 1000) / (performance.now() - startMs);
    return { rate, processorUs: (user + system) / objects.length };
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
  const misses: { us: number; processorUs: number }[] = [];
  const samples = new Map<string, Sample[]>();
  const dirs = new Map<number, string>();
  for (const { identities } of PLANS) dirs.set(identities, await makeDataDir(parent, identities));
  for (let round = 0; round < rounds; round++) {
    for (const { identities, objects } of PLANS) {
      const us = ((await reference.run('miss', MISSES)) * 1e6) / MISSES;
      misses.push({ us, processorUs: (reference.processorSeconds() * 1e6) / MISSES });
      for (const workers of WORKERS) {
        const one = await sample(dirs.get(identities) ?? '', workers, fresh(objects));
        const key = `${identities} ${workers}`;
        samples.set(key, [...(samples.get(key) ?? []), one]);
      }
    }
  }
  const missUs = median(misses.map(({ us }) => us));
  const missProcessorUs = median(misses.map(({ processorUs }) => processorUs));
  console.log(`medians of ${rounds} turns; ${reference.name}: ${missUs.toFixed(0)} us a miss, `);
  console.log(`${missProcessorUs.toFixed(0)} us of them by the processor`);
  line('identities', 'workers', 'objects/s', 'ratio', 'wanted', 'processor us', 'ratio', 'wanted');
  for (const { identities } of PLANS) {
    for (const workers of WORKERS) {
      const some = samples.get(`${identities} ${workers}`) ?? [];
      const rate = median(some.map((one) => one.rate));
      const processorUs = median(some.map((one) => one.processorUs));
      const isAimedAt = identities === 50;
      line(
        `${identities}`,
        `${workers}`,
        rate.toFixed(rate < 100 ? 1 : 0),
        identities > 0 ? ((rate * missUs * identities) / 1e6).toFixed(0) : '',
        isAimedAt ? `>= ${workers * WANTED_A_CORE}` : '',
        processorUs.toFixed(0),
        identities > 0 ? ((missProcessorUs * identities) / processorUs).toFixed(0) : '',
        isAimedAt ? `>= ${WANTED_A_CORE}` : '',
      );
    }
  }
}

function line(...cells: string[]): void {
  console.log(cells.map((cell) => cell.padStart(13)).join(''));
}

const parent = mkdtempSync(join(tmpdir(), 'petrel-ingest-'));
try {
  console.log(`node ${version}, ${availableParallelism()} cores`);
  const full = argv.indexOf('--full');
  if (full > 0) {
    const [dataDir = join(parent, 'full'), minutes = '60'] = argv.slice(full + 1);
    await runFull({ dataDir, limitS: Number(minutes) * 60 }, startNode);
  } else {
    const reference = await startReference();
    try {
      await compareAll(parent, reference, Number(argv[2] ?? 3));
    } finally {
      reference.stop();
    }
  }
} finally {
  rmSync(parent, { recursive: true });
}
