import { displayText } from '../util/bytes.js';
import { WireError } from './errors.js';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A 64-bit value as a number; what does not fit exactly becomes the largest safe integer. */
export function clampToNumber(value: bigint): number {
  return value > MAX_SAFE ? Number.MAX_SAFE_INTEGER : Number(value);
}

/**
 * A cursor over received bytes, big-endian. Every method moves it forward and throws WireError
 * (`insufficient-data`) when the bytes end before the value does. Byte arrays are copies, so that a
 * small value kept for long does not keep a large packet in memory.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    if (offset < 0 || offset > bytes.length) throw new RangeError('offset outside of the bytes');
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }

  /** A u64 that is a time or the like: values above 2^53 - 1 become that. */
  u64Clamped(): number {
    return clampToNumber(this.u64());
  }

  /** A varint as a number; above 2^53 - 1: WireError `excessive-data`. */
  varint(): number {
    const value = this.varintBig();
    if (value > MAX_SAFE) throw new WireError('excessive-data', 'varint above 2^53 - 1');
    return Number(value);
  }

  /**
   * Reads a varint. One that is cut after its first byte or not minimal is malformed: WireError
   * `protocol` [addresses.py:decodeVarint].
   */
  varintBig(): bigint {
    const first = this.u8();
    if (first < 0xfd) return BigInt(first);
    const size = first === 0xfd ? 2 : first === 0xfe ? 4 : 8;
    if (this.remaining < size) throw new WireError('protocol', 'varint is cut');
    const value = size === 2 ? BigInt(this.u16()) : size === 4 ? BigInt(this.u32()) : this.u64();
    const least = size === 2 ? 0xfdn : size === 4 ? 0x1_0000n : 0x1_0000_0000n;
    if (value < least) throw new WireError('protocol', 'varint is not minimal');
    return value;
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  /** A copy of all that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** varint length ‖ bytes; a length above `maxBytes`: WireError `excessive-data`. */
  varBytes(maxBytes: number): Uint8Array {
    const length = this.varint();
    if (length > maxBytes) throw new WireError('excessive-data', 'string longer than allowed');
    return this.bytes(length);
  }

  /** {@link varBytes} as text; invalid UTF-8 becomes U+FFFD. */
  varString(maxBytes: number): string {
    return displayText(this.varBytes(maxBytes));
  }

  /**
   * The varint before a list: checked against its limit and against the bytes left, so that nobody
   * reserves memory for a list that is not there.
   * @param minItemBytes the least number of bytes an item takes
   */
  count(max: number, minItemBytes: number): number {
    const count = this.varint();
    if (count > max) throw new WireError('excessive-data', 'list longer than allowed');
    if (count * minItemBytes > this.remaining) {
      throw new WireError('insufficient-data', 'list is cut');
    }
    return count;
  }

  /** For values that must fill their bytes: WireError `excessive-data` when something is left. */
  end(): void {
    if (this.remaining > 0) throw new WireError('excessive-data', 'bytes after the end');
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) {
      throw new WireError('insufficient-data', 'payload is cut');
    }
    this.#offset = start + length;
    return start;
  }
}
