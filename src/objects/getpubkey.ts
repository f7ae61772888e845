/**
 * getpubkey: asks the owner of an address for its public keys. Protocol: getpubkey
 *
 *     header ‖ ripe(20)     address versions 2 and 3
 *     header ‖ tag(32)      address version 4
 */
import { addressTag, RIPE_LENGTH, type Address } from './address.js';
import { isUsableAddressVersion } from './identity-address.js';
import { decodeHeader, encodeObjectWithoutNonce, TAG_BYTES, type ObjectHeader } from './object.js';
import { OBJECT_TYPE } from './types.js';

/** Whole objects outside these lengths are relayed unread [bmobject.py, objectProcessor.py]. */
export const MIN_GETPUBKEY_BYTES = 42;
export const MAX_GETPUBKEY_BYTES = 200;

/** Exactly one of `ripe` (20 bytes, versions 2 and 3) and `tag` (32 bytes, version 4) is there. */
export type Getpubkey =
  | { readonly header: ObjectHeader; readonly ripe: Uint8Array; readonly tag?: undefined }
  | { readonly header: ObjectHeader; readonly tag: Uint8Array; readonly ripe?: undefined };

/** The object without nonce. @throws RangeError for an address version other than 2, 3, 4. */
export function encodeGetpubkey(address: Address, expiresS: number): Uint8Array {
  const { version, stream, ripe } = address;
  if (!isUsableAddressVersion(version)) throw new RangeError(`address version ${version}`);
  const header = { expiresS, type: OBJECT_TYPE.getpubkey, version, stream };
  return encodeObjectWithoutNonce(header, addressTag(address) ?? ripe);
}

/**
 * Whose key is wanted; undefined for what is not a getpubkey to act on (version, length). Bytes after
 * the ripe or tag are ignored.
 * @throws ObjectError when the header is malformed.
 */
export function decodeGetpubkey(object: Uint8Array): Getpubkey | undefined {
  const header = decodeHeader(object);
  if (header.type !== OBJECT_TYPE.getpubkey || !isUsableAddressVersion(header.version)) {
    return undefined;
  }
  if (object.length < MIN_GETPUBKEY_BYTES || object.length > MAX_GETPUBKEY_BYTES) return undefined;
  const payload = object.subarray(header.headerLength);
  if (header.version < 4) {
    return payload.length < RIPE_LENGTH
      ? undefined
      : { header, ripe: payload.slice(0, RIPE_LENGTH) };
  }
  return payload.length < TAG_BYTES ? undefined : { header, tag: payload.slice(0, TAG_BYTES) };
}
