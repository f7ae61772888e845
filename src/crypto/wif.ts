/** Wallet import format of private keys: the form in PyBitmessage's keys.dat. */
import { concatBytes, equalBytes } from '../util/bytes.js';
import { decodeBase58, encodeBase58 } from './base58.js';
import { PRIVATE_KEY_LENGTH } from './curve.js';
import { CryptoError } from './errors.js';
import { doubleSha256 } from './hashes.js';

const PREFIX = 0x80;
const CHECKSUM_LENGTH = 4;

/** Text (51 characters) of a private key of 32 bytes. */
export function encodeWif(key: Uint8Array): string {
  if (key.length !== PRIVATE_KEY_LENGTH) throw new RangeError('a private key has 32 bytes');
  const payload = concatBytes(Uint8Array.of(PREFIX), key);
  return encodeBase58(concatBytes(payload, checksumOf(payload)));
}

/**
 * Private key (32 bytes) of a WIF; old key files hold shorter ones, which get leading zeros back.
 * Whether the value is in the curve's range is not looked at.
 * @throws CryptoError 'wif-checksum', 'wif-prefix' or 'wif-length'
 */
export function decodeWif(text: string): Uint8Array {
  const bytes = decodeBase58(text.trim());
  if (!bytes || bytes.length <= CHECKSUM_LENGTH) {
    throw new CryptoError('wif-checksum', 'the key is not in wallet import format');
  }
  const payload = bytes.subarray(0, -CHECKSUM_LENGTH);
  if (!equalBytes(checksumOf(payload), bytes.subarray(-CHECKSUM_LENGTH))) {
    throw new CryptoError('wif-checksum', 'the checksum of the key is wrong');
  }
  if (payload[0] !== PREFIX) {
    throw new CryptoError('wif-prefix', 'the key does not begin with 0x80');
  }
  const stored = payload.subarray(1);
  if (stored.length === 0 || stored.length > PRIVATE_KEY_LENGTH) {
    throw new CryptoError('wif-length', `the key has ${stored.length} instead of 32 bytes`);
  }
  const key = new Uint8Array(PRIVATE_KEY_LENGTH);
  key.set(stored, PRIVATE_KEY_LENGTH - stored.length);
  return key;
}

function checksumOf(payload: Uint8Array): Uint8Array {
  return doubleSha256(payload).subarray(0, CHECKSUM_LENGTH);
}
