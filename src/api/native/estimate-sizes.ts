/** Sizes of objects by the text in them: header, envelope, encryption. [objects.md §7, §8] */

/** Nonce, expiry, type, version and stream of an object. */
const HEADER_BYTES = 22;
/** IV, ephemeral key, MAC, and the padding of half a block. */
const ENCRYPTION_BYTES = 16 + 70 + 32 + 8;
/** Versions, stream, bitfield, both keys, difficulty, lengths, signature. */
const ENVELOPE_BYTES = 1 + 1 + 4 + 128 + 6 + 1 + 3 + 1 + 71;
const RIPE_BYTES = 20;
const TAG_BYTES = 32;
/** Packet header, object header, 32 bytes that are watched for. */
const ACK_PACKET_BYTES = 24 + HEADER_BYTES + 32;
/** `Subject:` and `Body:` of the simple encoding. */
const ENCODING_BYTES = 14;

export function objectSizes(
  kind: 'message' | 'broadcast',
  textBytes: number,
  withAck: boolean,
): { objectBytes: number; ackBytes: number } {
  const inner = ENVELOPE_BYTES + ENCODING_BYTES + textBytes;
  const extra = kind === 'message' ? RIPE_BYTES + (withAck ? ACK_PACKET_BYTES : 0) : TAG_BYTES;
  return {
    objectBytes: HEADER_BYTES + ENCRYPTION_BYTES + inner + extra,
    ackBytes: HEADER_BYTES + 32,
  };
}
