/** Small operations on byte arrays. Bytes are `Uint8Array` everywhere outside network/ and store/. */

export const NO_BYTES = new Uint8Array(0);

/** A new array holding all parts one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** True if both hold the same bytes. Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * Bytes of a hex string, upper or lower case.
 * @throws RangeError when the text has an odd length or a character that is no hex digit.
 */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) {
    throw new RangeError('not a hex string of even length');
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const lossyDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of UTF-8 bytes for showing to people; invalid sequences become U+FFFD. */
export function displayText(bytes: Uint8Array): string {
  return lossyDecoder.decode(bytes);
}

/** Text of UTF-8 bytes, or undefined when they are not valid UTF-8. */
export function strictText(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined; // The decoder's only failure: invalid UTF-8.
  }
}

/** Longer arrays are not passed as arguments. */
const MAX_ARGUMENTS = 64;

/** A string with one character per byte (latin-1): a compact, exact key for Map and Set. */
export function bytesKey(bytes: Uint8Array): string {
  // Hashes come by the hundred thousand; a Buffer of each would cost several times the text.
  if (bytes.length <= MAX_ARGUMENTS) {
    return Reflect.apply(String.fromCharCode, undefined, bytes) as string;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes of a {@link bytesKey}. */
export function keyBytes(key: string): Uint8Array {
  return new Uint8Array(Buffer.from(key, 'latin1'));
}
