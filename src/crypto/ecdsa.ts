/**
 * Signatures: ECDSA over secp256k1, DER-encoded. Exactly what the reference accepts is accepted: any
 * S, minimal integers only, nothing behind the sequence. The numbers are libsecp256k1's work, many
 * times faster than OpenSSL's; what is not plainly a DER signature is left to OpenSSL's judgement.
 * [highlevelcrypto.py:sign, verify]
 */
import { createPublicKey, hash, verify } from 'node:crypto';
import { concatBytes, fromHex } from '../util/bytes.js';
import { isValidPublicKey } from './curve.js';
import { SIGNED_HASH_LENGTH, signHash, verifyHash } from './curve-signatures.js';
import { decodeSignature, encodeSignature } from './signature-der.js';

export type SignatureDigest = 'sha256' | 'sha1';

/** What Petrel signs with: PyBitmessage's default `digestalg`. */
export const DEFAULT_DIGEST: SignatureDigest = 'sha256';

/** What is accepted; most signatures are of the first kind. */
const ACCEPTED_DIGESTS: readonly SignatureDigest[] = ['sha256', 'sha1'];

// SubjectPublicKeyInfo: SEQUENCE(SEQUENCE(ecPublicKey, secp256k1), BIT STRING point).
const PUBLIC_KEY_HEAD = fromHex('3056301006072a8648ce3d020106052b8104000a034200');

/**
 * A DER signature, about 70 bytes; the same message gets the same one.
 * @throws CryptoError 'private-key'
 */
export function signMessage(
  key: Uint8Array,
  message: Uint8Array,
  digest: SignatureDigest = DEFAULT_DIGEST,
): Uint8Array {
  return encodeSignature(signHash(key, hashOf(message, digest)));
}

/** True when `signature` is one of the message by that public key (65 bytes), with SHA-256 or SHA-1. */
export function verifySignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const raw = decodeSignature(signature);
  if (!raw) return verifyByOpenSsl(publicKey, message, signature);
  return ACCEPTED_DIGESTS.some((digest) => verifyHash(publicKey, hashOf(message, digest), raw));
}

/** As {@link verifySignature}, by OpenSSL alone: what its acceptance is measured by. */
export function verifyByOpenSsl(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!isValidPublicKey(publicKey)) return false;
  const der = Buffer.from(concatBytes(PUBLIC_KEY_HEAD, publicKey).buffer);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return ACCEPTED_DIGESTS.some((digest) => {
    try {
      return verify(digest, message, key, signature);
    } catch {
      return false; // OpenSSL throws at some malformed signatures, or when policy forbids SHA-1.
    }
  });
}

/** The number that is signed: 32 bytes, SHA-1 with zeros in front. */
function hashOf(message: Uint8Array, digest: SignatureDigest): Uint8Array {
  const number = new Uint8Array(SIGNED_HASH_LENGTH);
  const hashed = hash(digest, message, 'buffer');
  number.set(hashed, number.length - hashed.length);
  return number;
}
