/** The address that a pair of public keys has. */
import { ripeOf } from '../crypto/keys.js';
import { MAX_ADDRESS_VERSION, MIN_ADDRESS_VERSION, type Address } from './address.js';

/** True for the versions of addresses that take part in the network: 2, 3 and 4. */
export function isUsableAddressVersion(version: number): boolean {
  return version >= MIN_ADDRESS_VERSION && version <= MAX_ADDRESS_VERSION;
}

/**
 * Address of these keys.
 * @param signingKey public, 65 bytes
 * @param encryptionKey public, 65 bytes
 */
export function addressOf(
  version: number,
  stream: number,
  signingKey: Uint8Array,
  encryptionKey: Uint8Array,
): Address {
  return { version, stream, ripe: ripeOf(signingKey, encryptionKey) };
}
