/**
 * ECDSA of hashes by libsecp256k1. Signing is constant-time, its secret number made of key and hash
 * (RFC 6979); verifying works on public values only.
 */
import { loadPublicKey } from './curve.js';
import { CryptoError } from './errors.js';
import { context, keyAt, pointAt, PRIVATE_KEY_LENGTH, wasm, withKey } from './libsecp256k1.js';

/** Bytes of the hash; shorter ones get zeros in front. */
export const SIGNED_HASH_LENGTH = 32;
/** Bytes of a signature here: r and s, 32 each, big-endian. */
export const RAW_SIGNATURE_LENGTH = 64;

const hashAt = wasm.malloc(SIGNED_HASH_LENGTH);
const signatureAt = wasm.malloc(RAW_SIGNATURE_LENGTH);
const rawAt = wasm.malloc(RAW_SIGNATURE_LENGTH);

/**
 * The signature (64 bytes) of a hash (32 bytes); s is the lower of the two that fit.
 * @throws CryptoError 'private-key'
 */
export function signHash(key: Uint8Array, hash: Uint8Array): Uint8Array {
  placeHash(hash);
  const made =
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => wasm.sign(context, signatureAt, hashAt, keyAt) === 1);
  if (!made) throw new CryptoError('private-key', 'not a private key of secp256k1');
  wasm.signatureSerializeCompact(context, rawAt, signatureAt);
  return wasm.heapU8.slice(rawAt, rawAt + RAW_SIGNATURE_LENGTH);
}

/**
 * True when the signature (64 bytes, either s) is one of the hash (32 bytes) by that public key (65
 * bytes); false also for what is no key, and for numbers out of range.
 */
export function verifyHash(
  publicKey: Uint8Array,
  hash: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!loadPublicKey(publicKey) || signature.length !== RAW_SIGNATURE_LENGTH) return false;
  placeHash(hash);
  wasm.heapU8.set(signature, rawAt);
  if (wasm.signatureParseCompact(context, signatureAt, rawAt) !== 1) return false;
  // The library refuses the higher s, which the protocol allows.
  wasm.signatureNormalize(context, signatureAt, signatureAt);
  return wasm.verify(context, signatureAt, hashAt, pointAt) === 1;
}

function placeHash(hash: Uint8Array): void {
  if (hash.length !== SIGNED_HASH_LENGTH) throw new RangeError('a signed hash has 32 bytes');
  wasm.heapU8.set(hash, hashAt);
}
