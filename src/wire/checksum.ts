import { sha512 } from '../crypto/hashes.js';

/** First four bytes of the payload's SHA-512 (a single one) [protocol.py:CreatePacket]. */
export function checksum(payload: Uint8Array): Uint8Array {
  return sha512(payload).slice(0, 4);
}
