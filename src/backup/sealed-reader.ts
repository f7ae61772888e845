/** Reads an encrypted file chunk by chunk; nothing is given out that was not authenticated. */
import { timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorText, UserError } from '../util/errors.js';
import { BackupError } from './backup-error.js';
import { ChunkCipher, TAG_BYTES, type ChunkPlace } from './chunk-cipher.js';
import { decodeHeader, HEADER_BYTES, type Header } from './header.js';
import { deriveKeys, type Keys } from './key.js';

export interface SealedReaderOptions {
  readonly path: string;
  readonly passphrase: string;
  /** For tests that read many times with one key. */
  readonly derive?: (passphrase: string, header: Header) => Keys;
}

export class SealedReader {
  readonly path: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly #file: number;
  readonly #header: Header;
  readonly #cipher: ChunkCipher;
  #index = 0;
  #offset = HEADER_BYTES;
  #ended = false;

  /** @throws BackupError; UserError when the file cannot be read */
  constructor({ path, passphrase, derive = deriveKeys }: SealedReaderOptions) {
    this.path = path;
    this.#file = openForReading(path);
    try {
      this.bytes = fstatSync(this.#file).size;
      this.#header = decodeHeader(this.#read(0, HEADER_BYTES), path);
      const { key, keyCheck } = derive(passphrase, this.#header);
      if (!timingSafeEqual(keyCheck, this.#header.keyCheck)) {
        throw new BackupError('wrong-passphrase', `the passphrase is not that of ${path}`);
      }
      this.#cipher = new ChunkCipher(key, this.#header.bytes);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Byte of the file where the chunk begins that comes next. */
  get offset(): number {
    return this.#offset;
  }

  /** Plain bytes of the next chunk; undefined after the last. @throws BackupError */
  next(): Uint8Array | undefined {
    if (this.#ended) return undefined;
    const wanted = this.#header.chunkBytes + TAG_BYTES;
    const sealed = this.#read(this.#offset, wanted);
    const isLast = this.#offset + sealed.length >= this.bytes;
    const plain = this.#cipher.open(sealed, { index: this.#index, isLast });
    if (!plain) throw this.#failure(sealed, isLast);
    this.#offset += sealed.length;
    this.#index++;
    this.#ended = isLast;
    return plain;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Whole chunks that say they are not the last, or that they are, tell cut off and added bytes apart. */
  #failure(sealed: Uint8Array, isLast: boolean): BackupError {
    const { path } = this;
    const chunk = this.#index;
    const from = this.#offset;
    const end = from + sealed.length;
    const other: ChunkPlace = { index: chunk, isLast: !isLast };
    const isOther = this.#cipher.open(sealed, other) !== undefined;
    if (isLast && (isOther || sealed.length < TAG_BYTES)) {
      const text = `${path} is cut off at byte ${end}, in or after chunk ${chunk}: more belongs to it`;
      return new BackupError('truncated', text, { offset: end });
    }
    if (isOther) {
      const text = `${path} goes on after its last chunk, from byte ${end} on: something was appended`;
      return new BackupError('appended', text, { offset: end });
    }
    const cut = isLast ? ', or cut off there' : '';
    const text = `${path} is damaged in chunk ${chunk}, bytes ${from} to ${end - 1}${cut}`;
    return new BackupError('damaged-chunk', text, { offset: from });
  }

  #read(position: number, length: number): Uint8Array {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const count = this.#readSome(buffer, filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  }

  #readSome(buffer: Buffer, filled: number, position: number): number {
    try {
      return readSync(this.#file, buffer, filled, buffer.length - filled, position);
    } catch (error) {
      const text = `${this.path} cannot be read at byte ${position} (${errorText(error)})`;
      throw new UserError(text, { cause: error });
    }
  }
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new UserError(`cannot read ${path} (${errorText(error)})`, { cause: error });
  }
}
