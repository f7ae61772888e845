/**
 * AES-256-GCM chunk by chunk (the STREAM construction, https://eprint.iacr.org/2015/189): the nonce is
 * the chunk's number and a byte that is 1 for the last, so that chunks cannot be left out, put in
 * another order or cut off at the end. The key is of one file alone (random salt), so nonces never repeat.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const COUNTER_AT = 3;
export const TAG_BYTES = 16;

export interface ChunkPlace {
  /** From 0. */
  readonly index: number;
  readonly isLast: boolean;
}

export class ChunkCipher {
  readonly #key: Uint8Array;
  readonly #associated: Uint8Array;

  /** @param associated the file's header */
  constructor(key: Uint8Array, associated: Uint8Array) {
    this.#key = key;
    this.#associated = associated;
  }

  /** @returns as many bytes as given, and 16 of the tag. */
  seal(plain: Uint8Array, place: ChunkPlace): Uint8Array {
    const cipher = createCipheriv(ALGORITHM, this.#key, nonceOf(place));
    cipher.setAAD(this.#associated);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Undefined when these bytes are not that chunk. */
  open(sealed: Uint8Array, place: ChunkPlace): Uint8Array | undefined {
    if (sealed.length < TAG_BYTES) return undefined;
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonceOf(place), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#associated);
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
      return plain;
    } catch {
      return undefined; // The tag does not fit: an expected outcome.
    }
  }
}

/** Three zero bytes, the number (64 bits, big-endian), the mark of the last one. */
function nonceOf({ index, isLast }: ChunkPlace): Uint8Array {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(index), COUNTER_AT);
  nonce[NONCE_BYTES - 1] = Number(isLast);
  return nonce;
}
