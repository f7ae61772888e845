/**
 * The key block: what an identity tells others about itself, inside its pubkey object and inside
 * everything it signs. Protocol: pubkey
 *
 *     bitfield(4) ‖ signing key(64) ‖ encryption key(64) [‖ vi nonceTrialsPerByte ‖ vi payloadLengthExtraBytes]
 *
 * The difficulty is there from address version 3 on. Keys are public points without their leading 04.
 */
import { isValidPublicKey } from '../crypto/curve.js';
import { concatBytes } from '../util/bytes.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import type { Difficulty } from './difficulty.js';
import { isUsableAddressVersion } from './identity-address.js';
import { tryRead } from './signed-text.js';

/** Bits of the behaviour bitfield (u32). Unknown bits are ignored and kept. */
export const BITFIELD = {
  /** The owner answers messages with acknowledgements. */
  doesAck: 0x0000_0001,
  /** Proposal: the owner wants its ripe outside the encryption. Nobody does that. */
  includeDestination: 0x0000_0002,
  /** Proposals without any use known. */
  chat: 0x0000_0004,
  forwardSecrecy: 0x0000_0008,
  onionRouter: 0x0000_0010,
} as const;

export interface KeyBlock {
  /** u32, see {@link BITFIELD}. */
  readonly bitfield: number;
  /** Public, 65 bytes (04 ‖ X ‖ Y). */
  readonly signingKey: Uint8Array;
  /** Public, 65 bytes (04 ‖ X ‖ Y). */
  readonly encryptionKey: Uint8Array;
  /** What the owner demands of senders, as sent: may be below the network minimum. Not for version 2. */
  readonly difficulty?: Difficulty;
}

/** First address version whose key block has a difficulty. */
export const FIRST_VERSION_WITH_DIFFICULTY = 3;

/** A public key on the wire: X ‖ Y. */
const KEY_BYTES = 64;
const UNCOMPRESSED_POINT = Uint8Array.of(4);

/** @throws WireError when bytes are missing or a varint is malformed. Keys may be off the curve. */
export function readKeyBlock(reader: Reader, addressVersion: number): KeyBlock {
  const bitfield = reader.u32();
  const signingKey = concatBytes(UNCOMPRESSED_POINT, reader.bytes(KEY_BYTES));
  const encryptionKey = concatBytes(UNCOMPRESSED_POINT, reader.bytes(KEY_BYTES));
  if (addressVersion < FIRST_VERSION_WITH_DIFFICULTY) {
    return { bitfield, signingKey, encryptionKey };
  }
  const nonceTrialsPerByte = reader.varint();
  const payloadLengthExtraBytes = reader.varint();
  const difficulty = { nonceTrialsPerByte, payloadLengthExtraBytes };
  return { bitfield, signingKey, encryptionKey, difficulty };
}

/** @throws RangeError when the version needs a difficulty and `block` has none, or a key is not 65 bytes. */
export function writeKeyBlock(writer: Writer, addressVersion: number, block: KeyBlock): void {
  writer.u32(block.bitfield);
  writer.bytes(withoutPrefix(block.signingKey));
  writer.bytes(withoutPrefix(block.encryptionKey));
  if (addressVersion < FIRST_VERSION_WITH_DIFFICULTY) return;
  if (!block.difficulty) {
    throw new RangeError(`key block of a version ${addressVersion} address without difficulty`);
  }
  writer.varint(block.difficulty.nonceTrialsPerByte);
  writer.varint(block.difficulty.payloadLengthExtraBytes);
}

/** True if both keys are points of the curve. Costs far more than reading: check hashes first. */
export function hasValidKeys(block: KeyBlock): boolean {
  return isValidPublicKey(block.signingKey) && isValidPublicKey(block.encryptionKey);
}

/** True if the owner of the keys acknowledges messages. */
export function doesAck(block: KeyBlock): boolean {
  return (block.bitfield & BITFIELD.doesAck) !== 0;
}

/** vi(address version) ‖ vi(stream) ‖ key block: the form in PyBitmessage's and our table of keys. */
export function encodeStoredKey(
  addressVersion: number,
  stream: number,
  block: KeyBlock,
): Uint8Array {
  const writer = new Writer();
  writer.varint(addressVersion);
  writer.varint(stream);
  writeKeyBlock(writer, addressVersion, block);
  return writer.finish();
}

export interface StoredKey {
  readonly version: number;
  readonly stream: number;
  readonly keyBlock: KeyBlock;
}

/**
 * The reverse of {@link encodeStoredKey}; undefined when it is malformed, of an unknown version, or a
 * key is not on the curve. Bytes after the key block are ignored, as PyBitmessage does.
 */
export function decodeStoredKey(stored: Uint8Array): StoredKey | undefined {
  return tryRead(() => {
    const reader = new Reader(stored);
    const version = reader.varint();
    const stream = reader.varint();
    if (!isUsableAddressVersion(version) || stream === 0) return undefined;
    const keyBlock = readKeyBlock(reader, version);
    return hasValidKeys(keyBlock) ? { version, stream, keyBlock } : undefined;
  });
}

function withoutPrefix(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== KEY_BYTES + 1 || publicKey[0] !== UNCOMPRESSED_POINT[0]) {
    throw new RangeError('public key is not 65 bytes starting with 04');
  }
  return publicKey.subarray(1);
}
