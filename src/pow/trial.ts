/**
 * One trial of the proof of work by node:crypto: the truth that every kernel is measured against, and
 * the kernel of last resort. objects/difficulty.ts judges whole objects by the same formula; here the
 * copies that it makes would count.
 */
import { hash } from 'node:crypto';

/** Bytes of the initial hash: a SHA-512. */
export const INITIAL_HASH_BYTES = 64;
/** Trial values and nonces are unsigned numbers of 64 bits. */
export const VALUE_SPACE = 1n << 64n;

/**
 * Value of a nonce: first 8 bytes, big-endian, of SHA512(SHA512(nonce ‖ initialHash)).
 * [Protocol: proof of work; proofofwork.py:trial_value]
 * @param initialHash 64 bytes: SHA-512 of the object from byte 8 on.
 * @param nonce 0 to 2^64 - 1.
 */
export function nonceValue(initialHash: Uint8Array, nonce: bigint): bigint {
  const message = Buffer.alloc(8 + INITIAL_HASH_BYTES);
  message.writeBigUInt64BE(nonce);
  message.set(initialHash, 8);
  return hash('sha512', hash('sha512', message, 'buffer'), 'buffer').readBigUInt64BE();
}

/** How many trials a target takes on average. */
export function expectedTrials(target: bigint): number {
  return Number(VALUE_SPACE / (target + 1n));
}
