/** Checks and conversions of arguments, with the reference's leniency and its error texts. */
import { parseNumber } from '../node/settings/option-spec.js';
import { fromHex } from '../util/bytes.js';
import { API_ERROR, ApiError, unexpected } from './errors.js';
import { typeOf, type CallContext } from './command.js';
import { isAscii, pythonRepr } from './python-text.js';
import { Binary, Float, isList, isStruct, type ApiValue } from './values.js';

type Given = ApiValue | undefined;

const NOT_ASCII = "'ascii' codec can't encode characters: ordinal not in range(128)";

/**
 * Bytes of a base64 argument as Python 2 decodes it: characters outside the alphabet are skipped,
 * nothing after the padding counts, only missing padding is an error [binascii.c:a2b_base64].
 * What XML-RPC sends as `<base64>` is decoded already, where the reference refuses it.
 * @throws ApiError 22
 */
export function base64Argument(context: CallContext, given: Given): Uint8Array {
  const value = given ?? null;
  if (value instanceof Binary) return value.bytes;
  if (typeof value !== 'string') throw notDecodable(context, value, 'a2b_base64', undefined);
  if (!isAscii(value)) throw notDecodable(context, value, 'a2b_base64', NOT_ASCII);
  const bytes = decodeLenientBase64(value);
  if (!bytes) throw notDecodable(context, value, 'a2b_base64', 'Incorrect padding');
  return bytes;
}

/** @throws ApiError 22 */
export function hexArgument(context: CallContext, given: Given): Uint8Array {
  const value = given ?? null;
  if (typeof value !== 'string') throw notDecodable(context, value, 'a2b_hex', undefined);
  if (!isAscii(value)) throw notDecodable(context, value, 'a2b_hex', NOT_ASCII);
  if (value.length % 2 !== 0) throw notDecodable(context, value, 'a2b_hex', 'Odd-length string');
  if (!/^[0-9a-fA-F]*$/.test(value)) {
    throw notDecodable(context, value, 'a2b_hex', 'Non-hexadecimal digit found');
  }
  return fromHex(value);
}

function notDecodable(
  context: CallContext,
  value: ApiValue,
  decoder: string,
  reason: string | undefined,
): ApiError {
  const type = value === null ? 'None' : typeOf(context, value);
  const why = reason ?? `${decoder}() argument 1 must be string or buffer, not ${type}`;
  const shown = pythonRepr(value, context.strings);
  const text = `Decode error - ${why}. Had trouble while decoding string: ${shown}`;
  return new ApiError(API_ERROR.undecodableArgument, text);
}

/** True only for a real boolean; left out is false. @throws ApiError 23, naming the parameter. */
export function eighteenByteRipeArgument(context: CallContext, given: Given): boolean {
  if (given === undefined) return false;
  if (typeof given === 'boolean') return given;
  throw boolExpected(`eighteenByteRipe, saw <type '${typeOf(context, given)}'> instead`);
}

/** Undefined when left out or null. @throws ApiError 23 */
export function readStatusArgument(context: CallContext, given: Given): boolean | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'boolean') return given;
  throw boolExpected(`readStatus, saw <type '${typeOf(context, given)}'> instead.`);
}

function boolExpected(rest: string): ApiError {
  return new ApiError(API_ERROR.boolExpected, `Bool expected in ${rest}`);
}

/** What Python takes for false: nothing, zero, and whatever is empty. */
export function isFalsy(given: Given): boolean {
  if (given === undefined || given === null || given === '') return true;
  if (isList(given)) return given.length === 0;
  if (isStruct(given)) return Object.keys(given).length === 0;
  return numberOf(given) === 0;
}

/** Any number, booleans included; undefined when it is none. */
export function numberOf(given: Given): number | undefined {
  if (typeof given === 'number') return given;
  if (typeof given === 'boolean' || typeof given === 'bigint') return Number(given);
  return given instanceof Float ? given.value : undefined;
}

/** A whole number: an int, an integral float, a boolean. @throws ApiError 21 */
export function integerArgument(context: CallContext, given: Given): number {
  const value = numberOf(given);
  if (value === undefined || !Number.isInteger(value)) {
    throw unexpected(`a whole number is required, not ${typeOf(context, given ?? null)}`);
  }
  return value;
}

/**
 * A number, or (unless `orText` is false) a text that holds one: where the reference takes texts for numbers (times to live,
 * difficulties) clients do send them.
 * @throws ApiError 21 for anything else.
 */
export function numberArgument(context: CallContext, given: Given, orText = true): number {
  const value = orText && typeof given === 'string' ? parseNumber(given, false) : numberOf(given);
  if (value === undefined || Number.isNaN(value)) {
    throw unexpected(`a number is required, not ${typeOf(context, given ?? null)}`);
  }
  return value;
}

/** @throws ApiError 21 */
export function stringArgument(context: CallContext, given: Given): string {
  if (typeof given === 'string') return given;
  throw unexpected(`a string is required, not ${typeOf(context, given ?? null)}`);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SEXTETS = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

function decodeLenientBase64(text: string): Uint8Array | undefined {
  const kept = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const bytes = new Uint8Array(Math.ceil((kept.length * 3) / 4));
  let [length, bits, bitCount, place] = [0, 0, 0, 0];
  for (let index = 0; index < kept.length; index++) {
    const character = kept.charAt(index);
    if (character === '=') {
      // Padding that cannot end a group is skipped like any foreign character.
      if (place < 2 || (place === 2 && kept.charAt(index + 1) !== '=')) continue;
      return bytes.slice(0, length);
    }
    bits = ((bits << 6) | (SEXTETS.get(character) ?? 0)) & 0xffff;
    bitCount += 6;
    place = (place + 1) % 4;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[length++] = (bits >> bitCount) & 0xff;
    }
  }
  return bitCount === 0 ? bytes.slice(0, length) : undefined;
}
