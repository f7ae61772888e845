import { WireError } from './errors.js';
import { INVENTORY_HASH_BYTES, MAX_INVENTORY_VECTORS } from './limits.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

/**
 * The hashes of a packet, 32 bytes each, in its order, repetitions included. They are made when they
 * are asked for, as views of the payload: a full list of 50,000 would take ten times its bytes.
 */
export class InventoryVectors {
  readonly count: number;
  /** More hashes were announced than there are: to be counted as a protocol fault. */
  readonly fault: boolean;
  readonly #bytes: Uint8Array;

  /** @param bytes the hashes, and perhaps something behind them */
  constructor(bytes: Uint8Array, announced: number) {
    const present = Math.floor(bytes.length / INVENTORY_HASH_BYTES);
    this.#bytes = bytes;
    this.count = Math.min(announced, present);
    this.fault = present < announced;
  }

  get hashes(): Uint8Array[] {
    return this.slice(0, this.count);
  }

  /** Those from `start` on, up to but without `end`. */
  slice(start: number, end: number): Uint8Array[] {
    const hashes: Uint8Array[] = [];
    for (let index = start; index < Math.min(end, this.count); index++) {
      const at = index * INVENTORY_HASH_BYTES;
      hashes.push(this.#bytes.subarray(at, at + INVENTORY_HASH_BYTES));
    }
    return hashes;
  }
}

/**
 * Payload of `inv`, `dinv` and `getdata`: varint count ‖ count × hash(32).
 * @param hashes 1 to 50,000 different ones: other nodes disconnect when a hash is repeated
 * @throws RangeError for none (PyBitmessage asks for an empty hash then) and for too many
 */
export function encodeInventoryVectors(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0 || hashes.length > MAX_INVENTORY_VECTORS) {
    throw new RangeError('a packet takes 1 to 50,000 hashes');
  }
  const writer = new Writer().varint(hashes.length);
  for (const hash of hashes) {
    if (hash.length !== INVENTORY_HASH_BYTES) throw new RangeError('a hash has 32 bytes');
    writer.bytes(hash);
  }
  return writer.finish();
}

/**
 * A count of none gives none. The whole hashes of a list that is cut are used, as PyBitmessage does
 * [bmproto.py:_command_inv], and `fault` is set.
 * @throws WireError; for more than 50,000 announced hashes with code `excessive-data`
 */
export function decodeInventoryVectors(payload: Uint8Array): InventoryVectors {
  const reader = new Reader(payload);
  const announced = reader.varint();
  if (announced > MAX_INVENTORY_VECTORS) {
    throw new WireError('excessive-data', 'more than 50,000 hashes');
  }
  return new InventoryVectors(payload.subarray(reader.offset), announced);
}
