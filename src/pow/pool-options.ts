/** Settings of the proof-of-work pool and what it tells while it works. */
import { availableParallelism } from 'node:os';
import type { KernelName } from './kernel.js';
import type { PowProgress } from './solver.js';

/**
 * Jobs that may wait or run at once; each holds one to two kilobytes, so at most 35 MB. The outbox
 * asks for a few at a time; callers of the API may hand over thousands. More is a caller gone wild.
 */
export const DEFAULT_MAX_JOBS = 16_384;
/** How often a running job is reported. */
export const PROGRESS_PERIOD_MS = 1000;
/** A job of so many trials says how fast the workers are; several blocks of each of them. */
export const TELLING_TRIALS = 100_000;
/** A job that takes long is logged this often. */
export const LOG_PERIOD_MS = 10_000;
/** Idle threads end after this: a relay that never sends should not pay for their memory. */
export const DEFAULT_IDLE_MS = 5 * 60_000;
/** Nice value of the threads: about a tenth of a contended core, all of a free one. */
export const DEFAULT_NICENESS = 10;

/**
 * Workers when nobody says how many. On Linux one per core: their nice value lets the main loop go
 * first. Elsewhere threads have none, so one core is left to the main loop.
 */
export function defaultWorkers(
  cores = availableParallelism(),
  platform: NodeJS.Platform = process.platform,
): number {
  return platform === 'linux' ? cores : Math.max(1, cores - 1);
}

export interface PowPoolOptions {
  /** Threads, at least 1; one per core that may be kept busy. */
  readonly workers: number;
  /** Kernels to try, best first. */
  readonly kernels?: readonly KernelName[];
  /** Jobs that may wait or run at once. */
  readonly maxJobs?: number;
  readonly idleMs?: number;
  /** 0 (as the process) to 19 (only when nobody else wants the core); Linux only. */
  readonly niceness?: number;
  /** The worker's script, for tests. */
  readonly workerFile?: URL;
}

export interface PowPoolEvents {
  jobStarted: PowProgress;
  /** About once a second while a job runs. */
  jobProgress: PowProgress;
  /** `solved` is false for a job that was aborted. */
  jobDone: { purpose: string; trials: number; elapsedMs: number; solved: boolean };
}
