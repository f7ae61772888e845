/** From the passphrase to the key. */
import { scryptSync } from 'node:crypto';
import { KEY_CHECK_BYTES, SCRYPT_P, SCRYPT_R, type KeyParameters } from './header.js';

/** scrypt with N = 2^17, r = 8: 128 MiB of memory and half a second for each guess. */
export const DEFAULT_COST_LOG2 = 17;
const KEY_BYTES = 32;
/** scrypt takes 128 * N * r bytes, and a little more. */
const MEMORY_PER_STEP = 128 * SCRYPT_R;
const MEMORY_MARGIN_BYTES = 1_048_576;

export interface Keys {
  /** 32 bytes, for AES-256-GCM. */
  readonly key: Uint8Array;
  /** 16 bytes; the header holds them. */
  readonly keyCheck: Uint8Array;
}

/** The passphrase counts as UTF-8 in normal form C: an ü is the same however it was typed. */
export function deriveKeys(passphrase: string, { costLog2, salt }: KeyParameters): Keys {
  const N = 2 ** costLog2;
  const derived = scryptSync(
    Buffer.from(passphrase.normalize('NFC'), 'utf8'),
    salt,
    KEY_BYTES + KEY_CHECK_BYTES,
    { N, r: SCRYPT_R, p: SCRYPT_P, maxmem: MEMORY_PER_STEP * N + MEMORY_MARGIN_BYTES },
  );
  return { key: derived.subarray(0, KEY_BYTES), keyCheck: derived.subarray(KEY_BYTES) };
}
