/** Numbers of the wire protocol, version 3. Sizes in bytes unless the name says otherwise. */

/** First four bytes of every packet [protocol.py]. */
export const NETWORK_MAGIC = 0xe9beb4d9;

/** magic 4, command 12, length 4, checksum 4 [protocol.py:Header]. */
export const PACKET_HEADER_BYTES = 24;

/** ASCII, zeros at the end. */
export const COMMAND_BYTES = 12;

/** A header that announces more closes the connection [protocol.py:MAX_MESSAGE_SIZE]. */
export const MAX_RECEIVED_PAYLOAD_BYTES = 1_600_100;

/** The largest payload anybody needs: 3 + 50,000 × 32, a full `inv`. Others cap there. */
export const MAX_SENT_PAYLOAD_BYTES = 1_600_003;

/** Bytes of an object after its header: 2^18 [protocol.py:MAX_OBJECT_PAYLOAD_SIZE]. */
export const MAX_OBJECT_PAYLOAD_BYTES = 262_144;

/** The first half of two passes of SHA-512. */
export const INVENTORY_HASH_BYTES = 32;

/** Hashes per `inv`, `dinv` and `getdata` [protocol.py:MAX_OBJECT_COUNT]. */
export const MAX_INVENTORY_VECTORS = 50_000;

/** Entries per `addr` [protocol.py:MAX_ADDR_COUNT]; PyBitmessage does not enforce it, we do. */
export const MAX_ADDR_ENTRIES = 1_000;

/** How far the clock in a `version` may be off, in either direction [protocol.py:MAX_TIME_OFFSET]. */
export const MAX_CLOCK_OFFSET_S = 3_600;

/** Peers seen longer ago are not passed on and not accepted [protocol.py:ADDRESS_ALIVE]. */
export const ADDRESS_ALIVE_S = 10_800;

/** TCP, and UDP on the local network. */
export const DEFAULT_PORT = 8444;

/** The least and only one that we speak; PyBitmessage takes higher ones, too, and so do we. */
export const PROTOCOL_VERSION = 3;

/** Protocol: version. Documented for senders; longer ones are refused here. */
export const MAX_USER_AGENT_BYTES = 5_000;

/** Stream numbers in a `version` [protocol.py:assembleVersionMessage]. */
export const MAX_VERSION_STREAMS = 160_000;

/** A received `error` text is cut there: it is only logged. */
export const MAX_ERROR_TEXT_CHARACTERS = 1_000;

/** Of `version`, and of objects. */
export const NONCE_BYTES = 8;

/** Service bits of `version` and `addr` [protocol.py]. */
export const SERVICE = { network: 1n, tls: 2n, pow: 4n, dandelion: 8n } as const;

/** Lengths of the two forms of a network address: within `version`, and within `addr`. */
export const SHORT_NET_ADDR_BYTES = 26;
export const FULL_NET_ADDR_BYTES = 38;
