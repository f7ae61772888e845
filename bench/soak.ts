/**
 * `npm run bench:soak [-- --minutes=N] [--plot=FILE]`: one hour of everything at once on a real
 * `petrel start`: objects that keep coming, 50 API calls a second, 10 messages a minute with their
 * acknowledgements, 50 peers that come and go. Memory, handles, event-loop delay and database size are
 * sampled every ten seconds and drawn; flat is what they should be, so the second quarter stands beside
 * the last. Ends with 1 when a message was lost or doubled or a call failed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { randomFillSync } from 'node:crypto';
import { encodeObjectWithoutNonce, withNonce } from '../src/objects/object.js';
import { OBJECT_TYPE } from '../src/objects/types.js';
import { PetrelProcess } from '../test/support/petrel-process.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { until } from '../test/support/until.js';
import { ApiLoad } from './soak/api-load.js';
import { Correspondence } from './soak/correspondence.js';
import { OBJECT_BYTES, ObjectStream, OBJECTS_A_SECOND } from './soak/object-stream.js';
import { plot, type Panel } from './soak/plot.js';
import { sampleProcess, type ProcessSample } from './soak/process-sample.js';
import { Visitors } from './soak/visitors.js';
import { fillDataDir } from './sync/nodes.js';

const PEERS = 50;
const SAMPLE_EVERY_MS = 10_000;
/** After the last letter: an acknowledgement takes seconds. */
const LAST_LETTERS_LIMIT_MS = 120_000;
/** The cleaner's own period and the grace of expired objects: so long they stay in the database. */
const EXPIRED_STAY_S = 7_380 + 10_800;
const HEADER_BYTES = 22;

const optionOf = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const minutes = Number(optionOf('minutes') ?? 60);
const plotFile = optionOf('plot') ?? 'soak.svg';

interface Sample extends ProcessSample {
  readonly callP50Ms: number;
  readonly callP99Ms: number;
  readonly peers: number;
}

/** What a node that has run for hours under this load holds: expired, not yet removed. */
function* expiredObjects(): Generator<Uint8Array> {
  const nowS = Math.floor(Date.now() / 1_000);
  const payload = new Uint8Array(OBJECT_BYTES - HEADER_BYTES);
  const count = EXPIRED_STAY_S * OBJECTS_A_SECOND;
  for (let index = 1; index <= count; index++) {
    randomFillSync(payload);
    const expiresS = nowS - 60 - Math.floor(index / OBJECTS_A_SECOND);
    const fields = { expiresS, type: OBJECT_TYPE.msg, version: 1, stream: 1 };
    yield withNonce(BigInt(index), encodeObjectWithoutNonce(fields, payload));
  }
}

