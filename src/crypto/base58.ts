/**
 * Base58 with Bitcoin's alphabet, but purely numeric: the bytes are one big-endian number. Leading
 * zero bytes are not kept, zero is `1`. [addresses.py:encodeBase58, decodeBase58]
 */
import { base58 } from '@scure/base';

/** Longest text that is looked at; addresses have 38 characters, WIFs 51. The work grows squared. */
const MAX_TEXT_LENGTH = 1024;

const ZERO = '1';

export function encodeBase58(bytes: Uint8Array): string {
  return base58.encode(withoutLeadingZeros(bytes)) || ZERO;
}

/**
 * The number's bytes without leading zeros (none at all for zero and the empty text); undefined for
 * a character outside the alphabet or more than 1,024 characters.
 */
export function decodeBase58(text: string): Uint8Array | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  try {
    return withoutLeadingZeros(base58.decode(text));
  } catch {
    return undefined; // The decoder's only failure: a foreign character.
  }
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? new Uint8Array(0) : bytes.slice(first);
}
