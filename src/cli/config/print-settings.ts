/** `petrel config print`: every value, and where it comes from. */
import { OPTION_NAMES, optionSpec, type OptionName } from '../../node/settings/option-table.js';
import { SettingError } from '../../node/settings/setting-error.js';
import type { Settings } from '../../node/settings/settings.js';
import { nearestName } from '../../node/settings/nearest.js';
import type { DataDirChoice } from '../data-dir.js';

export interface PrintOptions {
  readonly showOrigin: boolean;
  readonly showSecrets: boolean;
  /** Only what is set somewhere. */
  readonly changed: boolean;
}

const STARS = '********';
/** Origins begin in this column, but for long values. */
const ORIGIN_COLUMN = 56;

/** The value as it may be printed: stars for a secret that is set. */
export function printedValue(settings: Settings, name: OptionName, showSecrets: boolean): string {
  const value = settings.get(name);
  const isHidden = optionSpec(name).secret === true && value !== '' && !showSecrets;
  return isHidden ? STARS : value.replaceAll('\n', ' ');
}

/** Options whose name is, begins with, or contains one of `wanted`; all without any. @throws SettingError */
export function namesLike(wanted: readonly string[]): OptionName[] {
  if (wanted.length === 0) return OPTION_NAMES;
  const found = wanted.map((given) => {
    const text = given.trim().toLowerCase();
    const exact = OPTION_NAMES.filter((name) => name === text);
    const names = exact.length > 0 ? exact : OPTION_NAMES.filter((name) => name.includes(text));
    if (names.length > 0) return names;
    const nearest = nearestName(text, OPTION_NAMES);
    throw new SettingError(`${given}: unknown option; the nearest is ${nearest}`);
  });
  return [...new Set(found.flat())];
}

/** Lines `section.option = value`. */
export function settingLines(
  settings: Settings,
  names: readonly OptionName[],
  { showOrigin, showSecrets, changed }: PrintOptions,
): string[] {
  return names
    .filter((name) => !changed || settings.origin(name) !== 'default')
    .map((name) => {
      const line = `${name} = ${printedValue(settings, name, showSecrets)}`;
      return showOrigin ? `${line.padEnd(ORIGIN_COLUMN)} # ${settings.place(name)}` : line;
    });
}

/** The same for programs, with what the table says. */
export function settingsJson(
  settings: Settings,
  names: readonly OptionName[],
  dataDir: DataDirChoice,
  { showSecrets, changed }: PrintOptions,
): string {
  const options = names
    .filter((name) => !changed || settings.origin(name) !== 'default')
    .map((name) => {
      const { type, unit, use, secret = false, explanation, default: standard } = optionSpec(name);
      return {
        name,
        value: printedValue(settings, name, showSecrets),
        origin: settings.origin(name),
        place: settings.place(name),
        default: standard,
        ...{ type, unit, use, secret, explanation },
      };
    });
  const { path, origin } = dataDir;
  return JSON.stringify(
    { dataDir: path, dataDirOrigin: origin, file: settings.path, options },
    null,
    2,
  );
}
