import type { Clock } from '../util/clock.js';
import { FRESH_OBJECT_MS, MAX_FRESH_OBJECTS } from './limits.js';

/**
 * Which objects everybody has been told of only a moment ago: until an object is everywhere, who serves
 * it first tells where it came from. One is fresh for {@link FRESH_OBJECT_MS} at least and twice that at
 * most; when too many come, all are taken for fresh.
 */
export class FreshObjects {
  readonly #clock: Clock;
  #current = new Set<string>();
  #previous = new Set<string>();
  #nextTurnMs: number;
  #allUntilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#nextTurnMs = clock.monotonicMs() + FRESH_OBJECT_MS;
  }

  /** @param key `bytesKey` of the inventory hash */
  add(key: string): void {
    this.#turn();
    if (this.#current.size < MAX_FRESH_OBJECTS) this.#current.add(key);
    else this.#allUntilMs = this.#clock.monotonicMs() + FRESH_OBJECT_MS;
  }

  has(key: string): boolean {
    this.#turn();
    if (this.#clock.monotonicMs() < this.#allUntilMs) return true;
    return this.#current.has(key) || this.#previous.has(key);
  }

  #turn(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#nextTurnMs) return;
    const isLongAgo = nowMs >= this.#nextTurnMs + FRESH_OBJECT_MS;
    this.#previous = isLongAgo ? new Set() : this.#current;
    this.#current = new Set();
    this.#nextTurnMs = nowMs + FRESH_OBJECT_MS;
  }
}
