/** One request on its way through the pool: its counters, its time, its promise. */
import type { Clock } from '../util/clock.js';
import type { PowProgress, PowRequest, PowSolution } from './solver.js';
import { timeLeft } from './time-left.js';
import { expectedTrials } from './trial.js';

export class PowJob {
  readonly id: number;
  readonly request: PowRequest;
  readonly promise: Promise<PowSolution>;
  readonly resolve: (solution: PowSolution) => void;
  readonly reject: (reason: Error) => void;
  /** Takes the job's hold on its abort signal away. */
  release: () => void = () => undefined;

  readonly #clock: Clock;
  readonly #workers: number;
  /** Finished trials per worker, in shared memory; not before the first turn: thousands may wait. */
  #counters: SharedArrayBuffer | undefined;
  /** Time of earlier turns; a job may be interrupted by a more urgent one. */
  #workedMs = 0;
  #turnStartMs: number | undefined;
  #started = false;
  #rate = 0;
  #sample = { trials: 0, atMs: 0 };

  constructor(id: number, request: PowRequest, workers: number, clock: Clock) {
    this.id = id;
    this.request = { ...request, initialHash: Uint8Array.from(request.initialHash) };
    this.#workers = workers;
    this.#clock = clock;
    const { promise, resolve, reject } = withResolvers<PowSolution>();
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
  }

  get started(): boolean {
    return this.#started;
  }

  /** The workers turn to this job. @returns one count of finished trials (BigUint64) per worker */
  beginTurn(): SharedArrayBuffer {
    this.#started = true;
    const bytes = this.#workers * BigUint64Array.BYTES_PER_ELEMENT;
    this.#counters ??= new SharedArrayBuffer(bytes);
    this.#turnStartMs = this.#clock.monotonicMs();
    this.#sample = { trials: this.trials(), atMs: this.#turnStartMs };
    return this.#counters;
  }

  /** The workers turn away from it. */
  endTurn(): void {
    this.#workedMs = this.elapsedMs();
    this.#turnStartMs = undefined;
  }

  /** Trials of all workers so far. */
  trials(): number {
    if (!this.#counters) return 0;
    const counts = new BigUint64Array(this.#counters);
    return Number(counts.reduce((sum, _, worker) => sum + Atomics.load(counts, worker), 0n));
  }

  /** Milliseconds the workers have spent on this job; waiting does not count. */
  elapsedMs(): number {
    const turnMs =
      this.#turnStartMs === undefined ? 0 : this.#clock.monotonicMs() - this.#turnStartMs;
    return this.#workedMs + turnMs;
  }

  /** Measures the rate since the last call; to be called about once a second while running. */
  sampleRate(): void {
    const now = { trials: this.trials(), atMs: this.#clock.monotonicMs() };
    const passedMs = now.atMs - this.#sample.atMs;
    if (passedMs <= 0) return;
    this.#rate = ((now.trials - this.#sample.trials) / passedMs) * 1000;
    this.#sample = now;
  }

  /** Trials per second; 0 when the workers are not on this job or have only just begun. */
  rate(): number {
    if (this.#turnStartMs === undefined) return 0;
    if (this.#rate > 0) return this.#rate;
    const elapsedMs = this.elapsedMs();
    return elapsedMs > 0 ? (this.trials() / elapsedMs) * 1000 : 0;
  }

  /** @param usualRate trials per second of the workers as last seen, for a job that waits */
  progress(usualRate = 0): PowProgress {
    const { purpose, owner, target } = this.request;
    const trialsPerSecond = this.rate();
    const left = timeLeft(target, trialsPerSecond || usualRate);
    return {
      purpose,
      ...(owner !== undefined && { owner }),
      trials: this.trials(),
      elapsedMs: this.elapsedMs(),
      expectedTrials: expectedTrials(target),
      trialsPerSecond,
      running: this.#turnStartMs !== undefined,
      ...(left && { timeLeft: left }),
    };
  }
}

function withResolvers<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (reason: Error) => void;
} {
  let resolve!: (value: Value) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<Value>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}
