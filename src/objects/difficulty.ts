/** Proof of work: how much an object needs, and whether it has it [protocol.py:isProofOfWorkSufficient]. */
import { doubleSha512, sha512 } from '../crypto/hashes.js';
import { concatBytes } from '../util/bytes.js';
import { NONCE_BYTES } from '../wire/limits.js';
import { Reader } from '../wire/reader.js';
import { decodeHeader, withoutNonce } from './object.js';

export interface Difficulty {
  /** Average trials for each byte of length × life. */
  readonly nonceTrialsPerByte: number;
  /** Added to the length: what a small object costs at least. */
  readonly payloadLengthExtraBytes: number;
}

/** Least difficulty of any object [defaults.py]. */
export const NETWORK_MINIMUM: Difficulty = {
  nonceTrialsPerByte: 1_000,
  payloadLengthExtraBytes: 1_000,
};

/** Of a test network: a hundredth [bitmessagemain.py, option -t]. */
export const TEST_MINIMUM: Difficulty = { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 };

/** Objects with less life left are judged as if they had this much. */
export const MIN_POW_TTL_S = 300;

/** The larger of each: a demand below the network's minimum counts as the minimum. */
export function atLeast(demanded: Difficulty, minimum: Difficulty): Difficulty {
  const { max } = Math;
  return {
    nonceTrialsPerByte: max(demanded.nonceTrialsPerByte, minimum.nonceTrialsPerByte),
    payloadLengthExtraBytes: max(demanded.payloadLengthExtraBytes, minimum.payloadLengthExtraBytes),
  };
}

/**
 * A proof is good when its value is at most this: 2^64 / (N × (L + E + TTL × (L + E) / 2^16)), both
 * divisions rounded down. PyBitmessage's sender computes it in floating point and gets slightly less.
 * @param lengthWithNonce bytes of the whole object
 * @param ttlS whole seconds; less than 300 counts as 300
 * @param difficulty above 0: what a stranger demands goes through {@link atLeast} first
 * @throws RangeError for a difficulty of 0 and for numbers that are not whole
 */
export function powTarget(lengthWithNonce: number, ttlS: number, difficulty: Difficulty): bigint {
  const ttl = BigInt(Math.max(MIN_POW_TTL_S, ttlS));
  const length = BigInt(lengthWithNonce) + BigInt(difficulty.payloadLengthExtraBytes);
  const weight = length + (ttl * length) / 0x1_0000n;
  // A stranger's key block may demand 0: nothing is easier than one trial a byte.
  const trials = BigInt(Math.max(1, difficulty.nonceTrialsPerByte));
  return 0x1_0000_0000_0000_0000n / (trials * weight);
}

/** SHA-512 of everything behind the nonce, 64 bytes: what nonces are tried on. */
export function initialHashOf(objectWithoutNonce: Uint8Array): Uint8Array {
  return sha512(objectWithoutNonce);
}

/** Value of one trial: the first 8 bytes of SHA512(SHA512(nonce ‖ initialHash)), big-endian. */
export function trialValue(nonce: Uint8Array, initialHash: Uint8Array): bigint {
  return new Reader(doubleSha512(concatBytes(nonce, initialHash))).u64();
}

/** Value of the trial that the object's own nonce is. @throws ObjectError `malformed` when too short */
export function powValue(object: Uint8Array): bigint {
  const rest = withoutNonce(object);
  return trialValue(object.subarray(0, NONCE_BYTES), initialHashOf(rest));
}

/**
 * @param difficulty what is demanded; raise it to the network's minimum with {@link atLeast}
 * @param receiveTimeS unix seconds; fractions are cut
 * @throws ObjectError `malformed` when the header does not parse
 */
export function isPowSufficient(
  object: Uint8Array,
  difficulty: Difficulty,
  receiveTimeS: number,
): boolean {
  const ttlS = decodeHeader(object).expiresS - Math.floor(receiveTimeS);
  return powValue(object) <= powTarget(object.length, ttlS, difficulty);
}
