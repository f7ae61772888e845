/** Writes identities as sections of keys.dat. */
import { encodeWif } from '../crypto/wif.js';
import { IniFile } from '../node/settings/ini-file.js';
import type { IdentityRecord } from '../store/repositories.js';
import { NO_BYTES, utf8 } from '../util/bytes.js';
import { NEVER_PUBLISHED_S } from './keys-file.js';

/** A keys.dat section as PyBitmessage writes it, with `%` doubled; the keys are in it. */
export function identitySection(
  record: IdentityRecord,
  onLoss: (option: string) => void,
): Uint8Array {
  const file = IniFile.parse(NO_BYTES);
  const set = (option: string, value: string | Uint8Array): void => {
    if (!setClosest(file, record.address, option, value)) onLoss(option);
  };
  const { extra } = record;
  set('label', record.label);
  set('enabled', String(record.enabled));
  set('decoy', extra['decoy'] ?? 'false');
  if (record.chan) set('chan', 'true');
  set('noncetrialsperbyte', String(record.nonceTrialsPerByte));
  set('payloadlengthextrabytes', String(record.payloadLengthExtraBytes));
  set('privsigningkey', encodeWif(record.signingKey));
  set('privencryptionkey', encodeWif(record.encryptionKey));
  if (record.lastPubkeySendS > NEVER_PUBLISHED_S) {
    set('lastpubkeysendtime', String(record.lastPubkeySendS));
  }
  if (record.dontSendAck) set('dontsendack', 'true');
  if (record.mailingList) set('mailinglist', 'true');
  if (record.mailingListName.length > 0) set('mailinglistname', record.mailingListName);
  for (const [option, value] of Object.entries(extra)) if (option !== 'decoy') set(option, value);
  return file.toBytes();
}

/**
 * Sets an option to the nearest value that the format can hold: it takes ` ;` for the beginning of a
 * comment, and cuts blanks at the ends of lines. False when that is not the value itself.
 */
export function setClosest(
  file: IniFile,
  section: string,
  option: string,
  value: string | Uint8Array,
): boolean {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  if (trySet(file, section, option, bytes)) return true;
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[ \t]+;/g, ';')
    .split(/[\r\n\0]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
  if (!trySet(file, section, option, Buffer.from(text, 'latin1'))) file.set(section, option, '');
  return false;
}

function trySet(file: IniFile, section: string, option: string, value: Uint8Array): boolean {
  try {
    file.setBytes(section, option, value);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
