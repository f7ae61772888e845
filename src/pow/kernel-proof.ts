/** Known answers: what a kernel has to give before it is trusted. The truth is node:crypto. */
import type { Kernel } from './kernel.js';
import { INITIAL_HASH_BYTES, nonceValue } from './trial.js';

/** Nonces tried one by one: both halves of the number, its sign bit, and what a carry could spoil. */
const NONCES = [1n, 2n, 12345n, 0xffff_ffffn, 1n << 32n, (1n << 63n) + 7n, (1n << 64n) - 2n];

/** Ranges begin so that their nonces carry into the upper half, and their lanes as well. */
const RANGE_START = (1n << 32n) - 250n;
const RANGE_NONCES = 512;
/** Of one search: more than any kernel tries side by side, and no multiple of that. */
const WINDOW_NONCES = 19;
/** One hit in 16 trials: then windows begin with a hit in every lane, and some have none. */
const WINDOW_TARGET = (1n << 60n) - 1n;

/** Bytes of the initial hashes: small, large and mixed. */
const FILLS = [0x00, 0xff, 0xa5];

/**
 * True when a kernel gives node:crypto's values: for each nonce, its own value as target is reached
 * and one less is not; ranges are left at their first hit, and one without a hit at its end. Takes
 * some milliseconds.
 */
export function proveKernel(kernel: Kernel): boolean {
  return FILLS.every((fill) => {
    const initialHash = Uint8Array.from({ length: INITIAL_HASH_BYTES }, (_, i) => fill ^ (i * 7));
    kernel.begin(initialHash);
    return (
      NONCES.every((nonce) => hitsExactly(kernel, initialHash, nonce)) &&
      findsFirstHits(kernel, initialHash)
    );
  });
}

function hitsExactly(kernel: Kernel, initialHash: Uint8Array, nonce: bigint): boolean {
  const value = nonceValue(initialHash, nonce);
  return kernel.search(nonce, 1, value) === nonce && kernel.search(nonce, 1, value - 1n) === 0n;
}

/** Every window of the range by itself, whatever lane its first hit is in. */
function findsFirstHits(kernel: Kernel, initialHash: Uint8Array): boolean {
  const hits = Array.from({ length: RANGE_NONCES }, (_, i) => RANGE_START + BigInt(i)).filter(
    (nonce) => nonceValue(initialHash, nonce) <= WINDOW_TARGET,
  );
  for (let offset = 0; offset + WINDOW_NONCES <= RANGE_NONCES; offset++) {
    const start = RANGE_START + BigInt(offset);
    const first = hits.find((nonce) => nonce >= start) ?? 0n;
    const expected = first < start + BigInt(WINDOW_NONCES) ? first : 0n;
    if (kernel.search(start, WINDOW_NONCES, WINDOW_TARGET) !== expected) return false;
  }
  return true;
}
