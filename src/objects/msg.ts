/**
 * msg: what one person writes to another. Protocol: msg. The object is a header and an ECIES
 * container for the recipient's encryption key, holding:
 *
 *     vi sender version ‖ vi sender stream ‖ sender's key block ‖ destination ripe(20) ‖ vi encoding ‖
 *     vi length ‖ message ‖ vi length ‖ acknowledgement packet ‖ vi length ‖ signature
 *
 * The signature covers the header from expires on and everything before the signature's length.
 */
import { encryptEcies } from '../crypto/ecies.js';
import { concatBytes, equalBytes, NO_BYTES } from '../util/bytes.js';
import { NONCE_BYTES } from '../wire/limits.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { RIPE_LENGTH, type Address } from './address.js';
import { addressOf, isUsableAddressVersion } from './identity-address.js';
import { hasValidKeys, readKeyBlock, writeKeyBlock, type KeyBlock } from './key-block.js';
import { decodeHeader, encodeObjectWithoutNonce } from './object.js';
import { signatureHashes, type SignatureHashes } from './signature-hash.js';
import { isTextSigned, readSignature, signText, tryRead } from './signed-text.js';
import { OBJECT_TYPE } from './types.js';

const MSG_VERSION = 1;
/** Shorter plaintexts are dropped [class_objectProcessor.py:processmsg]. */
const MIN_PLAINTEXT_BYTES = 170;

/** An own address that signs. */
export interface SigningAddress extends Address {
  /** The private key to the key block's signing key, 32 bytes. */
  readonly signingKey: Uint8Array;
}

export interface MsgContent {
  readonly sender: SigningAddress;
  /** The sender's; its difficulty is what answers to this message must bear. */
  readonly keyBlock: KeyBlock;
  /** 20 bytes. */
  readonly destinationRipe: Uint8Array;
  /** Public, 65 bytes. */
  readonly recipientEncryptionKey: Uint8Array;
  /** See message-encoding.ts. */
  readonly encoding: number;
  readonly message: Uint8Array;
  /** A whole `object` packet whose arrival tells the sender that it was read; may be empty. */
  readonly ackPacket: Uint8Array;
  /** The recipient's stream: the object travels there. */
  readonly stream: number;
}

/** Why a decrypted msg is dropped without a word. */
export type MsgRejection =
  /** The object is no msg of version 1. */
  | 'unknown-version'
  /** The plaintext ends early, or a number in it is malformed. */
  | 'malformed'
  /** The sender's address version is not 2, 3 or 4. */
  | 'sender-version'
  | 'sender-stream'
  /** It was written to somebody else, who passed it on to us: "surreptitious forwarding". */
  | 'wrong-destination'
  /** A public key of the sender is not on the curve. */
  | 'invalid-key'
  | 'invalid-signature';

/** A msg that its sender has signed. All arrays are copies. */
export interface OpenedMsg extends SignatureHashes {
  readonly senderAddress: Address;
  readonly keyBlock: KeyBlock;
  /** 20 bytes: must be the ripe of the identity whose key decrypted the msg. */
  readonly destinationRipe: Uint8Array;
  readonly encoding: number;
  readonly message: Uint8Array;
  /** Empty when the sender wants no acknowledgement; unchecked, see {@link readAckPacket} in ack.ts. */
  readonly ackPacket: Uint8Array;
  readonly signature: Uint8Array;
}

/** The plaintext before the signature's length. @throws RangeError when a part has a wrong length. */
export function encodeMsgText(
  content: Pick<
    MsgContent,
    'keyBlock' | 'destinationRipe' | 'encoding' | 'message' | 'ackPacket'
  > & { readonly sender: Address },
): Uint8Array {
  const { sender, keyBlock, destinationRipe, encoding, message, ackPacket } = content;
  if (destinationRipe.length !== RIPE_LENGTH) throw new RangeError('ripe is not 20 bytes');
  const writer = new Writer();
  writer.varint(sender.version);
  writer.varint(sender.stream);
  writeKeyBlock(writer, sender.version, keyBlock);
  writer.bytes(destinationRipe);
  writer.varint(encoding);
  writer.varBytes(message);
  writer.varBytes(ackPacket);
  return writer.finish();
}

/**
 * The object without nonce, signed and encrypted. It is up to the caller to refuse, before the proof
 * of work, what became too large for an object.
 * @throws CryptoError 'public-key' when the recipient's key is not on the curve
 */
export function encodeMsg(content: MsgContent, expiresS: number): Uint8Array {
  const { stream, sender, recipientEncryptionKey } = content;
  const header = { expiresS, type: OBJECT_TYPE.msg, version: MSG_VERSION, stream };
  const prefix = encodeObjectWithoutNonce(header, NO_BYTES);
  const plaintext = signText(prefix, encodeMsgText(content), sender.signingKey);
  return concatBytes(prefix, encryptEcies(recipientEncryptionKey, plaintext));
}

/**
 * What a decrypted msg says, if it holds together and its sender signed it for this object.
 * @param destinationRipe ripe of the identity whose key decrypted it; compared before the signature
 *   is verified. Without it the caller compares {@link OpenedMsg.destinationRipe}.
 * @throws ObjectError when the object's header is malformed.
 */
export function openMsg(
  object: Uint8Array,
  plaintext: Uint8Array,
  destinationRipe?: Uint8Array,
): OpenedMsg | MsgRejection {
  const header = decodeHeader(object);
  if (header.type !== OBJECT_TYPE.msg || header.version !== MSG_VERSION) return 'unknown-version';
  if (plaintext.length < MIN_PLAINTEXT_BYTES) return 'malformed';
  const parsed = tryRead(() => parse(plaintext)) ?? 'malformed';
  if (typeof parsed === 'string') return parsed;
  const { signedLength, ...msg } = parsed;
  if (destinationRipe && !equalBytes(destinationRipe, msg.destinationRipe)) {
    return 'wrong-destination';
  }
  if (!hasValidKeys(msg.keyBlock)) return 'invalid-key';
  // The signature covers re-encoded numbers; the header's are minimal, so its bytes are the same.
  const signedHeader = object.subarray(NONCE_BYTES, header.headerLength);
  const signedText = plaintext.subarray(0, signedLength);
  if (!isTextSigned(signedHeader, signedText, msg.signature, msg.keyBlock.signingKey)) {
    return 'invalid-signature';
  }
  return { ...msg, ...signatureHashes(msg.signature) };
}

interface ParsedMsg extends Omit<OpenedMsg, keyof SignatureHashes> {
  /** Bytes of the plaintext that the signature covers. */
  readonly signedLength: number;
}

/** Bytes after the signature are ignored, as everybody does: nobody but the sender can add them. */
function parse(plaintext: Uint8Array): ParsedMsg | MsgRejection {
  const reader = new Reader(plaintext);
  const version = reader.varint();
  if (!isUsableAddressVersion(version)) return 'sender-version';
  const stream = reader.varint();
  if (stream === 0) return 'sender-stream';
  const keyBlock = readKeyBlock(reader, version);
  const destinationRipe = reader.bytes(RIPE_LENGTH);
  const encoding = reader.varint();
  const message = reader.varBytes(plaintext.length);
  const ackPacket = reader.varBytes(plaintext.length);
  const signedLength = reader.offset;
  const signature = readSignature(reader);
  const { signingKey, encryptionKey } = keyBlock;
  const senderAddress = addressOf(version, stream, signingKey, encryptionKey);
  return {
    ...{ senderAddress, keyBlock, destinationRipe, encoding },
    ...{ message, ackPacket, signature, signedLength },
  };
}
