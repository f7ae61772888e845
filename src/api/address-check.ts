/** The check of an address argument that most commands share [api.py:_verifyAddress]. */
import { canonicalAddress, decodeAddress, type Address } from '../objects/address.js';
import { API_ERROR, ApiError, TEXT, unexpected } from './errors.js';
import { isAscii, pythonStr } from './python-text.js';
import type { ApiValue } from './values.js';

const PREFIX = 'BM-';
/** The only stream of the network. */
const STREAM = 1;
const OLDEST_VERSION = 2;

/**
 * Trimmed, with `BM-` before it; what is no string counts as Python's `str` writes it, and fails
 * later as an address [addresses.py:addBMIfNotPresent].
 * @throws ApiError 21 when it has characters beyond ASCII.
 */
export function withPrefix(given: ApiValue | undefined): string {
  const text = asciiText(pythonStr(given ?? null)).trim();
  return text.startsWith(PREFIX) ? text : PREFIX + text;
}

/**
 * The address, if it can be used: version 2 to 4, stream 1.
 * @param given shown as it is in error messages.
 * @throws ApiError 7 to 12, 21, 26
 */
export function checkAddress(given: ApiValue | undefined): Address {
  const address = checkDecodable(given);
  if (address.version < OLDEST_VERSION) {
    throw new ApiError(API_ERROR.addressVersionUnsupported, TEXT.addressVersionUnsupported);
  }
  if (address.stream !== STREAM) {
    throw new ApiError(API_ERROR.addressStreamUnsupported, TEXT.addressStreamUnsupported);
  }
  return address;
}

/** Any address that can be decoded at all. @throws ApiError 7 to 10, 21, 26 */
export function checkDecodable(given: ApiValue | undefined): Address {
  const text = asciiText(given);
  const decoded = decodeAddress(text);
  switch (decoded.status) {
    case 'success':
      return decoded.address;
    case 'invalidcharacters':
      throw new ApiError(API_ERROR.addressCharacters, `Invalid characters in address: ${text}`);
    case 'checksumfailed':
      throw new ApiError(API_ERROR.addressChecksum, `Checksum failed for address: ${text}`);
    case 'varintmalformed':
      throw new ApiError(API_ERROR.malformedVarint, `Malformed varint in address: ${text}`);
    case 'versiontoohigh':
      throw new ApiError(
        API_ERROR.addressVersionTooHigh,
        `Address version number too high (or zero) in address: ${text}`,
      );
    default:
      throw new ApiError(
        API_ERROR.undecodableAddress,
        `Could not decode address: ${text} : ${decoded.status}`,
      );
  }
}

/** The text under which an address is kept; texts that are no address stay as they are. */
export function keptForm(text: string): string {
  return canonicalAddress(text) ?? text;
}

function asciiText(given: ApiValue | undefined): string {
  if (typeof given !== 'string') throw unexpected('the address must be a string');
  if (!isAscii(given)) throw unexpected('the address has characters beyond ASCII');
  return given;
}
