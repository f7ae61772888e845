/** Address book, subscriptions, black and white list, and the public keys of others. */
import { canonicalAddress, encodeAddress } from '../objects/address.js';
import { addressOf, isUsableAddressVersion } from '../objects/identity-address.js';
import { decodeStoredKey } from '../objects/key-block.js';
import type { ListedAddress, PubkeyRecord } from '../store/repositories.js';
import { displayText, utf8 } from '../util/bytes.js';
import { addressText, bytesOf, numberOf } from './mail-rows.js';
import type { Columns, RawRow } from './messages-file.js';

export const LIST_COLUMNS: Columns = { label: 'bytes', address: 'bytes', enabled: 'number' };

export const PUBKEY_COLUMNS: Columns = {
  address: 'bytes',
  hash: 'bytes',
  addressversion: 'number',
  transmitdata: 'bytes',
  time: 'number',
  usedpersonally: 'bytes',
};

/** The announcements that PyBitmessage subscribes to, and those before [class_sqlThread.py]. */
export const ANNOUNCEMENTS: ListedAddress = {
  address: 'BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw',
  label: utf8('Bitmessage new releases/announcements'),
  enabled: true,
};
const OLD_ANNOUNCEMENTS = 'BM-BbkPSZbzPwpVcYZpU4yHwf9ZPEapN5Zx';

/** First version whose table of keys has the form of today. */
export const FIRST_VERSION_WITH_KEYS = 8;

/** Undefined for a row whose address is none; `onBad` is told the text. */
export function listedAddress(
  row: RawRow,
  onBad: (address: string) => void,
): ListedAddress | undefined {
  const text = addressText(row, 'address');
  if (text === OLD_ANNOUNCEMENTS) return ANNOUNCEMENTS;
  const address = canonicalAddress(text);
  if (address === undefined) {
    onBad(text);
    return undefined;
  }
  return { address, label: bytesOf(row, 'label'), enabled: numberOf(row, 'enabled', 1) !== 0 };
}

/** Each address once: the first that is enabled, else the first. */
export function withoutDuplicates(entries: readonly ListedAddress[]): ListedAddress[] {
  const byAddress = new Map<string, ListedAddress>();
  for (const entry of entries) {
    const before = byAddress.get(entry.address);
    if (!before || (!before.enabled && entry.enabled)) byAddress.set(entry.address, entry);
  }
  return [...byAddress.values()];
}

/** The key, or why it is none. */
export function pubkeyRecord(row: RawRow): PubkeyRecord | string {
  const keyBlock = bytesOf(row, 'transmitdata');
  const stored = decodeStoredKey(keyBlock);
  if (!stored) return 'not a key';
  const { version, stream } = stored;
  const { signingKey, encryptionKey } = stored.keyBlock;
  const address = encodeAddress(addressOf(version, stream, signingKey, encryptionKey));
  if (address !== namedAddress(row)) return 'the key belongs to another address';
  return {
    address,
    keyBlock,
    storedS: numberOf(row, 'time', 0),
    usedPersonally: displayText(bytesOf(row, 'usedpersonally')) === 'yes',
  };
}

/** Up to version 9 keys were found by the ripe, of stream 1 all. */
function namedAddress(row: RawRow): string | undefined {
  if (row['address'] !== undefined) return canonicalAddress(addressText(row, 'address'));
  const version = numberOf(row, 'addressversion', 0);
  const ripe = bytesOf(row, 'hash');
  if (!isUsableAddressVersion(version) || ripe.length !== 20) return undefined;
  return encodeAddress({ version, stream: 1, ripe });
}
