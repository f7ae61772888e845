/**
 * How quickly keys are tried: totals for who draws curves, and the present rate, by which what waits
 * is told in seconds.
 */

/** Of the sums behind the rate, so much is kept when more is added: some 50 batches count. */
const KEPT = 0.98;

export class TrialRate {
  readonly workers: number;
  /** Keys tried, one for each key and container. */
  trials = 0;
  /** Of all workers together. */
  workedMs = 0;
  #recentTrials = 0;
  #recentMs = 0;

  constructor(workers: number) {
    this.workers = workers;
  }

  /** A worker has tried so much in that time. */
  add(trials: number, workedMs: number): void {
    this.trials += trials;
    this.workedMs += workedMs;
    if (trials === 0) return; // Says nothing about the time that a trial takes.
    this.#recentTrials = this.#recentTrials * KEPT + trials;
    this.#recentMs = this.#recentMs * KEPT + workedMs;
  }

  /** Trials a second of all workers, when they are all at work; undefined before the first. */
  get perSecond(): number | undefined {
    if (this.#recentMs === 0) return undefined;
    return (this.#recentTrials / this.#recentMs) * 1000 * this.workers;
  }

  /** Seconds that so many trials take; undefined when that is not known yet. */
  secondsFor(trials: number): number | undefined {
    if (trials === 0) return 0;
    return this.perSecond === undefined ? undefined : trials / this.perSecond;
  }
}
