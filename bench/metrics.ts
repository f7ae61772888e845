/**
 * What being watched costs: `npm run bench:metrics [rounds]`. A whole node processes objects for
 * strangers, in a process of its own, with its API on loopback: without `/metrics`, and with one that is
 * scraped every second (thirty times as often as usual). In turns; by the clock, and by the processor's time
 * of all threads. Then the time of a scrape.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, cpuUsage, execPath, version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { CallTimes } from '../src/api/health/call-times.js';
import { HealthApi } from '../src/api/health/health-api.js';
import { ApiServer } from '../src/api/server.js';
import { PetrelNode } from '../src/node/node.js';
import { Settings } from '../src/node/settings/settings.js';
import type { InventoryEntry } from '../src/store/repositories.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { Secret } from '../src/util/secret.js';
import { foreignMessage, renewed } from '../test/support/many-identities.js';

const OBJECTS = 20_000;
/** Given to the node at a time. */
const CHUNK = 2_000;
const SCRAPE_PERIOD_MS = 1_000;
const TIMED_SCRAPES = 100;

interface Sample {
  readonly objectsPerS: number;
  readonly processorUs: number;
  /** Milliseconds of single scrapes; none without metrics. */
  readonly scrapes: readonly number[];
  readonly scrapeBytes: number;
}

async function feed(node: PetrelNode, objects: readonly InventoryEntry[]): Promise<void> {
  for (let from = 0; from < objects.length; from += CHUNK) {
    const chunk = objects.slice(from, from + CHUNK);
    await Promise.all(chunk.map((entry) => node.store.inventory.add(entry)));
  }
  const { lastSeq } = node.store.inventory;
  while (node.mail.feedPosition < lastSeq) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function sample(dataDir: string, offersMetrics: boolean): Promise<Sample> {
  const [log, clock] = [nullLog, systemClock];
  const overrides: [string, string][] = [
    ['network.offline', 'true'],
    ['network.bind', '127.0.0.1'],
    ['bitmessagesettings.port', '0'],
    ['bitmessagesettings.extralowdifficulty', 'true'],
  ];
  const node = new PetrelNode(Settings.open({ dataDir, overrides }), { log, clock });
  await node.start();
  const calls = new CallTimes();
  const health = offersMetrics
    ? new HealthApi({ offersMetrics }, { node, clock, calls })
    : undefined;
  const credentials = { username: 'user', password: new Secret('password') };
  const server = new ApiServer(
    { host: '127.0.0.1', port: 0, portFixed: true, variant: 'json', credentials },
    { node, log, clock, requestStop: () => undefined, health },
  );
  await server.start();
  const scrape = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  const kinds = Array.from({ length: 100 }, () => foreignMessage(clock.nowS()));
  const objects = Array.from({ length: 2 * OBJECTS }, (_, n) =>
    renewed(kinds[n % kinds.length] as InventoryEntry, n + 1),
  );
  await feed(node, objects.splice(0, OBJECTS));
  const scraper = setInterval(() => void scrape(), SCRAPE_PERIOD_MS);
  if (!offersMetrics) clearInterval(scraper);
  const [startMs, used] = [performance.now(), cpuUsage()];
  await feed(node, objects);
  const { user, system } = cpuUsage(used);
  const objectsPerS = (OBJECTS * 1_000) / (performance.now() - startMs);
  clearInterval(scraper);
  const scrapes: number[] = [];
  let scrapeBytes = 0;
  while (offersMetrics && scrapes.length < TIMED_SCRAPES) {
    const askedMs = performance.now();
    scrapeBytes = (await scrape()).length;
    scrapes.push(performance.now() - askedMs);
  }
  await server.stop();
  await node.stop();
  return { objectsPerS, processorUs: (user + system) / OBJECTS, scrapes, scrapeBytes };
}

function sampleInChild(offersMetrics: boolean): Sample {
  const dataDir = mkdtempSync(join(tmpdir(), 'petrel-metrics-'));
  try {
    const args = [fileURLToPath(import.meta.url), 'sample', dataDir, String(offersMetrics)];
    return JSON.parse(execFileSync(execPath, args, { encoding: 'utf8' })) as Sample;
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

function compare(rounds: number): void {
  console.log(`node ${version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`);
  const without: Sample[] = [];
  const watched: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    // Who begins changes: what the one leaves behind is the other's.
    for (const isWatched of round % 2 === 0 ? [false, true] : [true, false]) {
      (isWatched ? watched : without).push(sampleInChild(isWatched));
    }
  }
  const show = (what: string, read: (one: Sample) => number, digits = 0): void => {
    const [one, other] = [median(without.map(read)), median(watched.map(read))];
    const figures = [one, other].map((figure) => figure.toFixed(digits).padStart(12));
    console.log(`${what.padEnd(32)}${figures.join('')}${(other / one).toFixed(3).padStart(10)}`);
  };
  console.log(`medians of ${rounds} turns`.padEnd(32) + '     without     watched     ratio');
  show('objects/s', ({ objectsPerS }) => objectsPerS);
  show('processor us an object', ({ processorUs }) => processorUs, 1);
  const scrapes = watched.flatMap((one) => one.scrapes).sort((one, other) => one - other);
  const at = (share: number): string =>
    (scrapes[Math.floor(scrapes.length * share)] ?? NaN).toFixed(1);
  console.log(
    `a scrape over HTTP: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${watched[0]?.scrapeBytes} bytes`,
  );
}

if (argv[2] === 'sample') {
  console.log(JSON.stringify(await sample(argv[3] ?? '', argv[4] === 'true')));
} else compare(Number(argv[2] ?? 5));
