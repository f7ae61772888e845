/**
 * What pubkey, msg and broadcast have in common: a text that ends in a signature, which covers the
 * object from `expires` to the end of the text before it. Protocol: object, msg, broadcast, pubkey
 */
import { signMessage, verifySignature } from '../crypto/ecdsa.js';
import { concatBytes } from '../util/bytes.js';
import { WireError } from '../wire/errors.js';
import type { Reader } from '../wire/reader.js';
import { encodeVarint } from '../wire/writer.js';
import { ObjectError } from './errors.js';

/** Length and bytes of the signature. @throws WireError when they are not all there. */
export function readSignature(reader: Reader): Uint8Array {
  return reader.varBytes(reader.remaining);
}

/** `text` ‖ vi length ‖ signature over `prefix` ‖ `text` (SHA-256). */
export function signText(prefix: Uint8Array, text: Uint8Array, signingKey: Uint8Array): Uint8Array {
  const signature = signMessage(signingKey, concatBytes(prefix, text));
  return concatBytes(text, encodeVarint(signature.length), signature);
}

/** True if `signature` over `prefix` ‖ `text` was made with that key, with SHA-256 or SHA-1. */
export function isTextSigned(
  prefix: Uint8Array,
  text: Uint8Array,
  signature: Uint8Array,
  publicSigningKey: Uint8Array,
): boolean {
  return verifySignature(publicSigningKey, concatBytes(prefix, text), signature);
}

/** What `read` returns, or undefined when the bytes, which come from strangers, do not hold it. */
export function tryRead<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError || error instanceof ObjectError) return undefined;
    throw error;
  }
}
