/**
 * The library behind curve.ts and curve-signatures.ts, and the places in its memory that their calls
 * share: they are synchronous. Keys are wiped from it after use.
 */
// Not the package's index: that loads the whole library, in 230 ms instead of 17 ms.
import {
  CompressionFlag,
  ContextFlag,
  instantiateSecp256k1Wasm,
} from '@bitauth/libauth/build/lib/bin/secp256k1/secp256k1-wasm.js';
import { randomBytes } from '../util/random.js';

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

export const wasm = await instantiateSecp256k1Wasm();
export const context = wasm.contextCreate(ContextFlag.BOTH);
export const keyAt = wasm.malloc(PRIVATE_KEY_LENGTH);
export const pointAt = wasm.malloc(PARSED_POINT_LENGTH);
export const serializedAt = wasm.malloc(PUBLIC_KEY_LENGTH);
export const hashAt = wasm.malloc(SIGNED_HASH_LENGTH);
export const signatureAt = wasm.malloc(RAW_SIGNATURE_LENGTH);
export const rawSignatureAt = wasm.malloc(RAW_SIGNATURE_LENGTH);
const serializedLengthAt = wasm.mallocSizeT(PUBLIC_KEY_LENGTH);
blind();

/** Calls with the key at {@link keyAt}. */
export function withKey<Result>(key: Uint8Array, use: () => Result): Result {
  wasm.heapU8.set(key, keyAt);
  try {
    return use();
  } finally {
    wasm.heapU8.fill(0, keyAt, keyAt + PRIVATE_KEY_LENGTH);
  }
}

/** The public key (65 bytes) of a private key; undefined for what is none. */
export function makePublicKey(key: Uint8Array): Uint8Array | undefined {
  const made =
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => wasm.pubkeyCreate(context, pointAt, keyAt) === 1);
  return made ? serializePoint() : undefined;
}

/** The point at {@link pointAt} as 65 bytes. */
export function serializePoint(): Uint8Array {
  const flag = CompressionFlag.UNCOMPRESSED;
  wasm.pubkeySerialize(context, serializedAt, serializedLengthAt, pointAt, flag);
  return wasm.heapU8.slice(serializedAt, serializedAt + PUBLIC_KEY_LENGTH);
}

/** r and s (64 bytes, the lower s) for a hash of 32 bytes; undefined for what is no key. */
export function signWith(key: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
  wasm.heapU8.set(hash, hashAt);
  const made =
    key.length === PRIVATE_KEY_LENGTH &&
    withKey(key, () => wasm.sign(context, signatureAt, hashAt, keyAt) === 1);
  if (!made) return undefined;
  wasm.signatureSerializeCompact(context, rawSignatureAt, signatureAt);
  return wasm.heapU8.slice(rawSignatureAt, rawSignatureAt + RAW_SIGNATURE_LENGTH);
}

/** Random blinding protects multiplications of the base point against side channels. */
function blind(): void {
  withKey(randomBytes(PRIVATE_KEY_LENGTH), () => wasm.contextRandomize(context, keyAt));
}
