/**
 * A queue whose owners take turns: each owner's items stay in the order in which they came, and
 * between owners it goes round. A thousand items of one owner cost another one's single item one
 * turn, not a thousand.
 */
export class FairQueue<Item> {
  /** Owners in the order of their turns; each with its items. Lines are never empty. */
  readonly #lines = new Map<string, Set<Item>>();
  readonly #ownerOf = new Map<Item, string>();

  get size(): number {
    return this.#ownerOf.size;
  }

  has(item: Item): boolean {
    return this.#ownerOf.has(item);
  }

  /** Puts an item behind its owner's others, a new owner behind the others; in place it stays. */
  add(owner: string, item: Item): void {
    if (this.#ownerOf.has(item)) return;
    this.#ownerOf.set(item, owner);
    const line = this.#lines.get(owner);
    if (line) line.add(item);
    else this.#lines.set(owner, new Set([item]));
  }

  /** False when it was not there. */
  delete(item: Item): boolean {
    const owner = this.#ownerOf.get(item);
    if (owner === undefined) return false;
    this.#ownerOf.delete(item);
    const line = this.#lines.get(owner);
    line?.delete(item);
    if (line?.size === 0) this.#lines.delete(owner);
    return true;
  }

  clear(): void {
    this.#lines.clear();
    this.#ownerOf.clear();
  }

  /** The item whose turn it is; it stays in the queue. */
  first(): Item | undefined {
    for (const item of this.firsts()) return item;
    return undefined;
  }

  /** The next item of each owner, in the order of their turns. */
  *firsts(): IterableIterator<Item> {
    for (const line of this.#lines.values()) {
      for (const item of line) {
        yield item;
        break;
      }
    }
  }

  /** Takes an item out; it was its owner's turn. */
  take(item: Item): void {
    this.passTurn(item);
    this.delete(item);
  }

  /** Its owner goes behind all others, and the item behind its owner's others. */
  passTurn(item: Item): void {
    const owner = this.#ownerOf.get(item);
    const line = owner === undefined ? undefined : this.#lines.get(owner);
    if (owner === undefined || !line) return;
    line.delete(item);
    line.add(item);
    this.#lines.delete(owner);
    this.#lines.set(owner, line);
  }

  /** In the order of turns, were every item to take one. */
  *[Symbol.iterator](): Iterator<Item> {
    let lines = [...this.#lines.values()].map((line) => line.values());
    while (lines.length > 0) {
      const left: typeof lines = [];
      for (const line of lines) {
        const { done, value } = line.next();
        if (done) continue;
        yield value;
        left.push(line);
      }
      lines = left;
    }
  }
}
