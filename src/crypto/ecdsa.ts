/**
 * Signatures: ECDSA over secp256k1, DER-encoded, by OpenSSL, so that exactly what the reference
 * accepts is accepted: any S, minimal integers only, nothing behind the sequence.
 * [highlevelcrypto.py:sign, verify]
 */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { concatBytes, fromHex } from '../util/bytes.js';
import { isValidPrivateKey, isValidPublicKey } from './curve.js';
import { CryptoError } from './errors.js';

export type SignatureDigest = 'sha256' | 'sha1';

/** What Petrel signs with: PyBitmessage's default `digestalg`. */
export const DEFAULT_DIGEST: SignatureDigest = 'sha256';

/** What is accepted; most signatures are of the first kind. */
const ACCEPTED_DIGESTS: readonly SignatureDigest[] = ['sha256', 'sha1'];

// DER around the raw keys. SEC 1: SEQUENCE(1, OCTET STRING key, [0] secp256k1).
const PRIVATE_KEY_HEAD = fromHex('302e0201010420');
const PRIVATE_KEY_TAIL = fromHex('a00706052b8104000a');
// SubjectPublicKeyInfo: SEQUENCE(SEQUENCE(ecPublicKey, secp256k1), BIT STRING point).
const PUBLIC_KEY_HEAD = fromHex('3056301006072a8648ce3d020106052b8104000a034200');

/**
 * A DER signature, about 70 to 72 bytes, different at every call.
 * @throws CryptoError 'private-key'
 */
export function signMessage(
  key: Uint8Array,
  message: Uint8Array,
  digest: SignatureDigest = DEFAULT_DIGEST,
): Uint8Array {
  if (!isValidPrivateKey(key)) {
    throw new CryptoError('private-key', 'not a private key of secp256k1');
  }
  const der = concatBytes(PRIVATE_KEY_HEAD, key, PRIVATE_KEY_TAIL);
  const keyObject = createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'sec1' });
  der.fill(0);
  return new Uint8Array(sign(digest, message, keyObject));
}

/** True when `signature` is one of the message by that public key (65 bytes), with SHA-256 or SHA-1. */
export function verifySignature(
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
