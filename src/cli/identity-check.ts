/** Whether the private keys of the identities are those of their addresses. */
import { publicKeyOf } from '../crypto/curve.js';
import { decodeAddress, encodeAddress } from '../objects/address.js';
import { addressOf } from '../objects/identity-address.js';
import type { Connection } from '../store/connection.js';
import { errorText } from '../util/errors.js';

interface Row {
  readonly address: string;
  readonly signing_key: Uint8Array;
  readonly encryption_key: Uint8Array;
}

/** A line for each that is not. */
export function wrongIdentities(connection: Connection): string[] {
  const rows = connection.prepare<Row>('SELECT address, signing_key, encryption_key FROM identity');
  return [...rows.each()].flatMap((row) => {
    const problem = problemOf(row);
    return problem === undefined ? [] : [`identity ${row.address}: ${problem}`];
  });
}

function problemOf({ address, signing_key, encryption_key }: Row): string | undefined {
  try {
    const decoded = decodeAddress(address);
    if (decoded.status !== 'success') return 'that is no address';
    const { version, stream } = decoded.address;
    const keys = [publicKeyOf(signing_key), publicKeyOf(encryption_key)] as const;
    const own = encodeAddress(addressOf(version, stream, ...keys));
    return own === encodeAddress(decoded.address) ? undefined : 'its keys are those of another';
  } catch (error) {
    return `its keys are no keys (${errorText(error)})`;
  }
}
