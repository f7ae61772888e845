/**
 * The inventory's index in memory: which hashes are there, until when, in which stream, and under
 * which number (seq) in network.db. This is the only index by hash that there is.
 *
 * Typed arrays instead of a Map: about 66 to 132 bytes an object instead of 250, nothing for the
 * garbage collector to walk through, and growing happens in 256 parts of their own, so that no
 * insertion among a million has more than some thousand entries to move.
 */
import { HASH_LENGTH } from './inventory-batch.js';
import { OBJECT_KINDS } from './object-kinds.js';

/** One part per first byte of the hash; hashes are uniform. */
export const FIRST_BYTES = 256;

/** Entries that a part has room for at first. */
const INITIAL_CAPACITY = 16;

/** Slots of the hash table per entry that fits: at most half of them are in use. */
const SLOTS_PER_ENTRY = 2;

/** The seq of an entry that is not stored yet. */
export const NOT_STORED = 0;

export type EntryTest = (expiresS: number, stream: number, seq: number) => boolean;

export class HashIndex {
  readonly #shards = Array.from({ length: FIRST_BYTES }, () => new Shard());
  #size = 0;
  readonly #counts = OBJECT_KINDS.map(() => 0);

  get size(): number {
    return this.#size;
  }

  /** Entries of each kind, in the order of `OBJECT_KINDS`. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  has(hash: Uint8Array): boolean {
    return this.#shardOf(hash).has(hash);
  }

  /**
   * False when it was there already.
   * @param kind position in `OBJECT_KINDS`
   */
  add(hash: Uint8Array, expiresS: number, stream: number, seq: number, kind: number): boolean {
    const added = this.#shardOf(hash).add(hash, expiresS, stream, seq, kind);
    if (added) this.#counted(kind, 1);
    return added;
  }

  /** Undefined when the hash is unknown, {@link NOT_STORED} until {@link setSeq}. */
  seqOf(hash: Uint8Array): number | undefined {
    return this.#shardOf(hash).seqOf(hash);
  }

  /** Of a hash that is there. */
  setSeq(hash: Uint8Array, seq: number): void {
    this.#shardOf(hash).setSeq(hash, seq);
  }

  delete(hash: Uint8Array): boolean {
    const kind = this.#shardOf(hash).delete(hash);
    if (kind !== undefined) this.#counted(kind, -1);
    return kind !== undefined;
  }

  /**
   * Copies of the hashes for which the test is true, in no particular order.
   * @param firstByte only those that begin with it
   */
  select(test: EntryTest, firstByte?: number): Uint8Array[] {
    const selected: Uint8Array[] = [];
    if (firstByte !== undefined) this.#shards[firstByte]?.select(test, selected);
    else for (const shard of this.#shards) shard.select(test, selected);
    return selected;
  }

  #counted(kind: number, change: number): void {
    this.#size += change;
    this.#counts[kind] = (this.#counts[kind] ?? 0) + change;
  }

  #shardOf(hash: Uint8Array): Shard {
    if (hash.length !== HASH_LENGTH) throw new RangeError('an inventory hash has 32 bytes');
    return this.#shards[hash[0] as number] as Shard;
  }
}

/** Dense arrays of entries, and an open-addressing table of their positions with linear probing. */
class Shard {
  #count = 0;
  #hashes = new Uint8Array(INITIAL_CAPACITY * HASH_LENGTH);
  #expiresS = new Float64Array(INITIAL_CAPACITY);
  #streams = new Float64Array(INITIAL_CAPACITY);
  #seqs = new Float64Array(INITIAL_CAPACITY);
  #kinds = new Uint8Array(INITIAL_CAPACITY);
  /** Position + 1 of the entry; 0 when free. A power of two many. */
  #slots = new Int32Array(INITIAL_CAPACITY * SLOTS_PER_ENTRY);

  has(hash: Uint8Array): boolean {
    return this.#slots[this.#find(hash)] !== 0;
  }

