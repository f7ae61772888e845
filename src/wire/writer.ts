const FIRST_CAPACITY_BYTES = 64;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/**
 * Puts values one after the other, big-endian. Numbers outside of a field's range are programming
 * mistakes: RangeError.
 */
export class Writer {
  #bytes = new Uint8Array(FIRST_CAPACITY_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): this {
    const offset = this.#reserve(1);
    this.#view.setUint8(offset, checked(value, 0xff));
    return this;
  }

  u16(value: number): this {
    const offset = this.#reserve(2);
    this.#view.setUint16(offset, checked(value, 0xffff));
    return this;
  }

  u32(value: number): this {
    const offset = this.#reserve(4);
    this.#view.setUint32(offset, checked(value, 0xffff_ffff));
    return this;
  }

  u64(value: number | bigint): this {
    const big = BigInt(value);
    if (big < 0n || big > MAX_U64) throw new RangeError('not an unsigned 64-bit number');
    const offset = this.#reserve(8);
    this.#view.setBigUint64(offset, big);
    return this;
  }

  /** The shortest form [addresses.py:encodeVarint]. */
  varint(value: number | bigint): this {
    if (value < 0xfd) return this.u8(Number(value));
    if (value <= 0xffff) return this.u8(0xfd).u16(Number(value));
    if (value <= 0xffff_ffff) return this.u8(0xfe).u32(Number(value));
    return this.u8(0xff).u64(value);
  }

  bytes(bytes: Uint8Array): this {
    const offset = this.#reserve(bytes.length);
    this.#bytes.set(bytes, offset);
    return this;
  }

  /** varint length ‖ bytes. */
  varBytes(bytes: Uint8Array): this {
    return this.varint(bytes.length).bytes(bytes);
  }

  /** A copy of everything written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Makes room and says where; replaces `#bytes` and `#view` when they are too small. */
  #reserve(length: number): number {
    const start = this.#length;
    const needed = start + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return start;
  }
}

/** The varint alone: 1, 3, 5 or 9 bytes. */
export function encodeVarint(value: number | bigint): Uint8Array {
  return new Writer().varint(value).finish();
}

function checked(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${value} is not a whole number from 0 to ${max}`);
  }
  return value;
}
