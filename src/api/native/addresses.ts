/** Addresses as people type them. */
import { canonicalAddress, decodeAddress, type Address } from '../../objects/address.js';
import { NativeError } from './native-error.js';

/** @throws NativeError `invalid-address` with the word of what is wrong */
export function canonicalOf(text: string, field = 'address'): string {
  const trimmed = text.trim();
  const decoded = decodeAddress(trimmed);
  const canonical = canonicalAddress(trimmed);
  if (decoded.status === 'success' && canonical !== undefined) return canonical;
  const reason = decoded.status;
  throw new NativeError('invalid-address', `not an address: ${reason}`, { field, reason });
}

/** Of a canonical text. */
export function decodedOf(canonical: string): Address {
  const decoded = decodeAddress(canonical);
  if (decoded.status !== 'success') throw new TypeError('not an address');
  return decoded.address;
}
