/** Writes an encrypted file: header, then what it is given, in chunks. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { ChunkCipher } from './chunk-cipher.js';
import { encodeHeader, SALT_BYTES } from './header.js';
import { DEFAULT_COST_LOG2, deriveKeys } from './key.js';

const DEFAULT_CHUNK_BYTES = 65_536;
const FILE_MODE = 0o600;

/** For tests: a cheap key, many chunks. */
export interface SealedWriterOptions {
  readonly costLog2?: number;
  readonly chunkBytes?: number;
}

export class SealedWriter {
  readonly #file: number;
  readonly #cipher: ChunkCipher;
  /** Filled up to `#used`; sealed when more comes, so that the last one is known as the last. */
  readonly #chunk: Buffer;
  #used = 0;
  #index = 0;
  #bytes: number;

  /** Makes `path`, which must not exist, of mode 0600. @throws the file system's error */
  constructor(
    path: string,
    passphrase: string,
    { costLog2 = DEFAULT_COST_LOG2, chunkBytes = DEFAULT_CHUNK_BYTES }: SealedWriterOptions = {},
  ) {
    const salt = randomBytes(SALT_BYTES);
    const { key, keyCheck } = deriveKeys(passphrase, { costLog2, salt });
    const header = encodeHeader({ costLog2, salt, chunkBytes, keyCheck });
    this.#cipher = new ChunkCipher(key, header.bytes);
    this.#chunk = Buffer.alloc(chunkBytes);
    this.#file = openSync(path, 'wx', FILE_MODE);
    this.#bytes = 0;
    this.#put(header.bytes);
  }

  write(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#used === this.#chunk.length) this.#seal(false);
      const part = rest.subarray(0, this.#chunk.length - this.#used);
      this.#chunk.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** Writes the last chunk; when it returns, all is on the disk. @returns the file's size in bytes */
  end(): number {
    this.#seal(true);
    fsyncSync(this.#file);
    this.close();
    return this.#bytes;
  }

  /** Closes a file that is given up. */
  close(): void {
    closeSync(this.#file);
  }

  #seal(isLast: boolean): void {
    const plain = this.#chunk.subarray(0, this.#used);
    this.#put(this.#cipher.seal(plain, { index: this.#index, isLast }));
    this.#index++;
    this.#used = 0;
  }

  #put(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#bytes += bytes.length;
  }
}
