/**
 * Reads a payload by a format text in the notation of [bmproto.py:decode_payload_content], for tools
 * and tests that handle packets by description. The node itself has a codec for each packet.
 *
 * | item | value |
 * |---|---|
 * | `v` | varint: number, above 2^53 - 1 bigint |
 * | `H` `I` `Q` | unsigned 16-, 32-, 64-bit number (the last as bigint) |
 * | `i` | short network address: {@link NetAddr} |
 * | `32s` | that many bytes |
 * | `ls` | varint length ‖ bytes |
 * | `3v`, `lv`, `l32s` | that many of the item, or as many as a varint says: array |
 * | `L…,` | varint count ‖ that many groups of the items up to `,` or the end: array of arrays, or of plain values when the group is one item |
 *
 * `version` is `IQQiiQlsLv`, `addr` `LQIQ16sH`, `inv` `l32s`, `error` `vvlsls`, `object` `QQIvv`.
 * Bytes after the last item are ignored.
 */
import { WireError } from './errors.js';
import { MAX_VERSION_STREAMS } from './limits.js';
import { readNetAddr, type NetAddr } from './net-addr.js';
import { Reader } from './reader.js';

export type PayloadValue = number | bigint | Uint8Array | NetAddr | PayloadValue[];

/** Limit of every count: the longest list of the protocol. */
const MAX_COUNT = MAX_VERSION_STREAMS;

type Item = (reader: Reader) => PayloadValue;

const SIMPLE_ITEMS: Readonly<Record<string, Item>> = {
  v: (reader) => {
    const value = reader.varintBig();
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value);
  },
  H: (reader) => reader.u16(),
  I: (reader) => reader.u32(),
  Q: (reader) => reader.u64(),
  i: readNetAddr,
};

/**
 * @throws WireError with code `protocol`, `insufficient-data` or `excessive-data`
 * @throws RangeError when `format` is not in the notation
 */
export function readPayload(bytes: Uint8Array, format: string): PayloadValue[] {
  const items = new FormatParser(format).all();
  const reader = new Reader(bytes);
  return items.map((item) => item(reader));
}

class FormatParser {
  readonly #format: string;
  #position = 0;

  constructor(format: string) {
    this.#format = format;
  }

  all(): Item[] {
    const items = this.#group();
    if (this.#position < this.#format.length) throw this.#error();
    return items;
  }

  /** Items up to a comma or the end. */
  #group(): Item[] {
    const items: Item[] = [];
    while (this.#position < this.#format.length && this.#format[this.#position] !== ',') {
      items.push(this.#item());
    }
    return items;
  }

  #item(): Item {
    const digits = /^[0-9]*/.exec(this.#format.slice(this.#position))?.[0] ?? '';
    if (digits !== '') {
      const size = Number(digits);
      if (size < 1 || size > MAX_COUNT) throw this.#error();
      this.#position += digits.length;
      return this.#repeated(() => size);
    }
    const letter = this.#format.charAt(this.#position);
    if (letter === 'l') {
      this.#position++;
      return this.#repeated(readSize);
    }
    if (letter === 'L') {
      this.#position++;
      return this.#groups();
    }
    const item = SIMPLE_ITEMS[letter];
    if (!item) throw this.#error();
    this.#position++;
    return item;
  }

  /** What a length stands before: bytes, or a list of another item. */
  #repeated(size: (reader: Reader) => number): Item {
    if (this.#format[this.#position] === 's') {
      this.#position++;
      return (reader) => reader.bytes(size(reader));
    }
    const item = this.#item();
    return (reader) => repeat(reader, checkedCount(size(reader)), () => item(reader));
  }

  #groups(): Item {
    const group = this.#group();
    const [only] = group;
    if (!only) throw this.#error();
    if (this.#format[this.#position] === ',') this.#position++;
    const one = group.length === 1 ? only : (reader: Reader) => group.map((item) => item(reader));
    return (reader) => repeat(reader, checkedCount(readSize(reader)), () => one(reader));
  }

  #error(): RangeError {
    return new RangeError(`bad payload format at ${this.#position}: ${this.#format}`);
  }
}

function readSize(reader: Reader): number {
  return reader.varint();
}

function checkedCount(count: number): number {
  if (count > MAX_COUNT) throw new WireError('excessive-data', 'list longer than allowed');
  return count;
}

function repeat(reader: Reader, count: number, read: () => PayloadValue): PayloadValue[] {
  // Every item takes at least a byte.
  if (count > reader.remaining) throw new WireError('insufficient-data', 'list is cut');
  const values: PayloadValue[] = [];
  while (values.length < count) values.push(read());
  return values;
}
