import type { Clock } from './clock.js';

/**
 * Counts what may pass per second. It fills with time, up to one second's worth, so nobody saves up
 * for a burst; what is taken may exceed what is there, and then it takes time to be in credit again.
 */
export class TokenBucket {
  readonly #perS: number;
  readonly #clock: Clock;
  #level: number;
  #filledAtMs: number;

  /** @param perS above 0 */
  constructor(perS: number, clock: Clock) {
    if (!(perS > 0)) throw new RangeError('a token bucket needs a rate above 0');
    this.#perS = perS;
    this.#clock = clock;
    this.#level = perS;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** What may pass now; negative after more than that was taken. */
  get level(): number {
    this.#fill();
    return this.#level;
  }

  take(amount: number): void {
    this.#fill();
    this.#level -= amount;
  }

  /** Milliseconds until `level` is at least so much; 0 when it is. */
  msUntil(level: number): number {
    return Math.max(0, Math.ceil(((level - this.level) * MS_PER_S) / this.#perS));
  }

  #fill(): void {
    const nowMs = this.#clock.monotonicMs();
    const filled = ((nowMs - this.#filledAtMs) * this.#perS) / MS_PER_S;
    this.#level = Math.min(this.#perS, this.#level + filled);
    this.#filledAtMs = nowMs;
  }
}

const MS_PER_S = 1_000;
