import type { Clock } from '../util/clock.js';

/** One of so many entries goes when the map is full. */
const EVICTED_SHARE = 64;

/**
 * A bounded map whose entries are gone some time after they were set. When it is full, the entries set
 * longest ago make room; setting a key again renews it. Expired entries cost memory until then, no
 * timer.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { value: Value; untilMs: number }>();
  readonly #maxEntries: number;
  readonly #clock: Clock;

  /** @param maxEntries at least 1 */
  constructor(maxEntries: number, clock: Clock) {
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.untilMs > this.#clock.monotonicMs()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value, lifetimeMs: number): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#maxEntries) this.#makeRoom();
    this.#entries.set(key, { value, untilMs: this.#clock.monotonicMs() + lifetimeMs });
  }

  /** Those that have not expired. */
  values(): Value[] {
    const nowMs = this.#clock.monotonicMs();
    return [...this.#entries.values()]
      .filter(({ untilMs }) => untilMs > nowMs)
      .map(({ value }) => value);
  }

  clear(): void {
    this.#entries.clear();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Some at once: to find the first key of a Map means to walk over all that was deleted before it. */
  #makeRoom(): void {
    let left = Math.ceil(this.#maxEntries / EVICTED_SHARE);
    for (const key of this.#entries.keys()) {
      if (left-- === 0) return;
      this.#entries.delete(key);
    }
  }
}
