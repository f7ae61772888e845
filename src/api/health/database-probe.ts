import type { Clock } from '../../util/clock.js';

/** Somebody who asks waits so long for the database; most answers take less than a millisecond. */
const PATIENCE_MS = 1_000;

/**
 * Whether the database answers. However many ask, one small question is under way at most; it stands in
 * the same row as all work for the store, so it tells when that is stuck.
 */
export class DatabaseProbe {
  readonly #ask: () => Promise<unknown>;
  readonly #clock: Clock;
  #asked: { readonly sinceMs: number; readonly answered: Promise<void> } | undefined;
  #failure: unknown;

  /** @param ask a question to the store that costs next to nothing */
  constructor(ask: () => Promise<unknown>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Seconds for which the database owes an answer; 0 when it answers, Infinity when it refuses to. */
  async silentS(): Promise<number> {
    this.#asked ??= { sinceMs: this.#clock.monotonicMs(), answered: this.#question() };
    const { sinceMs, answered } = this.#asked;
    const giveUp = new AbortController();
    const patience = this.#clock.sleep(PATIENCE_MS, giveUp.signal).catch(() => undefined);
    await Promise.race([answered, patience]);
    giveUp.abort();
    if (this.#failure !== undefined) return Infinity;
    return this.#owes() ? Math.floor((this.#clock.monotonicMs() - sinceMs) / 1000) : 0;
  }

  /** A function: the compiler takes a field to stay as it was looked at before. */
  #owes(): boolean {
    return this.#asked !== undefined;
  }

  async #question(): Promise<void> {
    try {
      await Promise.resolve().then(this.#ask);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#asked = undefined;
    }
  }
}
