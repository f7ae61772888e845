/**
 * Addresses: `BM-` and base58 of varint version ‖ varint stream ‖ ripe ‖ checksum.
 * Protocol: address; [addresses.py:encodeAddress, decodeAddress].
 */
import { decodeBase58, encodeBase58 } from '../crypto/base58.js';
import { doubleSha512, sha512 } from '../crypto/hashes.js';
import { concatBytes, equalBytes } from '../util/bytes.js';
import { WireError } from '../wire/errors.js';
import { Reader } from '../wire/reader.js';
import { encodeVarint } from '../wire/writer.js';

export const RIPE_LENGTH = 20;
/** Versions that take part in anything; version 1 can only be decoded. */
export const MIN_ADDRESS_VERSION = 2;
export const MAX_ADDRESS_VERSION = 4;

const PREFIX = 'BM-';
const CHECKSUM_LENGTH = 4;
/** Versions 2 and 3 leave out at most so many leading zero bytes of the ripe, version 4 all. */
const MAX_STRIPPED_ZEROS = 2;
/** Fewest bytes of a ripe that version 4 may be left with. */
const MIN_STRIPPED_RIPE_V4 = 4;

export interface Address {
  readonly version: number;
  readonly stream: number;
  /** 20 bytes, leading zeros kept. */
  readonly ripe: Uint8Array;
}

/** Why a text is no address; the words are those of the remote API. */
export type AddressFailure =
  | 'invalidcharacters'
  | 'checksumfailed'
  | 'varintmalformed'
  | 'versiontoohigh'
  | 'ripetooshort'
  | 'ripetoolong'
  | 'encodingproblem';

export type DecodedAddress =
  { readonly status: 'success'; readonly address: Address } | { readonly status: AddressFailure };

/** The canonical text of an address of version 2, 3 or 4. */
export function encodeAddress({ version, stream, ripe }: Address): string {
  if (!(version >= MIN_ADDRESS_VERSION && version <= MAX_ADDRESS_VERSION)) {
    throw new RangeError(`no address has version ${version}`);
  }
  if (ripe.length !== RIPE_LENGTH) throw new RangeError('a ripe has 20 bytes');
  const maxStripped = version < 4 ? MAX_STRIPPED_ZEROS : RIPE_LENGTH;
  let stripped = 0;
  while (stripped < maxStripped && ripe[stripped] === 0) stripped++;
  const data = concatBytes(encodeVarint(version), encodeVarint(stream), ripe.subarray(stripped));
  return PREFIX + encodeBase58(concatBytes(data, checksumOf(data)));
}

/**
 * Reads an address as the reference does, with the same failures in the same order: the prefix may
 * be missing, spaces around it are ignored, and success includes version 1, stream 0 and texts that
 * are not canonical. To store or compare an address take {@link canonicalAddress}.
 */
export function decodeAddress(text: string): DecodedAddress {
  const trimmed = text.trim();
  const bytes = decodeBase58(trimmed.startsWith(PREFIX) ? trimmed.slice(PREFIX.length) : trimmed);
  if (!bytes || bytes.length === 0) return { status: 'invalidcharacters' };
  const data = bytes.subarray(0, -CHECKSUM_LENGTH);
  if (!equalBytes(checksumOf(data), bytes.subarray(-CHECKSUM_LENGTH))) {
    return { status: 'checksumfailed' };
  }
  try {
    return decodeChecked(data);
  } catch (error) {
    if (error instanceof WireError) return { status: 'varintmalformed' };
    throw error;
  }
}

/**
 * The one text that stands for this address, for storing and comparing; undefined when the text is
 * no address that messages can be sent to (version 1 and stream 0 included).
 */
export function canonicalAddress(text: string): string | undefined {
  const decoded = decodeAddress(text);
  if (decoded.status !== 'success') return undefined;
  const { version, stream } = decoded.address;
  if (version < MIN_ADDRESS_VERSION || stream === 0) return undefined;
  return encodeAddress(decoded.address);
}

/** varint version ‖ varint stream ‖ ripe (20 bytes): what key and tag are derived from. */
export function addressPreimage({ version, stream, ripe }: Address): Uint8Array {
  return concatBytes(encodeVarint(version), encodeVarint(stream), ripe);
}

/**
 * The private key (32 bytes) that everybody who knows the address can derive: broadcasts and
 * version 4 pubkeys are encrypted to it. [shared.py:reloadBroadcastSendersForWhichImWatching]
 */
export function addressKey(address: Address): Uint8Array {
  const hash = address.version < 4 ? sha512 : doubleSha512;
  return hash(addressPreimage(address)).slice(0, 32);
}

/** The tag (32 bytes) by which objects of a version 4 address are found; older ones have none. */
export function addressTag(address: Address): Uint8Array | undefined {
  return address.version < 4 ? undefined : doubleSha512(addressPreimage(address)).slice(32);
}

/**
 * The reference reads a missing version or stream as 0; here it is a malformed varint.
 * @throws WireError for malformed or missing varints and streams above 2^53-1
 */
function decodeChecked(data: Uint8Array): DecodedAddress {
  const reader = new Reader(data);
  const version = reader.varint();
  if (version > MAX_ADDRESS_VERSION || version === 0) return { status: 'versiontoohigh' };
  const stream = reader.varint();
  const stored = version === 1 ? data.slice(-RIPE_LENGTH) : reader.bytes(reader.remaining);
  const failure = checkStoredRipe(version, stored);
  if (failure) return { status: failure };
  const ripe = new Uint8Array(RIPE_LENGTH);
  ripe.set(stored, RIPE_LENGTH - stored.length);
  return { status: 'success', address: { version, stream, ripe } };
}

function checkStoredRipe(version: number, stored: Uint8Array): AddressFailure | undefined {
  if (version === 1) return undefined;
  if (version >= 4 && stored[0] === 0) return 'encodingproblem';
  if (stored.length > RIPE_LENGTH) return 'ripetoolong';
  const least = version < 4 ? RIPE_LENGTH - MAX_STRIPPED_ZEROS : MIN_STRIPPED_RIPE_V4;
  return stored.length < least ? 'ripetooshort' : undefined;
}

function checksumOf(data: Uint8Array): Uint8Array {
  return doubleSha512(data).subarray(0, CHECKSUM_LENGTH);
}
