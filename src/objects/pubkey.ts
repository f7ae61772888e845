/**
 * pubkey: the public keys of an address. Protocol: pubkey
 *
 *     v2   header ‖ key block (no difficulty), not signed
 *     v3   header ‖ key block ‖ vi length ‖ signature over header from expires on ‖ key block
 *     v4   header ‖ tag(32) ‖ ECIES to the address key, of: key block ‖ vi length ‖ signature over
 *          header from expires on ‖ tag ‖ key block
 */
import { publicKeyOf } from '../crypto/curve.js';
import { decryptEcies, encryptEcies } from '../crypto/ecies.js';
import { concatBytes, equalBytes, NO_BYTES } from '../util/bytes.js';
import { NONCE_BYTES } from '../wire/limits.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { addressKey, addressTag, type Address } from './address.js';
import { addressOf, isUsableAddressVersion } from './identity-address.js';
import { hasValidKeys, readKeyBlock, writeKeyBlock, type KeyBlock } from './key-block.js';
import { decodeHeader, encodeObjectWithoutNonce, TAG_BYTES, type ObjectHeader } from './object.js';
import { isTextSigned, readSignature, signText, tryRead } from './signed-text.js';
import { OBJECT_TYPE } from './types.js';

/** Whole objects shorter or longer than this are relayed unread, whatever their version [bmobject.py]. */
export const MIN_PUBKEY_BYTES = 146;
export const MAX_PUBKEY_BYTES = 440;
/** Version 3 and 4 below these are ignored, too [class_objectProcessor.py:processpubkey]. */
const MIN_PUBKEY_V3_BYTES = 170;
const MIN_PUBKEY_V4_BYTES = 350;

/** The keys of an address: they hash to it, are on the curve and (from version 3 on) signed it. */
export interface OpenedPubkey {
  readonly address: Address;
  readonly keyBlock: KeyBlock;
}

export interface PubkeyContent extends OpenedPubkey {
  /** The private key to `keyBlock.signingKey`, 32 bytes; not used for version 2. */
  readonly signingKey: Uint8Array;
}

/**
 * The object without nonce, of the address's version.
 * @throws RangeError for an address version other than 2, 3, 4 and a key block that does not fit it.
 */
export function encodePubkey(content: PubkeyContent, expiresS: number): Uint8Array {
  const { address, keyBlock, signingKey } = content;
  const { version, stream } = address;
  if (!isUsableAddressVersion(version)) throw new RangeError(`address version ${version}`);
  const header = { expiresS, type: OBJECT_TYPE.pubkey, version, stream };
  const prefix = encodeObjectWithoutNonce(header, addressTag(address) ?? NO_BYTES);
  const writer = new Writer();
  writeKeyBlock(writer, version, keyBlock);
  const text = writer.finish();
  if (version === 2) return concatBytes(prefix, text);
  const signed = signText(prefix, text, signingKey);
  if (version === 3) return concatBytes(prefix, signed);
  return concatBytes(prefix, encryptEcies(publicKeyOf(addressKey(address)), signed));
}

/**
 * Keys and address in a pubkey object of version 2 or 3; undefined when it is of another kind,
 * incomplete, has a bad signature or a key that is not on the curve.
 * @throws ObjectError when the header is malformed.
 */
export function decodePubkey(object: Uint8Array): OpenedPubkey | undefined {
  const header = pubkeyHeader(object);
  if (header?.version !== 2 && header?.version !== 3) return undefined;
  if (header.version === 3 && object.length < MIN_PUBKEY_V3_BYTES) return undefined;
  const signedHeader = object.subarray(NONCE_BYTES, header.headerLength);
  return openText(header, signedHeader, object.subarray(header.headerLength));
}

/**
 * Keys in a version 4 pubkey object when it belongs to the wanted address: tag, stream and the hash
 * of the keys are compared, the signature verified.
 * @throws ObjectError when the header is malformed.
 */
export function openPubkeyV4(object: Uint8Array, wanted: Address): OpenedPubkey | undefined {
  const header = pubkeyHeader(object);
  if (header?.version !== 4 || wanted.version !== 4 || header.stream !== wanted.stream) {
    return undefined;
  }
  if (object.length < MIN_PUBKEY_V4_BYTES) return undefined;
  const tagEnd = header.headerLength + TAG_BYTES;
  const tag = addressTag(wanted);
  if (!tag || !equalBytes(object.subarray(header.headerLength, tagEnd), tag)) return undefined;
  const plaintext = decryptEcies(addressKey(wanted), object.subarray(tagEnd));
  if (!plaintext) return undefined;
  const signedHeader = object.subarray(NONCE_BYTES, tagEnd);
  return openText(header, signedHeader, plaintext, wanted.ripe);
}

/** The header, if it is a pubkey of a length that is looked at. */
function pubkeyHeader(object: Uint8Array): ObjectHeader | undefined {
  const header = decodeHeader(object);
  if (header.type !== OBJECT_TYPE.pubkey || header.stream === 0) return undefined;
  const fits = object.length >= MIN_PUBKEY_BYTES && object.length <= MAX_PUBKEY_BYTES;
  return fits ? header : undefined;
}

/** @param wantedRipe compared before the costly checks */
function openText(
  header: ObjectHeader,
  signedHeader: Uint8Array,
  text: Uint8Array,
  wantedRipe?: Uint8Array,
): OpenedPubkey | undefined {
  const { version, stream } = header;
  const read = tryRead(() => {
    const reader = new Reader(text);
    const keyBlock = readKeyBlock(reader, version);
    const signedText = text.subarray(0, reader.offset);
    const signature = version === 2 ? undefined : readSignature(reader);
    return { keyBlock, signedText, signature };
  });
  if (!read) return undefined;
  const { keyBlock, signedText, signature } = read;
  const address = addressOf(version, stream, keyBlock.signingKey, keyBlock.encryptionKey);
  if (wantedRipe && !equalBytes(address.ripe, wantedRipe)) return undefined;
  if (!hasValidKeys(keyBlock)) return undefined;
  const isSigned =
    !signature || isTextSigned(signedHeader, signedText, signature, keyBlock.signingKey);
  return isSigned ? { address, keyBlock } : undefined;
}
