/**
 * ECDSA of hashes. Signing is constant-time, its secret number made of key and hash (RFC 6979), by the
 * kernel or, where that does not run, by libsecp256k1; verifying works on public values only.
 */
import { loadPublicKey } from './curve.js';
import { CryptoError } from './errors.js';
import {
  calls,
  context,
  hashAt,
  heap,
  pointAt,
  RAW_SIGNATURE_LENGTH,
  rawSignatureAt,
  signatureAt,
  SIGNED_HASH_LENGTH,
  signWith,
} from './libsecp256k1.js';
import { signingKernel } from './signing-kernel.js';

export { RAW_SIGNATURE_LENGTH, SIGNED_HASH_LENGTH };

/**
 * The signature (64 bytes) of a hash (32 bytes); s is the lower of the two that fit.
 * @throws CryptoError 'private-key'
 */
export function signHash(key: Uint8Array, hash: Uint8Array): Uint8Array {
  checkHash(hash);
  const made = signingKernel()?.sign(key, hash) ?? signWith(key, hash);
  if (!made) throw new CryptoError('private-key', 'not a private key of secp256k1');
  return made;
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
  checkHash(hash);
  heap.set(hash, hashAt);
  heap.set(signature, rawSignatureAt);
  if (calls._secp256k1_ecdsa_signature_parse_compact(context, signatureAt, rawSignatureAt) !== 1)
    return false;
  // The library refuses the higher s, which the protocol allows.
  calls._secp256k1_ecdsa_signature_normalize(context, signatureAt, signatureAt);
  return calls._secp256k1_ecdsa_verify(context, signatureAt, hashAt, pointAt) === 1;
}

function checkHash(hash: Uint8Array): void {
  if (hash.length !== SIGNED_HASH_LENGTH) throw new RangeError('a signed hash has 32 bytes');
}
