/** DER of a signature: SEQUENCE(INTEGER r, INTEGER s). */
import { concatBytes } from '../util/bytes.js';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const NUMBER_LENGTH = 32;
/** Set in the first byte of a negative number, so a zero byte stands before numbers that have it. */
const SIGN_BIT = 0x80;

/** From r and s, 32 bytes each. */
export function encodeSignature(raw: Uint8Array): Uint8Array {
  const integers = concatBytes(
    encodeInteger(raw.subarray(0, NUMBER_LENGTH)),
    encodeInteger(raw.subarray(NUMBER_LENGTH)),
  );
  return concatBytes(Uint8Array.of(SEQUENCE, integers.length), integers);
}

/**
 * To r and s, 32 bytes each; undefined for everything but the one encoding of two numbers from 0 to
 * 2^256 - 1.
 */
export function decodeSignature(der: Uint8Array): Uint8Array | undefined {
  const raw = new Uint8Array(2 * NUMBER_LENGTH);
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return undefined;
  let offset: number | undefined = 2;
  for (const end of [NUMBER_LENGTH, 2 * NUMBER_LENGTH]) {
    offset = readInteger(der, offset, raw.subarray(end - NUMBER_LENGTH, end));
    if (offset === undefined) return undefined;
  }
  return offset === der.length ? raw : undefined;
}

function encodeInteger(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start++;
  const digits = number.subarray(start);
  const zero = (digits[0] ?? 0) >= SIGN_BIT ? Uint8Array.of(0) : new Uint8Array(0);
  return concatBytes(Uint8Array.of(INTEGER, zero.length + digits.length), zero, digits);
}

/** Fills `target` from the right; returns the offset behind the number. */
function readInteger(der: Uint8Array, offset: number, target: Uint8Array): number | undefined {
  const length = der[offset + 1];
  if (der[offset] !== INTEGER || length === undefined || length < 1) return undefined;
  const start = offset + 2;
  const end = start + length;
  const [first = 0, second = 0] = der.subarray(start, end);
  if (end > der.length || first >= SIGN_BIT) return undefined;
  if (first === 0 && length > 1 && second < SIGN_BIT) return undefined;
  const digits = der.subarray(first === 0 && length > 1 ? start + 1 : start, end);
  if (digits.length > target.length) return undefined;
  target.set(digits, target.length - digits.length);
  return end;
}
