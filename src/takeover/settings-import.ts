/** Takes the settings of a keys.dat over, and keeps its text for the way back. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../node/settings/atomic-write.js';
import { IniFile } from '../node/settings/ini-file.js';
import { parseBoolean, valueProblem } from '../node/settings/option-spec.js';
import {
  isOptionName,
  OPTION_NAMES,
  optionSpec,
  type OptionName,
} from '../node/settings/option-table.js';
import type { Settings } from '../node/settings/settings.js';
import { UserError } from '../util/errors.js';
import { identitySections, MAIN_SECTION, SETTINGS_VERSION, settingsVersion } from './keys-file.js';
import type { TakeoverReport } from './report.js';

/**
 * The source's keys.dat without the identities that were taken: options that Petrel does not know,
 * comments, an onion service's key, sections that were refused. In Petrel's data directory, mode 0600.
 */
export const KEPT_SETTINGS_FILE = 'pybitmessage-settings.ini';

/** Petrel without its API would be of no use: the option of a windowed PyBitmessage is not taken. */
const NOT_TAKEN: ReadonlySet<OptionName> = new Set<OptionName>([
  'bitmessagesettings.settingsversion',
  'bitmessagesettings.apienabled',
]);

/** Difficulties of before protocol version 3: PyBitmessage itself resets or rescales them. */
export const RESCALED: ReadonlySet<OptionName> = new Set<OptionName>([
  'bitmessagesettings.defaultnoncetrialsperbyte',
  'bitmessagesettings.defaultpayloadlengthextrabytes',
  'bitmessagesettings.maxacceptablenoncetrialsperbyte',
  'bitmessagesettings.maxacceptablepayloadlengthextrabytes',
]);
const FIRST_VERSION_OF_PROTOCOL_3 = 9;

/** @throws UserError for options that promise an encryption which PyBitmessage never had. */
export function refuseEncrypted(ini: IniFile): void {
  for (const option of ['keysencrypted', 'messagesencrypted']) {
    if (parseBoolean(ini.get(MAIN_SECTION, option) ?? '') === true) {
      throw new UserError(
        `keys.dat says ${option} = true; no PyBitmessage encrypts its files, so these are not its own`,
      );
    }
  }
}

/** Sets what differs from the default, and what Petrel's own settings.ini does not say otherwise. */
export function takeSettings(
  ini: IniFile,
  settings: Settings | undefined,
  report: TakeoverReport,
): void {
  const changes: [OptionName, string][] = [
    ['bitmessagesettings.settingsversion', String(SETTINGS_VERSION)],
  ];
  let present = 0;
  for (const name of OPTION_NAMES) {
    const text = wantedText(ini, name, report);
    if (text === undefined) continue;
    report.tally('settings').found++;
    if (settings && settings.origin(name) === 'file') {
      present++;
      if (settings.get(name) !== text) report.note(`${name}: Petrel's own value stays`);
    } else changes.push([name, text]);
  }
  report.tally('settings').present += present;
  report.tally('settings').taken += changes.length - 1;
  if (settings?.origin('bitmessagesettings.settingsversion') === 'file') changes.shift();
  if (changes.length > 0) settings?.setAll(changes);
}

function wantedText(ini: IniFile, name: OptionName, report: TakeoverReport): string | undefined {
  const dot = name.indexOf('.');
  const text = ini.get(name.slice(0, dot), name.slice(dot + 1));
  if (text === undefined || NOT_TAKEN.has(name)) return undefined;
  if (RESCALED.has(name) && settingsVersion(ini) < FIRST_VERSION_OF_PROTOCOL_3) return undefined;
  const spec = optionSpec(name);
  const isDefault =
    spec.type === 'boolean'
      ? parseBoolean(text) === parseBoolean(spec.default)
      : text === spec.default;
  if (isDefault) return undefined;
  const allowed = valueProblem(spec, text);
  if (allowed !== undefined) {
    report.problem('settings', `must be ${allowed}: not taken, kept for the way back`, name);
    return undefined;
  }
  return text;
}

/** What of the file no other place in Petrel holds. The first import's is kept. */
export function keepSettingsText(
  dataDir: string,
  original: IniFile,
  isTaken: (section: string) => boolean,
): boolean {
  const path = join(dataDir, KEPT_SETTINGS_FILE);
  if (existsSync(path)) return false;
  const kept = IniFile.parse(original.toBytes(), () => undefined);
  kept.removeSections(new Set(identitySections(kept).filter(isTaken)));
  if (settingsVersion(original) < FIRST_VERSION_OF_PROTOCOL_3) {
    for (const name of RESCALED) kept.remove(MAIN_SECTION, name.slice(MAIN_SECTION.length + 1));
  }
  writeFileAtomically(path, kept.toBytes());
  return true;
}

/** Options of PyBitmessage that Petrel gives back: not those that only Petrel has. */
export function isPybitmessageOption(name: string): name is OptionName {
  return isOptionName(name) && !PETREL_ONLY.has(name) && !name.startsWith('privacy.');
}

const PETREL_ONLY: ReadonlySet<string> = new Set([
  'network.offline',
  'network.announcedelay',
  'network.antiintersection',
  'network.portcheck',
]);
