/**
 * What pubkey, msg and broadcast have in common: a text that ends in a signature, which covers the
 * object from `expires` to the end of the text before it. Protocol: object, msg, broadcast, pubkey
 */
import { signMessage, verifySignature } from '../crypto/ecdsa.js';
import { doubleSha512 } from '../crypto/hashes.js';
import { concatBytes } from '../util/bytes.js';
import { WireError } from '../wire/errors.js';
import type { Reader } from '../wire/reader.js';
import { encodeVarint } from '../wire/writer.js';
import { ObjectError } from './errors.js';

/** Where the hash of a signature starts in its double SHA-512. */
const SIG_HASH_OFFSET = 32;

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

/**
 * Recognises a message or broadcast that came before in another object: the last 32 bytes of the
 * double SHA-512 of the signature [class_objectProcessor.py:processmsg].
 */
export function signatureHash(signature: Uint8Array): Uint8Array {
  return doubleSha512(signature).slice(SIG_HASH_OFFSET);
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