function part(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The whole load; resolves when the time is over and the last letters have had theirs. */
async function run(one: PetrelProcess, other: PetrelProcess, files: Files): Promise<Result> {
  const samples: Sample[] = [];
  const startMs = Date.now();
  const stream = await ObjectStream.start(one.port);
  const letters = await Correspondence.start(one, other);
  const calls = new ApiLoad(one.apiPort);
  const visitors = new Visitors(one.port, PEERS);
  const sampling = setInterval(() => {
    const minute = (Date.now() - startMs) / 60_000;
    const taken = sampleProcess(one.pid, files, minute);
    const latencies = calls.takeLatencies();
    if (taken === undefined) return;
    samples.push({
      ...taken,
      callP50Ms: part(latencies, 0.5),
      callP99Ms: part(latencies, 0.99),
      peers: visitors.present,
    });
  }, SAMPLE_EVERY_MS);
  try {
    await until('the end of the time', minutes * 60_000 + 60_000, () =>
      Date.now() - startMs >= minutes * 60_000 || !one.running ? true : undefined,
    );
    clearInterval(sampling);
    letters.stopWriting();
    await until('the last letters', LAST_LETTERS_LIMIT_MS, () =>
      letters.acknowledged === letters.sent ? true : undefined,
    ).catch((error: unknown) => console.log(String(error)));
  } finally {
    clearInterval(sampling);
    for (const load of [stream, letters, calls, visitors]) load.stop();
  }
  return { samples, stream, letters, calls, visitors };
}

interface Files {
  readonly dataDir: string;
  readonly probeFile: string;
}

interface Result {
  readonly samples: readonly Sample[];
  readonly stream: ObjectStream;
  readonly letters: Correspondence;
  readonly calls: ApiLoad;
  readonly visitors: Visitors;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** A line for each series: the second quarter, the last, their ratio, the highest. */
function printQuarters(samples: readonly Sample[]): void {
  const rows: readonly (readonly [string, (sample: Sample) => number])[] = [
    ['memory, MB', ({ memoryMb }) => memoryMb],
    ['heap and buffers, MB', ({ heapMb }) => heapMb],
    ['handles', ({ handles }) => handles],
    ['loop delay p50, ms', ({ loopP50Ms }) => loopP50Ms],
    ['loop delay p99, ms', ({ loopP99Ms }) => loopP99Ms],
    ['databases, MB', ({ databaseMb }) => databaseMb],
    ['mail.db, MB', ({ mailDatabaseMb }) => mailDatabaseMb],
    ['API call p50, ms', ({ callP50Ms }) => callP50Ms],
    ['API call p99, ms', ({ callP99Ms }) => callP99Ms],
    ['visitors', ({ peers }) => peers],
  ];
  const quarter = (number: number): readonly Sample[] =>
    samples.slice(((number - 1) * samples.length) / 4, (number * samples.length) / 4);
  console.log(
    ['', '2nd quarter', 'last quarter', 'last / 2nd', 'highest']
      .map((cell, column) => (column ? cell.padStart(13) : cell.padEnd(24)))
      .join(''),
  );
  for (const [name, value] of rows) {
    const [second, last] = [mean(quarter(2).map(value)), mean(quarter(4).map(value))];
    const highest = Math.max(...samples.map(value));
    const cells = [
      second.toFixed(1),
      last.toFixed(1),
      (last / second).toFixed(2),
      highest.toFixed(1),
    ];
    console.log(name.padEnd(24) + cells.map((cell) => cell.padStart(13)).join(''));
  }
}

function panelsOf(samples: readonly Sample[]): Panel[] {
  const line = (name: string, value: (sample: Sample) => number) => ({
    name,
    values: samples.map(value),
  });
  const memory = [
    line('whole process', ({ memoryMb }) => memoryMb),
    line('heap, buffers', ({ heapMb }) => heapMb),
  ];
  const delay = [
    line('p99 of 10 s', ({ loopP99Ms }) => loopP99Ms),
    line('p50', ({ loopP50Ms }) => loopP50Ms),
  ];
  const sizes = [
    line('both', ({ databaseMb }) => databaseMb),
    line('mail.db', ({ mailDatabaseMb }) => mailDatabaseMb),
  ];
  const calls = [
    line('p99 of 10 s', ({ callP99Ms }) => callP99Ms),
    line('p50', ({ callP50Ms }) => callP50Ms),
  ];
  const handles = [
    line('handles', (sample) => sample.handles),
    line('visitors', ({ peers }) => peers),
  ];
  return [
    { title: 'Memory', unit: 'MB', lines: memory },
    { title: 'Handles', unit: '', lines: handles },
    { title: 'Event-loop delay', unit: 'ms', lines: delay },
    { title: 'Databases', unit: 'MB', lines: sizes },
    { title: 'API calls', unit: 'ms', lines: calls },
  ];
}

function isSound({ letters, calls }: Result): boolean {
  const { sent, arrived, acknowledged, twice, failures } = letters;
  for (const failure of failures.slice(0, 5)) console.log(`failed: ${failure}`);
  return (
    sent > 0 &&
    arrived === sent &&
    acknowledged === sent &&
    twice + failures.length + calls.failures === 0
  );
}

const temp = createTempDir('petrel-soak');
const files = { dataDir: join(temp.path, 'one'), probeFile: join(temp.path, 'loop.jsonl') };
const nodes: PetrelProcess[] = [];
const settings = { 'network.dandelion': '0' };
try {
  mkdirSync(files.dataDir);
  console.log('filling the inventory with what a node holds after hours; not timed');
  await fillDataDir(files.dataDir, expiredObjects());
  const probe = pathToFileURL(fileURLToPath(new URL('./soak/loop-probe.js', import.meta.url)));
  const one = await PetrelProcess.start({
    dataDir: files.dataDir,
    settings,
    logLevel: 'info',
    environment: { NODE_OPTIONS: `--import ${probe.href}`, PETREL_SOAK_PROBE: files.probeFile },
  });
  nodes.push(one);
  const other = await PetrelProcess.start({
    dataDir: join(temp.path, 'other'),
    settings,
    logLevel: 'info',
    trustedPeers: [`127.0.0.1:${one.port}`],
  });
  nodes.push(other);
  const result = await run(one, other, files);
  const { samples, stream, letters, calls, visitors } = result;
  const delays = letters.delaysMs;
  console.log(
    `${minutes} minutes: ${stream.served} of ${stream.announced} objects taken, ` +
      `${letters.sent} messages sent, ${letters.arrived} arrived, ${letters.acknowledged} acknowledged, ` +
      `${letters.twice} twice (half within ${((part(delays, 0.5) || 0) / 1_000).toFixed(0)} s, ` +
      `all within ${((delays.at(-1) ?? 0) / 1_000).toFixed(0)} s), ` +
      `${calls.calls} calls, ${calls.failures} failed, ` +
      `${visitors.visits} visits, ${visitors.failures} failed`,
  );
  printQuarters(samples);
  mkdirSync(dirname(plotFile), { recursive: true });
  writeFileSync(
    plotFile,
    plot(
      samples.map(({ minute }) => minute),
      panelsOf(samples),
    ),
  );
  console.log(`drawn: ${plotFile}`);
  if (!isSound(result)) process.exitCode = 1;
} finally {
  const exits = await Promise.all(nodes.map((node) => node.stop()));
  if (exits.some((exit) => exit !== 0)) {
    console.log(`a node ended with ${exits.join(', ')}`);
    process.exitCode = 1;
  }
  temp.remove();
}
