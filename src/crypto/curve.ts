/**
 * The one seam to the curve secp256k1: public keys and shared points, by libsecp256k1 compiled to
 * WebAssembly (several times faster than node:crypto's ECDH, and validates points by itself) and by
 * the signing kernel.
 * Making public keys is constant-time; shared points are not (a local side channel only).
 */
import { randomBytes } from '../util/random.js';
import { CryptoError } from './errors.js';
import {
  calls,
  context,
  heap,
  keyAt,
  makePublicKey,
  PARSED_POINT_LENGTH,
  PRIVATE_KEY_LENGTH,
  PUBLIC_KEY_LENGTH,
  pointAt,
  serializedAt,
  serializePoint,
  withKey,
} from './libsecp256k1.js';
import { signingKernel } from './signing-kernel.js';

export { PRIVATE_KEY_LENGTH, PUBLIC_KEY_LENGTH };

const COORDINATE_LENGTH = 32;
const UNCOMPRESSED_PREFIX = 0x04;

/** A public key that was checked to be on the curve, in libsecp256k1's own form. */
export interface CurvePoint {
  readonly parsed: Uint8Array;
}

/** True for 32 bytes with a value in 1..n-1. */
export function isValidPrivateKey(key: Uint8Array): boolean {
  return (
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => calls._secp256k1_ec_seckey_verify(context, keyAt) === 1)
  );
}

/** A private key, uniformly random. */
export function randomPrivateKey(): Uint8Array {
  for (;;) {
    const key = randomBytes(PRIVATE_KEY_LENGTH);
    if (isValidPrivateKey(key)) return key; // All but 1 of 2^128.
  }
}

/**
 * The public key (65 bytes) of a private key: by the kernel where this thread signs with it.
 * @throws CryptoError 'private-key'
 */
export function publicKeyOf(key: Uint8Array): Uint8Array {
  const made = signingKernel()?.publicKey(key) ?? makePublicKey(key);
  if (!made) throw new CryptoError('private-key', 'not a private key of secp256k1');
  return made;
}

/** True for 65 bytes `04 ‖ X ‖ Y` of a point on the curve, both coordinates below the field's prime. */
export function isValidPublicKey(publicKey: Uint8Array): boolean {
  return loadPublicKey(publicKey);
}

/** Checks a public key once, for many {@link sharedXWith}; undefined when it is none. */
export function parsePublicKey(publicKey: Uint8Array): CurvePoint | undefined {
  if (!loadPublicKey(publicKey)) return undefined;
  return { parsed: heap.slice(pointAt, pointAt + PARSED_POINT_LENGTH) };
}

/**
 * X coordinate (32 bytes, leading zeros kept) of the point times the private key.
 * @throws CryptoError 'private-key'
 */
export function sharedXWith(key: Uint8Array, point: CurvePoint): Uint8Array {
  heap.set(point.parsed, pointAt);
  const made =
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => calls._secp256k1_ec_pubkey_tweak_mul(context, pointAt, keyAt) === 1);
  if (!made) throw new CryptoError('private-key', 'not a private key of secp256k1');
  return serializePoint().slice(1, 1 + COORDINATE_LENGTH);
}

/**
 * The shared X coordinate (32 bytes) of a private key and somebody's public key; undefined when
 * that is no point of the curve.
 * @throws CryptoError 'private-key'
 */
export function sharedX(key: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const point = parsePublicKey(publicKey);
  return point && sharedXWith(key, point);
}

/** Leaves the parsed point at {@link pointAt}. */
export function loadPublicKey(publicKey: Uint8Array): boolean {
  // The library would also take the hybrid prefixes 06 and 07, which the protocol does not know.
  if (publicKey.length !== PUBLIC_KEY_LENGTH || publicKey[0] !== UNCOMPRESSED_PREFIX) return false;
  heap.set(publicKey, serializedAt);
  return calls._secp256k1_ec_pubkey_parse(context, pointAt, serializedAt, PUBLIC_KEY_LENGTH) === 1;
}
