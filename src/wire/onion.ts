/** Names of Tor hidden services: base32 text of 10 bytes (version 2) or 35 bytes (version 3). */
import { sha3_256 } from '../crypto/hashes.js';
import { concatBytes, equalBytes, utf8 } from '../util/bytes.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const SUFFIX = '.onion';
const CHECKSUM_PREFIX = utf8('.onion checksum');

/** Bytes behind a name: 80 bits of a key's hash, or key(32) ‖ checksum(2) ‖ version(1). */
export const ONION_V2_BYTES = 10;
export const ONION_V3_BYTES = 35;

export function isOnionHost(host: string): boolean {
  return host.toLowerCase().endsWith(SUFFIX);
}

/** The 10 or 35 bytes of an onion host name, in either case; undefined for anything else. */
export function parseOnion(host: string): Uint8Array | undefined {
  const lower = host.toLowerCase();
  const match = /^([a-z2-7]{16}|[a-z2-7]{56})\.onion$/.exec(lower);
  return match?.[1] === undefined ? undefined : decodeBase32(match[1]);
}

/** Lower-case name with its ending. */
export function onionName(bytes: Uint8Array): string {
  return encodeBase32(bytes) + SUFFIX;
}

/**
 * True for the 35 bytes of a version 3 name whose checksum is right: the first two bytes of
 * SHA3-256(".onion checksum" ‖ key ‖ 03). Source: Tor's rend-spec-v3.
 */
export function hasOnionChecksum(bytes: Uint8Array): boolean {
  if (bytes.length !== ONION_V3_BYTES || bytes[34] !== 3) return false;
  const hashed = concatBytes(CHECKSUM_PREFIX, bytes.subarray(0, 32), bytes.subarray(34));
  return equalBytes(sha3_256(hashed).subarray(0, 2), bytes.subarray(32, 34));
}

/** Whether a host name can be an onion service's; those of version 2 have no checksum. */
export function isRealOnion(host: string): boolean {
  const name = parseOnion(host);
  return name !== undefined && (name.length !== ONION_V3_BYTES || hasOnionChecksum(name));
}

// Both lengths are whole groups of 5 bytes and 8 characters: no padding.

function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((pending >> bits) & 31);
    }
  }
  return text;
}

function decodeBase32(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 5) / 8);
  let length = 0;
  let bits = 0;
  let pending = 0;
  for (const character of text) {
    pending = ((pending << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (pending >> bits) & 255;
    }
  }
  return bytes;
}
