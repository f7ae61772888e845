/** First in, first out, in constant time: an array whose consumed front is cut off now and then. */
const COMPACT_ABOVE = 1_024;

export class Fifo<Item> {
  #items: Item[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head++];
    if (this.#head > COMPACT_ABOVE && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes back what was put in last. */
  pop(): Item | undefined {
    return this.size === 0 ? undefined : this.#items.pop();
  }

  /** Empties it and returns what was in it, in order. */
  drain(): Item[] {
    const rest = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return rest;
  }
}
