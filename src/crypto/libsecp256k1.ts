/**
 * The library behind curve.ts and curve-signatures.ts, and the places in its memory that their calls
 * share: they are synchronous. Keys are wiped from it after use.
 */
import { randomBytes } from '../util/random.js';
import { CONTEXT_SIGN_AND_VERIFY, loadSecp256k1, UNCOMPRESSED } from './secp256k1-module.js';

/** Bytes of a private key: a big-endian number in 1..n-1, n being the order of the curve. */
export const PRIVATE_KEY_LENGTH = 32;
/** Bytes of a public key: `04 ‖ X(32) ‖ Y(32)`, coordinates big-endian with leading zeros kept. */
export const PUBLIC_KEY_LENGTH = 65;
/** Size of the library's parsed form of a point. */
export const PARSED_POINT_LENGTH = 64;
/** Bytes of the hash that is signed. */
export const SIGNED_HASH_LENGTH = 32;
/** Bytes of a signature: r and s, 32 each, big-endian. */
export const RAW_SIGNATURE_LENGTH = 64;

export const { calls, heap } = loadSecp256k1();
export const context = calls._secp256k1_context_create(CONTEXT_SIGN_AND_VERIFY);
export const keyAt = calls._malloc(PRIVATE_KEY_LENGTH);
export const pointAt = calls._malloc(PARSED_POINT_LENGTH);
export const serializedAt = calls._malloc(PUBLIC_KEY_LENGTH);
export const hashAt = calls._malloc(SIGNED_HASH_LENGTH);
export const signatureAt = calls._malloc(RAW_SIGNATURE_LENGTH);
export const rawSignatureAt = calls._malloc(RAW_SIGNATURE_LENGTH);
const serializedLengthAt = calls._malloc(Uint32Array.BYTES_PER_ELEMENT);
new DataView(heap.buffer).setUint32(serializedLengthAt, PUBLIC_KEY_LENGTH, true);
blind();

/** Calls with the key at {@link keyAt}. */
export function withKey<Result>(key: Uint8Array, use: () => Result): Result {
  heap.set(key, keyAt);
  try {
    return use();
  } finally {
    heap.fill(0, keyAt, keyAt + PRIVATE_KEY_LENGTH);
  }
}

/** The public key (65 bytes) of a private key; undefined for what is none. */
export function makePublicKey(key: Uint8Array): Uint8Array | undefined {
  const made =
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => calls._secp256k1_ec_pubkey_create(context, pointAt, keyAt) === 1);
  return made ? serializePoint() : undefined;
}

/** The point at {@link pointAt} as 65 bytes. */
export function serializePoint(): Uint8Array {
  calls._secp256k1_ec_pubkey_serialize(
    context,
    serializedAt,
    serializedLengthAt,
    pointAt,
    UNCOMPRESSED,
  );
  return heap.slice(serializedAt, serializedAt + PUBLIC_KEY_LENGTH);
}

/** r and s (64 bytes, the lower s) for a hash of 32 bytes; undefined for what is no key. */
export function signWith(key: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
  heap.set(hash, hashAt);
  const made =
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => calls._secp256k1_ecdsa_sign(context, signatureAt, hashAt, keyAt) === 1);
  if (!made) return undefined;
  calls._secp256k1_ecdsa_signature_serialize_compact(context, rawSignatureAt, signatureAt);
  return heap.slice(rawSignatureAt, rawSignatureAt + RAW_SIGNATURE_LENGTH);
}

/** Random blinding protects multiplications of the base point against side channels. */
function blind(): void {
  withKey(randomBytes(PRIVATE_KEY_LENGTH), () =>
    calls._secp256k1_context_randomize(context, keyAt),
  );
}
