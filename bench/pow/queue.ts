/** What ten thousand waiting jobs cost. */
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { JobPool } from '../../src/node/outbox/job-pool.js';
import { pause } from '../../src/pow/measure.js';
import { PowPool } from '../../src/pow/pool.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';

const JOBS = 10_000;
const OWNERS = 100;
/** Of a message in the outbox's queue only its name is in memory. */
const ACK_DATA_BYTES = 32;

export async function printQueueCost(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const memory = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const pool = new PowPool({ workers: 1 }, { log: nullLog, clock: systemClock });
  await pool.start();
  const before = memory();
  const startMs = performance.now();
  const stops: AbortController[] = [];
  const ends: Promise<unknown>[] = [];
  for (let i = 0; i < JOBS; i++) {
    const owner = `owner ${i % OWNERS}`;
    const request = { initialHash: randomBytes(64), target: 0n, priority: 1, purpose: 'bench' };
    const stop = new AbortController();
    stops.push(stop);
    ends.push(pool.solve({ ...request, owner }, stop.signal).catch(() => undefined));
  }
  const queuedMs = performance.now() - startMs;
  const queued = memory();
  await pause(2000);
  const later = memory();
  for (const stop of stops.splice(0)) stop.abort();
  await Promise.all(ends.splice(0));
  const after = memory();
  await pool.stop();
  console.log(`\nsolver: ${JOBS} jobs of ${OWNERS} owners, queued in ${queuedMs.toFixed(0)} ms`);
  const megabytes = (value: number): string => `${(value - before).toFixed(1)} MB`;
  console.log(
    `  heap and buffers beyond the idle pool: queued ${megabytes(queued)}, ` +
      `2 s later ${megabytes(later)}, cancelled ${megabytes(after)}`,
  );
  const empty = memory();
  const outbox = new JobPool({ maxAtOnce: 1, maxPerOwner: 1, run: () => Promise.resolve() });
  for (let i = 0; i < JOBS; i++) outbox.add(randomBytes(ACK_DATA_BYTES), `owner ${i % OWNERS}`);
  console.log(`outbox: ${outbox.size} messages wait in ${(memory() - empty).toFixed(1)} MB`);
}
