/**
 * The seam through which proofs of work are asked for. Request and result are plain data, so a
 * solver can be threads of this process (pool.ts), a GPU or another machine; who asks verifies.
 */

import type { TimeLeft } from './time-left.js';

/**
 * Lower runs first. Acknowledgements are short and the message that encloses them is waiting; of each
 * sender only a few can be asked for at once. Messages, key requests and key answers share a
 * priority, in which owners take turns: bulk mail of one identity keeps neither the others' mail nor
 * the key that somebody asked for waiting, and strangers who ask for all the keys of a large node
 * (key answers have one owner) do not keep its users from sending.
 */
export const POW_PRIORITY = {
  acknowledgement: 0,
  message: 1,
  getpubkey: 1,
  pubkey: 1,
  broadcast: 2,
  other: 3,
} as const;

export interface PowRequest {
  /** SHA-512 of the object from byte 8 on (64 bytes). */
  readonly initialHash: Uint8Array;
  /** A trial succeeds when its value, an unsigned 64-bit number, is at most this. */
  readonly target: bigint;
  readonly priority: number;
  /** What the work is for, in a word or two, for progress displays ("message", "key request"). */
  readonly purpose: string;
  /** Who the work is for, e.g. the sender's address: owners of equal priority take turns. */
  readonly owner?: string;
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
  readonly owner?: string;
  readonly trials: number;
  /** Milliseconds spent on it so far; waiting does not count. */
  readonly elapsedMs: number;
  /** 2^64 / target: how many trials such a job takes on average. */
  readonly expectedTrials: number;
  /** 0 while it waits. */
  readonly trialsPerSecond: number;
  readonly running: boolean;
  /** Of the work itself, waiting not counted; missing while no rate is known. */
  readonly timeLeft?: TimeLeft;
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
  /** The job that runs, then those that wait, in the order of their turns; the first `limit`. */
  progress(limit?: number): PowProgress[];
}
