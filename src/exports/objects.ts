/**
 * `petrel/objects`: addresses, keys and the objects that flood the network, as bytes and values, without
 * I/O. docs/library.md
 */
export {
  isValidPrivateKey,
  isValidPublicKey,
  publicKeyOf,
  randomPrivateKey,
} from '../crypto/curve.js';
export { decryptEcies, encryptEcies } from '../crypto/ecies.js';
export { CryptoError } from '../crypto/errors.js';
export { deterministicKey, ripeOf } from '../crypto/keys.js';
export { decodeWif, encodeWif } from '../crypto/wif.js';
export {
  addressTag,
  decodeAddress,
  encodeAddress,
  type Address,
  type AddressFailure,
  type DecodedAddress,
} from '../objects/address.js';
export {
  encodeBroadcast,
  openBroadcast,
  type BroadcastContent,
  type BroadcastRejection,
  type OpenedBroadcast,
} from '../objects/broadcast.js';
export { checkObject, type CheckedObject, type ObjectCheck } from '../objects/check.js';
export {
  isPowSufficient,
  NETWORK_MINIMUM,
  powTarget,
  powValue,
  type Difficulty,
} from '../objects/difficulty.js';
export { encryptedPartOffset } from '../objects/encrypted-part.js';
export { ObjectError, type ObjectErrorCode } from '../objects/errors.js';
export { decodeGetpubkey, encodeGetpubkey, type Getpubkey } from '../objects/getpubkey.js';
export { addressOf } from '../objects/identity-address.js';
export { BITFIELD, type KeyBlock } from '../objects/key-block.js';
export {
  decodeMessage,
  encodeMessage,
  MESSAGE_ENCODING,
  type MessageText,
} from '../objects/message-encoding.js';
export {
  encodeMsg,
  openMsg,
  type MsgContent,
  type MsgRejection,
  type OpenedMsg,
  type SigningAddress,
} from '../objects/msg.js';
export {
  decodeHeader,
  encodeObjectWithoutNonce,
  inventoryHash,
  withNonce,
  withoutNonce,
  type ObjectFields,
  type ObjectHeader,
} from '../objects/object.js';
export { decodeOnionPeer, encodeOnionPeer, type OnionPeer } from '../objects/onionpeer.js';
export {
  decodePubkey,
  encodePubkey,
  openPubkeyV4,
  type OpenedPubkey,
  type PubkeyContent,
} from '../objects/pubkey.js';
export { OBJECT_TYPE } from '../objects/types.js';
