/**
 * How often each of the last `maxSize` keys was counted. Two generations like {@link RecentSet}: finding
 * the oldest key of a large Map would mean to walk over all that was deleted before it.
 */
export class RecentCounts {
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  readonly #maxSize: number;

  /** @param maxSize at least 2 */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Counts the key once more; returns how often that makes. */
  count(key: string): number {
    const times = (this.#young.get(key) ?? this.#old.get(key) ?? 0) + 1;
    this.#young.set(key, times);
    if (this.#young.size >= this.#maxSize / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return times;
  }
}
