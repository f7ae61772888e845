/** Every so many turns the oldest object is taken: nothing waits for ever, and the position moves on. */
const OLDEST_EVERY = 4;

interface Ranked {
  readonly seq: number;
  /** Of its proof of work: the less, the more work is in the object. */
  readonly value: number;
}

/**
 * Objects that wait for trial decryption, by number only. It costs us the same for each, whoever made it,
 * however long it is and however long it lives; so those go first that cost their sender most. A
 * flood of objects with the least possible work stands behind ordinary mail.
 */
export class WorkQueue {
  /** In order of age; what is not here any more counts as taken. */
  readonly #waiting = new Set<number>();
  /** A heap, least value first; may hold numbers that were taken as the oldest. */
  #heap: Ranked[] = [];
  #turn = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** @param seq above all that were added */
  add(seq: number, value: number): void {
    this.#waiting.add(seq);
    this.#push({ seq, value });
  }

  /** The number of the next object; undefined when none waits. */
  take(): number | undefined {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return undefined;
    this.#turn = (this.#turn + 1) % OLDEST_EVERY;
    const seq = this.#turn === 0 ? oldest : this.#best();
    this.#waiting.delete(seq);
    if (this.#waiting.size === 0) this.#heap = [];
    return seq;
  }

  #best(): number {
    for (;;) {
      const { seq } = this.#pop();
      if (this.#waiting.has(seq)) return seq;
    }
  }

  #push(ranked: Ranked): void {
    let at = this.#heap.push(ranked) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#valueAt(parent) <= ranked.value) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): Ranked {
    this.#swap(0, this.#heap.length - 1);
    const best = this.#heap.pop();
    if (!best) throw new Error('the heap holds everything that waits');
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = this.#valueAt(left + 1) < this.#valueAt(left) ? left + 1 : left;
      if (this.#valueAt(at) <= this.#valueAt(child)) return best;
      this.#swap(at, child);
      at = child;
    }
  }

  /** Infinity beyond the end. */
  #valueAt(at: number): number {
    return this.#heap[at]?.value ?? Infinity;
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    if (first && second) [this.#heap[one], this.#heap[other]] = [second, first];
  }
}
