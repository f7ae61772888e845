/**
 * broadcast: what somebody writes to everyone who follows the address. Protocol: broadcast
 *
 *     v4   header ‖ ECIES              senders with an address of version 2 or 3
 *     v5   header ‖ tag(32) ‖ ECIES    senders with an address of version 4
 *
 * The container is for the address key, which everybody who knows the address can compute, and holds
 *
 *     vi sender version ‖ vi sender stream ‖ key block ‖ vi encoding ‖ vi length ‖ message ‖
 *     vi length ‖ signature
 *
 * The signature covers the object from expires to the container and everything before the signature's
 * length.
 */
import { publicKeyOf } from '../crypto/curve.js';
import { encryptEcies } from '../crypto/ecies.js';
import { concatBytes, equalBytes, NO_BYTES } from '../util/bytes.js';
import { NONCE_BYTES } from '../wire/limits.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { addressKey, addressTag, type Address } from './address.js';
import { addressOf, isUsableAddressVersion } from './identity-address.js';
import { hasValidKeys, readKeyBlock, writeKeyBlock, type KeyBlock } from './key-block.js';
import type { SigningAddress } from './msg.js';
import { decodeHeader, encodeObjectWithoutNonce, TAG_BYTES, type ObjectHeader } from './object.js';
import { signatureHashes, type SignatureHashes } from './signature-hash.js';
import { isTextSigned, readSignature, signText, tryRead } from './signed-text.js';
import { OBJECT_TYPE } from './types.js';

/** Version of broadcasts from addresses of version 2 and 3. */
const UNTAGGED_VERSION = 4;
/** Version of broadcasts from addresses of version 4. */
const TAGGED_VERSION = 5;
/** Shorter whole objects are relayed unread [bmobject.py]. */
export const MIN_BROADCAST_BYTES = 180;
/** Encoding of what is never shown. */
const ENCODING_IGNORE = 0;

export interface BroadcastContent {
  readonly sender: SigningAddress;
  readonly keyBlock: KeyBlock;
  readonly encoding: number;
  readonly message: Uint8Array;
}

/** Why a decrypted broadcast is dropped without a word. */
export type BroadcastRejection =
  /** The object is no broadcast of version 4 or 5, or too short for one. */
  | 'unknown-version'
  /** The plaintext ends early, or a number in it is malformed. */
  | 'malformed'
  /** Not 2 or 3 inside version 4, not 4 inside version 5. */
  | 'sender-version'
  /** Not the object's stream. */
  | 'sender-stream'
  /** The keys are not those of the subscribed address, or not those of the object's tag. */
  | 'wrong-sender'
  /** Encoding 0: not meant to be read. */
  | 'ignored-encoding'
  /** A public key of the sender is not on the curve. */
  | 'invalid-key'
  | 'invalid-signature';

