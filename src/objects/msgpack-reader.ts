import { WireError } from '../wire/errors.js';
import { Reader } from '../wire/reader.js';

/** Values that are looked at or skipped in one document; senders use 6. */
const MAX_VALUES = 1_000;

/**
 * Reads what message encoding 3 needs of MessagePack: one map and its strings. All other values are
 * skipped, not built, and without recursion: however they are nested, they cost no memory. Throws
 * WireError for what is cut, of another type than asked for, or has too many values.
 */
export class MsgpackReader {
  readonly #reader: Reader;
  #valuesLeft = MAX_VALUES;

  constructor(bytes: Uint8Array) {
    this.#reader = new Reader(bytes);
  }

  /** The number of pairs of a map; they follow, keys first. */
  mapSize(): number {
    const tag = this.#tag();
    if (tag >= 0x80 && tag <= 0x8f) return tag & 0x0f;
    if (tag === 0xde) return this.#reader.u16();
    if (tag === 0xdf) return this.#reader.u32();
    throw new WireError('protocol', 'not a map');
  }

  /** Bytes of a `str` or `bin`. */
  string(): Uint8Array {
    const length = this.#stringLength(this.#tag());
    if (length === undefined) throw new WireError('protocol', 'not a string');
    return this.#reader.bytes(length);
  }

  /** Bytes of a `str` or `bin`; undefined for another value, which is skipped. */
  stringOrSkip(): Uint8Array | undefined {
    const tag = this.#tag();
    const length = this.#stringLength(tag);
    if (length !== undefined) return this.#reader.bytes(length);
    this.#skipRest(this.#skipOne(tag));
    return undefined;
  }

  /** Passes over one value with all that is in it. */
  skip(): void {
    this.#skipRest(1);
  }

  #skipRest(values: number): void {
    for (let pending = values; pending > 0;) {
      if (pending > this.#valuesLeft) throw new WireError('excessive-data', 'too many values');
      pending += this.#skipOne(this.#tag()) - 1;
    }
  }

  #tag(): number {
    if (this.#valuesLeft-- <= 0) throw new WireError('excessive-data', 'too many values');
    return this.#reader.u8();
  }

  #stringLength(tag: number): number | undefined {
    if (tag >= 0xa0 && tag <= 0xbf) return tag & 0x1f;
    if (tag === 0xc4 || tag === 0xd9) return this.#reader.u8();
    if (tag === 0xc5 || tag === 0xda) return this.#reader.u16();
    if (tag === 0xc6 || tag === 0xdb) return this.#reader.u32();
    return undefined;
  }

  /** Passes over the value behind its tag; returns how many values it contains, which follow. */
  #skipOne(tag: number): number {
    const length = this.#stringLength(tag);
    if (length !== undefined) return this.#skipBytes(length);
    if (tag <= 0x7f || tag >= 0xe0) return 0; // small integers
    if (tag <= 0x8f) return 2 * (tag & 0x0f);
    if (tag <= 0x9f) return tag & 0x0f;
    switch (tag) {
      case 0xc7: // ext: length, type, data
        return this.#skipBytes(this.#reader.u8() + 1);
      case 0xc8:
        return this.#skipBytes(this.#reader.u16() + 1);
      case 0xc9:
        return this.#skipBytes(this.#reader.u32() + 1);
      case 0xdc:
        return this.#reader.u16();
      case 0xdd:
        return this.#reader.u32();
      case 0xde:
        return 2 * this.#reader.u16();
      case 0xdf:
        return 2 * this.#reader.u32();
      default:
        return this.#skipBytes(fixedLength(tag));
    }
  }

  #skipBytes(length: number): 0 {
    this.#reader.skip(length);
    return 0;
  }
}

/** Bytes behind the tag of a value of fixed length. */
function fixedLength(tag: number): number {
  if (tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return 0; // nil, false, true
  if (tag === 0xca) return 4; // floats
  if (tag === 0xcb) return 8;
  if (tag >= 0xcc && tag <= 0xcf) return 1 << (tag - 0xcc); // unsigned
  if (tag >= 0xd0 && tag <= 0xd3) return 1 << (tag - 0xd0); // signed
  if (tag >= 0xd4 && tag <= 0xd8) return 1 + (1 << (tag - 0xd4)); // ext of 1 to 16 bytes
  throw new WireError('protocol', 'no such type'); // 0xc1
}
