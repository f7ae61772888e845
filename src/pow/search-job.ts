/**
 * How workers share one job. Nonces from 1 on are cut into blocks; of N workers, worker w does the
 * blocks w, w + N, w + 2N…, so no nonce is tried twice and nobody has to hand out work. How far each
 * has come is in shared memory: progress displays read it, and whoever takes the place of a paused
 * or crashed worker goes on from there.
 */
import type { Kernel } from './kernel.js';

/** Trials between two looks at the cancel flag: about 1 ms, and nothing measurable is lost. */
export const BLOCK_TRIALS = 4096;

/** What a worker is told: plain data and shared memory. */
export interface JobMessage {
  readonly jobId: number;
  /** The work is wanted as long as the crew's control word holds this number. */
  readonly epoch: number;
  readonly initialHash: Uint8Array;
  readonly target: bigint;
  /** One count of finished trials (BigUint64) per worker. */
  readonly counters: SharedArrayBuffer;
}

/** What a worker answers, at most once per job message. */
export interface SolutionMessage {
  readonly jobId: number;
  readonly nonce: bigint;
}

/** A worker's place in its crew. */
export interface WorkerPlace {
  readonly index: number;
  readonly workers: number;
  /** One Int32: the epoch whose job is wanted. */
  readonly control: SharedArrayBuffer;
}

/** First nonce of the block that a worker does after `done` blocks of its own. */
export function blockStart(index: number, workers: number, done: bigint): bigint {
  return 1n + (BigInt(index) + done * BigInt(workers)) * BigInt(BLOCK_TRIALS);
}

/**
 * Searches until the job is solved or no longer wanted; blocks its thread meanwhile.
 * @returns the nonce that this worker found, or undefined.
 */
export function searchJob(kernel: Kernel, job: JobMessage, place: WorkerPlace): bigint | undefined {
  const { index, workers } = place;
  const control = new Int32Array(place.control);
  const counters = new BigUint64Array(job.counters);
  const blockTrials = BigInt(BLOCK_TRIALS);

  let done = Atomics.load(counters, index) / blockTrials;
  kernel.begin(job.initialHash);
  while (Atomics.load(control, 0) === job.epoch) {
    const start = blockStart(index, workers, done);
    const nonce = kernel.search(start, BLOCK_TRIALS, job.target);
    if (nonce !== 0n) {
      Atomics.add(counters, index, nonce - start + 1n);
      // Stops the others at once, unless the crew has been given something else already.
      Atomics.compareExchange(control, 0, job.epoch, (job.epoch + 1) | 0);
      return nonce;
    }
    done++;
    Atomics.store(counters, index, done * blockTrials);
  }
  return undefined;
}