/** A broadcast that its sender has signed. */
export interface OpenedBroadcast extends SignatureHashes {
  readonly senderAddress: Address;
  readonly keyBlock: KeyBlock;
  readonly encoding: number;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The plaintext before the signature's length. */
export function encodeBroadcastText(
  content: Omit<BroadcastContent, 'sender'> & { readonly sender: Address },
): Uint8Array {
  const { sender, keyBlock, encoding, message } = content;
  const writer = new Writer();
  writer.varint(sender.version);
  writer.varint(sender.stream);
  writeKeyBlock(writer, sender.version, keyBlock);
  writer.varint(encoding);
  writer.varBytes(message);
  return writer.finish();
}

/**
 * The object without nonce, signed and encrypted, in the sender's stream.
 * @throws RangeError for a sender's address version other than 2, 3, 4.
 */
export function encodeBroadcast(content: BroadcastContent, expiresS: number): Uint8Array {
  const { sender } = content;
  if (!isUsableAddressVersion(sender.version)) {
    throw new RangeError(`address version ${sender.version}`);
  }
  const tag = addressTag(sender);
  const version = tag ? TAGGED_VERSION : UNTAGGED_VERSION;
  const header = { expiresS, type: OBJECT_TYPE.broadcast, version, stream: sender.stream };
  const prefix = encodeObjectWithoutNonce(header, tag ?? NO_BYTES);
  const plaintext = signText(prefix, encodeBroadcastText(content), sender.signingKey);
  return concatBytes(prefix, encryptEcies(publicKeyOf(addressKey(sender)), plaintext));
}

/**
 * What a decrypted broadcast says, if it holds together and its sender signed it for this object.
 * @param subscribed the address whose key decrypted it; without it the caller compares
 *   {@link OpenedBroadcast.senderAddress} (version 5: the tag is always compared).
 * @throws ObjectError when the object's header is malformed.
 */
export function openBroadcast(
  object: Uint8Array,
  plaintext: Uint8Array,
  subscribed?: Address,
): OpenedBroadcast | BroadcastRejection {
  const header = decodeHeader(object);
  if (!isReadable(header, object)) return 'unknown-version';
  const parsed = tryRead(() => parse(plaintext, header)) ?? 'malformed';
  if (typeof parsed === 'string') return parsed;
  const { signedLength, ...broadcast } = parsed;
  const tagEnd = header.headerLength + (header.version === TAGGED_VERSION ? TAG_BYTES : 0);
  const tag = object.subarray(header.headerLength, tagEnd);
  if (!isFrom(broadcast.senderAddress, tag, subscribed)) return 'wrong-sender';
  if (broadcast.encoding === ENCODING_IGNORE) return 'ignored-encoding';
  if (!hasValidKeys(broadcast.keyBlock)) return 'invalid-key';
  const signedHeader = object.subarray(NONCE_BYTES, tagEnd);
  const signedText = plaintext.subarray(0, signedLength);
  const { signature, keyBlock } = broadcast;
  if (!isTextSigned(signedHeader, signedText, signature, keyBlock.signingKey)) {
    return 'invalid-signature';
  }
  return { ...broadcast, ...signatureHashes(signature) };
}

function isReadable(header: ObjectHeader, object: Uint8Array): boolean {
  return (
    header.type === OBJECT_TYPE.broadcast &&
    (header.version === UNTAGGED_VERSION || header.version === TAGGED_VERSION) &&
    object.length >= MIN_BROADCAST_BYTES
  );
}

function isFrom(sender: Address, tag: Uint8Array, subscribed: Address | undefined): boolean {
  if (!equalBytes(addressTag(sender) ?? NO_BYTES, tag)) return false;
  if (!subscribed) return true;
  return (
    sender.version === subscribed.version &&
    sender.stream === subscribed.stream &&
    equalBytes(sender.ripe, subscribed.ripe)
  );
}

interface ParsedBroadcast extends Omit<OpenedBroadcast, keyof SignatureHashes> {
  /** Bytes of the plaintext that the signature covers. */
  readonly signedLength: number;
}

/** Bytes after the signature are ignored, as everybody does. */
function parse(plaintext: Uint8Array, header: ObjectHeader): ParsedBroadcast | BroadcastRejection {
  const reader = new Reader(plaintext);
  const version = reader.varint();
  const fits = header.version === TAGGED_VERSION ? version === 4 : version === 2 || version === 3;
  if (!fits) return 'sender-version';
  const stream = reader.varint();
  if (stream === 0 || stream !== header.stream) return 'sender-stream';
  const keyBlock = readKeyBlock(reader, version);
  const encoding = reader.varint();
  const message = reader.varBytes(plaintext.length);
  const signedLength = reader.offset;
  const signature = readSignature(reader);
  const { signingKey, encryptionKey } = keyBlock;
  const senderAddress = addressOf(version, stream, signingKey, encryptionKey);
  return { senderAddress, keyBlock, encoding, message, signature, signedLength };
}
