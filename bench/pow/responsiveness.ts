/** What the pool does to the thread that it serves, and how soon its workers leave a job. */
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { chooseKernel } from '../../src/pow/kernel.js';
import { measurePool, pause } from '../../src/pow/measure.js';
import { DEFAULT_NICENESS } from '../../src/pow/pool-options.js';
import type { PowPool } from '../../src/pow/pool.js';
import { WorkerCrew } from '../../src/pow/worker-crew.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';

const RESOLUTION_MS = 1;
const ROUNDS = 5;
const ROUND_MS = 2000;
const CANCELS = 60;
/** No worker has a block that long: one that still counts after it was not cancelled. */
const SETTLED_MS = 60;

interface Delay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Delay of this thread's event loop beyond its own timer, in turns with and without work. */
export async function printLoopDelay(pool: PowPool): Promise<void> {
  const idle: Delay[] = [];
  const busy: Delay[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    idle.push(await loopDelay());
    await measurePool(pool, async () => busy.push(await loopDelay()));
  }
  console.log(`\nevent-loop delay, medians of ${ROUNDS} rounds of ${ROUND_MS / 1000} s`);
  for (const [name, delays] of [
    ['pool idle', idle],
    ['pool at full load', busy],
  ] as const) {
    const [p50, p99, max] = [
      median(delays.map(({ p50Ms }) => p50Ms)),
      median(delays.map(({ p99Ms }) => p99Ms)),
      Math.max(...delays.map(({ maxMs }) => maxMs)),
    ].map((ms) => ms.toFixed(1));
    console.log(
      `  ${name.padEnd(20)} p50 ${p50 ?? ''} ms, p99 ${p99 ?? ''} ms, max ${max ?? ''} ms`,
    );
  }
}

async function loopDelay(): Promise<Delay> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await pause(ROUND_MS);
  histogram.disable();
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    p50Ms: ms(histogram.percentile(50)),
    p99Ms: ms(histogram.percentile(99)),
    maxMs: ms(histogram.max),
  };
}

/** From the cancellation to the last trial that any worker still counted. */
export async function printCancelLatency(workers: number): Promise<void> {
  const crew = new WorkerCrew(
    {
      workers,
      idleMs: 60_000,
      niceness: DEFAULT_NICENESS,
      workerFile: new URL('../../src/pow/pow-worker.js', import.meta.url),
    },
    chooseKernel(nullLog),
    { log: nullLog, clock: systemClock, onSolution: () => undefined },
  );
  const latencies: number[] = [];
  for (let i = 0; i < CANCELS; i++) {
    const counters = new SharedArrayBuffer(workers * BigUint64Array.BYTES_PER_ELEMENT);
    const counts = new BigUint64Array(counters);
    crew.work({ jobId: i, initialHash: randomBytes(64), target: 0n, counters });
    while (counts.some((count) => count === 0n)) await pause(1);
    await pause(20);
    crew.rest();
    latencies.push(await settled(counts));
  }
  await crew.stop();
  latencies.sort((a, b) => a - b);
  const at = (part: number): string =>
    (latencies[Math.min(CANCELS - 1, Math.floor(part * CANCELS))] ?? NaN).toFixed(1);
  console.log(`\ncancel latency of ${workers} workers, ${CANCELS} times: until the last trial`);
  console.log(`  median ${at(0.5)} ms, p90 ${at(0.9)} ms, worst ${at(1)} ms`);
}

/** Milliseconds until the counts changed for the last time. */
async function settled(counts: BigUint64Array): Promise<number> {
  const startMs = performance.now();
  let lastMs = startMs;
  let seen = counts.join();
  while (performance.now() - lastMs < SETTLED_MS) {
    await pause(1);
    const now = counts.join();
    if (now === seen) continue;
    seen = now;
    lastMs = performance.now();
  }
  return lastMs - startMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