  seqOf(hash: Uint8Array): number | undefined {
    const position = (this.#slots[this.#find(hash)] as number) - 1;
    return position < 0 ? undefined : this.#seqs[position];
  }

  setSeq(hash: Uint8Array, seq: number): void {
    const position = (this.#slots[this.#find(hash)] as number) - 1;
    if (position >= 0) this.#seqs[position] = seq;
  }

  add(hash: Uint8Array, expiresS: number, stream: number, seq: number, kind: number): boolean {
    if (this.has(hash)) return false;
    if (this.#count === this.#expiresS.length) this.#grow();
    const position = this.#count++;
    this.#hashes.set(hash, position * HASH_LENGTH);
    this.#expiresS[position] = expiresS;
    this.#streams[position] = stream;
    this.#seqs[position] = seq;
    this.#kinds[position] = kind;
    this.#slots[this.#find(hash)] = position + 1;
    return true;
  }

  /** The kind of what is gone; undefined when it was not there. */
  delete(hash: Uint8Array): number | undefined {
    const slot = this.#find(hash);
    const position = (this.#slots[slot] as number) - 1;
    if (position < 0) return undefined;
    const kind = this.#kinds[position];
    this.#freeSlot(slot);
    const last = --this.#count;
    if (position !== last) this.#moveEntry(last, position);
    return kind;
  }

  select(test: EntryTest, into: Uint8Array[]): void {
    let copy: ArrayBuffer | undefined;
    for (let position = 0; position < this.#count; position++) {
      const expiresS = this.#expiresS[position] as number;
      const stream = this.#streams[position] as number;
      if (!test(expiresS, stream, this.#seqs[position] as number)) continue;
      // Views of a common copy: quicker than copying each.
      copy ??= this.#hashes.slice(0, this.#count * HASH_LENGTH).buffer;
      into.push(new Uint8Array(copy, position * HASH_LENGTH, HASH_LENGTH));
    }
  }

  /** The slot that refers to this hash, or the free one where it would go. */
  #find(hash: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = homeSlot(hash, 0) & mask;
    for (;;) {
      const position = (this.#slots[slot] as number) - 1;
      if (position < 0 || this.#isAt(position, hash)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isAt(position: number, hash: Uint8Array): boolean {
    const start = position * HASH_LENGTH;
    for (let i = 0; i < HASH_LENGTH; i++) {
      if (this.#hashes[start + i] !== hash[i]) return false;
    }
    return true;
  }

  #hashAt(position: number): Uint8Array {
    return this.#hashes.subarray(position * HASH_LENGTH, (position + 1) * HASH_LENGTH);
  }

  /** Frees a slot and closes the gap, so that no search ends too early. */
  #freeSlot(freed: number): void {
    const mask = this.#slots.length - 1;
    let gap = freed;
    for (let slot = (gap + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const position = (this.#slots[slot] as number) - 1;
      const home = homeSlot(this.#hashes, position * HASH_LENGTH) & mask;
      // May it move into the gap? Only if its search begins at the gap or before.
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      this.#slots[gap] = position + 1;
      gap = slot;
    }
    this.#slots[gap] = 0;
  }

  #moveEntry(from: number, to: number): void {
    this.#slots[this.#find(this.#hashAt(from))] = to + 1;
    this.#hashes.copyWithin(to * HASH_LENGTH, from * HASH_LENGTH, (from + 1) * HASH_LENGTH);
    this.#expiresS[to] = this.#expiresS[from] as number;
    this.#streams[to] = this.#streams[from] as number;
    this.#seqs[to] = this.#seqs[from] as number;
    this.#kinds[to] = this.#kinds[from] as number;
  }

  #grow(): void {
    const capacity = this.#expiresS.length * 2;
    this.#hashes = enlarged(this.#hashes, new Uint8Array(capacity * HASH_LENGTH));
    this.#expiresS = enlarged(this.#expiresS, new Float64Array(capacity));
    this.#streams = enlarged(this.#streams, new Float64Array(capacity));
    this.#seqs = enlarged(this.#seqs, new Float64Array(capacity));
    this.#kinds = enlarged(this.#kinds, new Uint8Array(capacity));
    this.#slots = new Int32Array(capacity * SLOTS_PER_ENTRY);
    const mask = this.#slots.length - 1;
    for (let position = 0; position < this.#count; position++) {
      let slot = homeSlot(this.#hashes, position * HASH_LENGTH) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = position + 1;
    }
  }
}

/** Bytes 1 to 4 as a number: byte 0 has chosen the part. */
function homeSlot(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset + 1] as number) |
    ((bytes[offset + 2] as number) << 8) |
    ((bytes[offset + 3] as number) << 16) |
    ((bytes[offset + 4] as number) << 24)
  );
}

function enlarged<Values extends Uint8Array | Float64Array>(old: Values, larger: Values): Values {
  larger.set(old);
  return larger;
}
