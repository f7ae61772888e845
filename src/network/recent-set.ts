/**
 * The last `maxSize` keys added; the one added or seen longest ago makes room. Two generations of half
 * the size each instead of one ordered list: cheap, and exact enough for a memory.
 */
export class RecentSet {
  #young = new Set<string>();
  #old = new Set<string>();
  readonly #maxSize: number;

  /** @param maxSize at least 2 */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** At most `maxSize`. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(key: string): boolean {
    if (this.#young.has(key)) return true;
    if (!this.#old.has(key)) return false;
    this.add(key);
    return true;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  add(key: string): void {
    this.#old.delete(key);
    this.#young.add(key);
    if (this.#young.size < this.#maxSize / 2) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}
