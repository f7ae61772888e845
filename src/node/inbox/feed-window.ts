import type { FeedProgress } from '../../store/repositories.js';

const BYTE_BITS = 8;

/**
 * Which objects of the feed have been read and which of them have had their effect. Objects are read in
 * order and finished in any order; what is kept across a restart is the position, up to which
 * everything is done, and a bit for each object above it. Numbers that the feed leaves out (expired
 * objects) count as done.
 */
export class FeedWindow {
  /** Read and not done; in order, because objects are read in order. */
  readonly #pending = new Set<number>();
  /** What was done before the start. */
  readonly #before: FeedProgress;
  #readTo: number;

  constructor(before: FeedProgress) {
    this.#before = before;
    this.#readTo = before.seq;
  }

  /** The last object that was read. */
  get readTo(): number {
    return this.#readTo;
  }

  /** Every object up to this one is done. */
  get position(): number {
    const lowest = this.#pending.values().next();
    return lowest.done ? this.#readTo : lowest.value - 1;
  }

  /** Objects between the position and the last one read: what a stored progress has bits for. */
  get span(): number {
    return this.#readTo - this.position;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** The highest number that may be done: new objects have to come after it. */
  get highest(): number {
    const { seq, doneAbove } = this.#before;
    return Math.max(this.#readTo, seq + doneAbove.length * BYTE_BITS);
  }

  /**
   * Notes the next object of the feed as read; false when it was done before the start.
   * @param seq above all that were read
   */
  read(seq: number): boolean {
    this.#readTo = seq;
    if (this.#wasDone(seq)) return false;
    this.#pending.add(seq);
    return true;
  }

  done(seq: number): void {
    this.#pending.delete(seq);
  }

  /** What is to be stored together with the effect of the object that was done last. */
  progress(): FeedProgress {
    const seq = this.position;
    const bits = new Uint8Array(Math.ceil((this.highest - seq) / BYTE_BITS));
    const set = (other: number): void => {
      const at = other - seq - 1;
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at % BYTE_BITS));
    };
    for (let other = seq + 1; other <= this.#readTo; other++) {
      if (!this.#pending.has(other)) set(other);
    }
    for (let other = this.#readTo + 1; other <= this.highest; other++) {
      if (this.#wasDone(other)) set(other);
    }
    let length = bits.length;
    while (length > 0 && bits[length - 1] === 0) length--;
    return { seq, doneAbove: bits.slice(0, length) };
  }

  #wasDone(seq: number): boolean {
    const at = seq - this.#before.seq - 1;
    return at < 0 || ((this.#before.doneAbove[at >> 3] ?? 0) & (1 << (at % BYTE_BITS))) !== 0;
  }
}
