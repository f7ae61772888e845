/** Objects on their way to the worker: many rows in two buffers, so that they can be transferred. */
import { equalBytes } from '../util/bytes.js';
import type { InventoryEntry } from './repositories.js';

/** Length of an inventory hash, bytes. */
export const HASH_LENGTH = 32;

/** type, version, stream, expiresS, length of the tag, length of the object. */
const FIELDS_PER_ROW = 6;

/** What crosses the thread border; `bytes` holds hash ‖ tag ‖ object of each row. */
export interface PackedBatch {
  readonly rows: number;
  readonly fields: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Copies entries into one growing buffer. */
export class BatchPacker {
  readonly #maxRows: number;
  readonly #fields: Float64Array<ArrayBuffer>;
  #bytes: Uint8Array<ArrayBuffer>;
  /** Copies that stay here when the buffers are transferred. */
  readonly #hashes: Uint8Array;
  #rows = 0;
  #length = 0;

  constructor(maxRows: number, initialBytes: number) {
    this.#maxRows = maxRows;
    this.#fields = new Float64Array(maxRows * FIELDS_PER_ROW);
    this.#bytes = new Uint8Array(initialBytes);
    this.#hashes = new Uint8Array(maxRows * HASH_LENGTH);
  }

  get isFull(): boolean {
    return this.#rows === this.#maxRows;
  }

  get byteLength(): number {
    return this.#length;
  }

  /** @throws RangeError when the batch is full. */
  push({ hash, type, version, stream, expiresS, tag, object }: InventoryEntry): void {
    this.#reserve(HASH_LENGTH + tag.length + object.length);
    const fields = [type, version, stream, expiresS, tag.length, object.length];
    this.#fields.set(fields, this.#rows * FIELDS_PER_ROW);
    this.#hashes.set(hash, this.#rows * HASH_LENGTH);
    for (const part of [hash, tag, object]) {
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
    }
    this.#rows++;
  }

  has(hash: Uint8Array): boolean {
    return this.hashes().some((other) => equalBytes(other, hash));
  }

  /** The rows' hashes, in order. */
  hashes(): Uint8Array[] {
    return Array.from({ length: this.#rows }, (_, row) =>
      this.#hashes.subarray(row * HASH_LENGTH, (row + 1) * HASH_LENGTH),
    );
  }

  /** The packed rows; their buffers are to be transferred, the packer is done with. */
  finish(): PackedBatch {
    return { rows: this.#rows, fields: this.#fields, bytes: this.#bytes };
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Calls `each` for every row; the arrays are views of the batch's buffer. */
export function unpackBatch(batch: PackedBatch, each: (entry: InventoryEntry) => void): void {
  let offset = 0;
  const take = (length: number): Uint8Array => batch.bytes.subarray(offset, (offset += length));
  for (let row = 0; row < batch.rows; row++) {
    const at = row * FIELDS_PER_ROW;
    const [type = 0, version = 0, stream = 0, expiresS = 0, tagLength = 0, objectLength = 0] =
      batch.fields.subarray(at, at + FIELDS_PER_ROW);
    const hash = take(HASH_LENGTH);
    const tag = take(tagLength);
    const object = take(objectLength);
    each({ hash, type, version, stream, expiresS, tag, object });
  }
}
