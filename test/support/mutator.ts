/** Random and damaged bytes that come out the same for the same seed. */
import { concatBytes } from '../../src/util/bytes.js';

/** A small generator of good quality (mulberry32); never for anything but tests. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number in 0..max-1. */
  below(max: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * max);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** Beginnings of varints and lengths that programs stumble over. */
const NASTY = [
  [0x00],
  [0x7f],
  [0x80],
  [0xfc],
  [0xfd, 0x00, 0x00],
  [0xfd, 0xff, 0xff],
  [0xfe, 0x00, 0x00, 0xff, 0xff],
  [0xfe, 0x7f, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
].map((bytes) => new Uint8Array(bytes));

/** Inputs of at most this many bytes; damage that inserts stays below about the double. */
const MAX_RANDOM_BYTES = 200;

export class Mutator {
  readonly #random: SeededRandom;
  readonly #corpus: readonly Uint8Array[];

  /** @param corpus good inputs, at least one */
  constructor(random: SeededRandom, corpus: readonly Uint8Array[]) {
    this.#random = random;
    this.#corpus = corpus;
  }

  /** Random bytes (one in eight), or a good input with one to four damages. */
  next(): Uint8Array {
    const random = this.#random;
    if (random.below(8) === 0) return random.bytes(random.below(MAX_RANDOM_BYTES));
    let bytes: Uint8Array = random.pick(this.#corpus).slice();
    for (let left = 1 + random.below(4); left > 0; left--) bytes = this.#damage(bytes);
    return bytes;
  }

  #damage(bytes: Uint8Array): Uint8Array {
    const random = this.#random;
    const at = random.below(bytes.length + 1);
    switch (random.below(7)) {
      case 0:
        return flipBit(bytes, random.below(bytes.length * 8 || 1));
      case 1:
        return bytes.slice(0, at);
      case 2: // bytes cut out of the middle
        return concatBytes(bytes.slice(0, at), bytes.slice(at + 1 + random.below(40)));
      case 3:
        return concatBytes(bytes.slice(0, at), random.bytes(1 + random.below(20)), bytes.slice(at));
      case 4: // another length or count, written over what is there
        return overwrite(bytes, at, random.pick(NASTY));
      case 5: // one more length or count
        return concatBytes(bytes.slice(0, at), random.pick(NASTY), bytes.slice(at));
      default:
        return this.#splice(bytes, at);
    }
  }

  /** The begin of one input and the end of another. */
  #splice(bytes: Uint8Array, at: number): Uint8Array {
    const other = this.#random.pick(this.#corpus);
    return concatBytes(bytes.slice(0, at), other.slice(this.#random.below(other.length + 1)));
  }
}

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const index = bit >> 3;
  if (index < bytes.length) bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit & 7));
  return bytes;
}

function overwrite(bytes: Uint8Array, at: number, replacement: Uint8Array): Uint8Array {
  bytes.set(replacement.subarray(0, bytes.length - at), at);
  return bytes;
}
