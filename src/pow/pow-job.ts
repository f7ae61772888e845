/** One request on its way through the pool: its counters, its time, its promise. */
import type { Clock } from '../util/clock.js';
import type { PowProgress, PowRequest, PowSolution } from './solver.js';
import { expectedTrials } from './trial.js';

export class PowJob {
  readonly id: number;
  readonly request: PowRequest;
  /** Finished trials per worker, in shared memory. */
  readonly counters: SharedArrayBuffer;
  readonly promise: Promise<PowSolution>;
  readonly resolve: (solution: PowSolution) => void;
  readonly reject: (reason: Error) => void;
  /** Takes the job's hold on its abort signal away. */
  release: () => void = () => undefined;

  readonly #clock: Clock;
  readonly #counts: BigUint64Array;
  /** Time of earlier turns; a job may be interrupted by a more urgent one. */
  #workedMs = 0;
  #turnStartMs: number | undefined;
  #started = false;
  #rate = 0;
  #sample = { trials: 0, atMs: 0 };

  constructor(id: number, request: PowRequest, workers: number, clock: Clock) {
    this.id = id;
    this.request = { ...request, initialHash: Uint8Array.from(request.initialHash) };
    this.counters = new SharedArrayBuffer(workers * BigUint64Array.BYTES_PER_ELEMENT);
    this.#counts = new BigUint64Array(this.counters);
    this.#clock = clock;
    const { promise, resolve, reject } = withResolvers<PowSolution>();
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
  }

  get started(): boolean {
    return this.#started;
  }

  /** The workers turn to this job. */
  beginTurn(): void {
    this.#started = true;
    this.#turnStartMs = this.#clock.monotonicMs();
    this.#sample = { trials: this.trials(), atMs: this.#turnStartMs };
  }

  /** The workers turn away from it. */
  endTurn(): void {
    this.#workedMs = this.elapsedMs();
    this.#turnStartMs = undefined;
  }

  /** Trials of all workers so far. */
  trials(): number {
    let sum = 0n;
    for (let i = 0; i < this.#counts.length; i++) sum += Atomics.load(this.#counts, i);
    return Number(sum);
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

  progress(): PowProgress {
    const running = this.#turnStartMs !== undefined;
    const trials = this.trials();
    const elapsedMs = this.elapsedMs();
    const mean = elapsedMs > 0 ? (trials / elapsedMs) * 1000 : 0;
    return {
      purpose: this.request.purpose,
      trials,
      expectedTrials: expectedTrials(this.request.target),
      trialsPerSecond: running ? this.#rate || mean : 0,
      running,
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
