/**
 * The seam through which proofs of work are asked for. Request and result are plain data, so a
 * solver can be threads of this process (pool.ts), a GPU or another machine; who asks verifies.
 */

/** Lower runs first. Order: what a person waits for before what the network waits for. */
export const POW_PRIORITY = {
  message: 0,
  acknowledgement: 1,
  pubkey: 2,
  getpubkey: 3,
  broadcast: 4,
  other: 5,
} as const;

export interface PowRequest {
  /** SHA-512 of the object from byte 8 on (64 bytes). */
  readonly initialHash: Uint8Array;
  /** A trial succeeds when its value, an unsigned 64-bit number, is at most this. */
  readonly target: bigint;
  readonly priority: number;
  /** What the work is for, in a word or two, for progress displays ("message", "key request"). */
  readonly purpose: string;
}

export interface PowSolution {
  /** Unsigned 64-bit, from 1 on. */
  readonly nonce: bigint;
  /** How many nonces were tried. */
  readonly trials: number;
  /** Milliseconds spent on it; waiting for its turn does not count. */
  readonly elapsedMs: number;
}

export interface PowProgress {
  readonly purpose: string;
  readonly trials: number;
  /** 2^64 / target: how many trials such a job takes on average. */
  readonly expectedTrials: number;
  readonly trialsPerSecond: number;
  readonly running: boolean;
}

/** Thrown by {@link PowSolver.solve} when the signal was aborted or the solver stopped. */
export class PowAborted extends Error {
  override readonly name = 'PowAborted';
}

/** Thrown by {@link PowSolver.solve} when too many jobs are waiting already. */
export class PowQueueFull extends Error {
  override readonly name = 'PowQueueFull';
}

export interface PowSolver {
  /** Rejects with {@link PowAborted}, {@link PowQueueFull} or, for a wrong request, RangeError. */
  solve(request: PowRequest, signal?: AbortSignal): Promise<PowSolution>;
  /** The job that runs, then those that wait, in the order of their turn. */
  progress(): PowProgress[];
}
