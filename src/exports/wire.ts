/** `petrel/wire`: packets of the protocol as bytes and values, without I/O. docs/library.md */
export { encodeAddr, decodeAddr, type AddrEntry } from '../wire/addr.js';
export {
  decodeError,
  encodeError,
  ERROR_SEVERITY,
  type ErrorPayload,
} from '../wire/error-packet.js';
export { WireError, type WireErrorCode } from '../wire/errors.js';
export { FrameDecoder } from '../wire/frame-decoder.js';
export {
  decodeInventoryVectors,
  encodeInventoryVectors,
  type InventoryVectors,
} from '../wire/inventory-vectors.js';
export {
  DEFAULT_PORT,
  INVENTORY_HASH_BYTES,
  MAX_OBJECT_PAYLOAD_BYTES,
  NETWORK_MAGIC,
  PROTOCOL_VERSION,
  SERVICE,
} from '../wire/limits.js';
export type { NetAddr } from '../wire/net-addr.js';
export {
  COMMANDS,
  encodePacket,
  isKnownCommand,
  type Command,
  type Packet,
  type ReceivedPacket,
} from '../wire/packet.js';
export { decodeVersion, encodeVersion, type VersionPayload } from '../wire/version.js';
export { Reader } from '../wire/reader.js';
export { encodeVarint, Writer } from '../wire/writer.js';
