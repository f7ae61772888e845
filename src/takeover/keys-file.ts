/** The identities of a keys.dat, each checked: texts of the keys, keys, address. */
import { isValidPrivateKey, publicKeyOf } from '../crypto/curve.js';
import { CryptoError } from '../crypto/errors.js';
import { decodeWif } from '../crypto/wif.js';
import type { IniFile } from '../node/settings/ini-file.js';
import { parseBoolean, parseNumber } from '../node/settings/option-spec.js';
import { decodeAddress, encodeAddress } from '../objects/address.js';
import { NETWORK_MINIMUM } from '../objects/difficulty.js';
import { addressOf, isUsableAddressVersion } from '../objects/identity-address.js';
import type { IdentityRecord } from '../store/repositories.js';
import { NO_BYTES } from '../util/bytes.js';

export const MAIN_SECTION = 'bitmessagesettings';
const ADDRESS_PREFIX = 'BM-';

/** The layout that the options are in; older ones are rescaled on reading. */
export const SETTINGS_VERSION = 10;

/** Difficulties before and after protocol version 3 [helper_startup.py:updateConfig]. */
const OLD_TRIALS_PER_BYTE = 320;
const OLD_EXTRA_BYTES = 14_000;
const NEW_UNIT = 1000;

/** Options that have fields of their own in {@link IdentityRecord}. */
const FIELDS = new Set([
  'label',
  'enabled',
  'chan',
  'privsigningkey',
  'privencryptionkey',
  'noncetrialsperbyte',
  'payloadlengthextrabytes',
  'lastpubkeysendtime',
  'dontsendack',
  'mailinglist',
  'mailinglistname',
]);

/**
 * Stands for "never published, and nobody has asked": 0 would mean that the key has to be published
 * at the next start, which thousands of imported identities must not do at once.
 */
export const NEVER_PUBLISHED_S = 1;

export interface ReadIdentity {
  readonly section: string;
  /** The identity, or why the section is none. */
  readonly result: IdentityRecord | string;
}

export function identitySections(ini: IniFile): string[] {
  return ini.sections().filter((name) => name.startsWith(ADDRESS_PREFIX));
}

export function settingsVersion(ini: IniFile): number {
  const text = ini.get(MAIN_SECTION, 'settingsversion') ?? '';
  return parseNumber(text, true) ?? SETTINGS_VERSION;
}

/** Each takes two multiplications on the curve, a fifth of a millisecond: the caller pauses between. */
export function readIdentity(ini: IniFile, section: string): ReadIdentity {
  try {
    return { section, result: identityOf(ini, section) };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return { section, result: error.message };
  }
}

function identityOf(ini: IniFile, section: string): IdentityRecord | string {
  const decoded = decodeAddress(section);
  if (decoded.status !== 'success') return `not an address (${decoded.status})`;
  const { version, stream } = decoded.address;
  if (!isUsableAddressVersion(version)) return `address version ${version} is not in use any more`;
  const text = (option: string): string => ini.get(section, option) ?? '';
  const [signingText, encryptionText] = [text('privsigningkey'), text('privencryptionkey')];
  if (signingText === '' || encryptionText === '') return 'a private key is missing';
  const [signingKey, encryptionKey] = [decodeWif(signingText), decodeWif(encryptionText)];
  if (!isValidPrivateKey(signingKey) || !isValidPrivateKey(encryptionKey)) {
    return 'a private key is out of range';
  }
  const keys = [publicKeyOf(signingKey), publicKeyOf(encryptionKey)] as const;
  const address = encodeAddress(addressOf(version, stream, ...keys));
  if (address !== encodeAddress(decoded.address)) return 'the keys belong to another address';
  const extra = ini
    .options(section)
    .filter((option) => !FIELDS.has(option))
    .map((option) => [option, text(option)]);
  return {
    address,
    label: ini.getBytes(section, 'label') ?? NO_BYTES,
    enabled: parseBoolean(text('enabled')) ?? true,
    chan: parseBoolean(text('chan')) ?? false,
    signingKey,
    encryptionKey,
    ...difficultyOf(ini, section),
    lastPubkeySendS: publishedS(text('lastpubkeysendtime')),
    dontSendAck: parseBoolean(text('dontsendack')) ?? false,
    mailingList: parseBoolean(text('mailinglist')) ?? false,
    mailingListName: ini.getBytes(section, 'mailinglistname') ?? NO_BYTES,
    extra: Object.fromEntries(extra) as Record<string, string>,
  };
}

function publishedS(text: string): number {
  const value = parseNumber(text, false);
  return value !== undefined && value > NEVER_PUBLISHED_S ? Math.trunc(value) : NEVER_PUBLISHED_S;
}

function difficultyOf(
  ini: IniFile,
  section: string,
): Pick<IdentityRecord, 'nonceTrialsPerByte' | 'payloadLengthExtraBytes'> {
  const number = (option: string): number | undefined =>
    parseNumber(ini.get(section, option) ?? '', true);
  const trials = number('noncetrialsperbyte');
  const extra = number('payloadlengthextrabytes');
  if (trials === undefined || extra === undefined) return NETWORK_MINIMUM;
  if (settingsVersion(ini) >= SETTINGS_VERSION) {
    return { nonceTrialsPerByte: trials, payloadLengthExtraBytes: extra };
  }
  const [times, more] = [trials / OLD_TRIALS_PER_BYTE, extra / OLD_EXTRA_BYTES];
  return {
    nonceTrialsPerByte: Math.trunc((times <= 2 ? 1 : times) * NEW_UNIT),
    payloadLengthExtraBytes: Math.trunc((more < 1 ? 1 : more) * NEW_UNIT),
  };
}
