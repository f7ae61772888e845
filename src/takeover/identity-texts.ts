/** Identities as text: sections of a keys.dat, or lines of two private keys. */
import { publicKeyOf } from '../crypto/curve.js';
import { CryptoError } from '../crypto/errors.js';
import { decodeWif, encodeWif } from '../crypto/wif.js';
import { IniFile } from '../node/settings/ini-file.js';
import { encodeAddress } from '../objects/address.js';
import { addressOf } from '../objects/identity-address.js';
import type { IdentityRecord } from '../store/repositories.js';
import { displayText, utf8 } from '../util/bytes.js';
import { identitySections, readIdentity } from './keys-file.js';

/** What a pair of keys without an address is taken for. */
const DEFAULT_VERSION = 4;
const DEFAULT_STREAM = 1;

export interface IdentityTexts {
  readonly records: IdentityRecord[];
  /** Where and why something is no identity; never the text itself, which may be a key. */
  readonly problems: string[];
}

/** `address signing-key encryption-key`, both keys in wallet import format. */
export function wifLine({ address, signingKey, encryptionKey }: IdentityRecord): string {
  return `${address} ${encodeWif(signingKey)} ${encodeWif(encryptionKey)}`;
}

export function readIdentityTexts(bytes: Uint8Array): IdentityTexts {
  const isKeysFile = /^\s*\[/m.test(displayText(bytes));
  const sections = isKeysFile ? [IniFile.parse(bytes, () => undefined)] : linesAsSections(bytes);
  const records: IdentityRecord[] = [];
  const problems: string[] = [];
  for (const file of sections) {
    if (typeof file === 'string') {
      problems.push(file);
      continue;
    }
    for (const section of identitySections(file)) {
      const { result } = readIdentity(file, section);
      if (typeof result === 'string') problems.push(`${section}: ${result}`);
      else records.push(result);
    }
  }
  return { records, problems };
}

/** One file with one section for each line; a text for a line that is none. */
function linesAsSections(bytes: Uint8Array): (IniFile | string)[] {
  return displayText(bytes)
    .split('\n')
    .map((line, index) => ({ words: line.trim().split(/\s+/), number: index + 1 }))
    .filter(({ words }) => words[0] !== '')
    .map(({ words, number }) => {
      const [signing, encryption] = words.slice(-2);
      if (words.length < 2 || words.length > 3 || !signing || !encryption) {
        return `line ${number} is not "[address] signing-key encryption-key"`;
      }
      try {
        const address = words.length === 3 ? words[0] : addressFor(signing, encryption);
        const text = `[${address ?? ''}]\nprivsigningkey = ${signing}\nprivencryptionkey = ${encryption}\n`;
        return IniFile.parse(utf8(text));
      } catch (error) {
        if (error instanceof CryptoError) return `line ${number}: ${error.message}`;
        throw error;
      }
    });
}

function addressFor(signing: string, encryption: string): string {
  const keys = [publicKeyOf(decodeWif(signing)), publicKeyOf(decodeWif(encryption))] as const;
  return encodeAddress(addressOf(DEFAULT_VERSION, DEFAULT_STREAM, ...keys));
}
