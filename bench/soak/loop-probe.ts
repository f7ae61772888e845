/**
 * Loaded into the measured process with `--import`: appends the delay of its event loop and its heap to
 * the file that PETREL_SOAK_PROBE names, a JSON line for each period. Nothing else of the process changes.
 */
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

export interface LoopLine {
  /** Since the epoch. */
  readonly timeMs: number;
  /** Of the period, less the timer's own distance. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the main thread, with the buffers outside of the heap proper. */
  readonly heapBytes: number;
}

const PERIOD_MS = 10_000;
const RESOLUTION_MS = 10;

const file = process.env['PETREL_SOAK_PROBE'];
// Threads load it, too: they have loops of their own that nobody waits for.
if (file !== undefined && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const overMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    const line: LoopLine = {
      timeMs: Date.now(),
      p50Ms: overMs(delay.percentile(50)),
      p99Ms: overMs(delay.percentile(99)),
      maxMs: overMs(delay.max),
      heapBytes: heapUsed + external,
    };
    delay.reset();
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }, PERIOD_MS).unref();
}
