/** `petrel config set` and `unset`: settings.ini, changed only to something that works. */
import { checkSettings } from '../../node/settings/settings-check.js';
import type { OptionName } from '../../node/settings/option-table.js';
import { SettingError } from '../../node/settings/setting-error.js';
import { Settings } from '../../node/settings/settings.js';
import { checkValue, knownName, shown } from '../../node/settings/settings-sources.js';
import { prepareDataDir } from '../../store/data-dir.js';
import { nullLog, type Log } from '../../util/log.js';
import { makeParents, type DataDirChoice } from '../data-dir.js';

type Print = (line: string) => void;

/**
 * @param pairs option and value, again and again
 * @throws SettingError, with nothing written, for what is wrong or contradicts the rest of the file.
 */
export function setOptions(dataDir: DataDirChoice, pairs: readonly string[], print: Print): void {
  if (pairs.length % 2 === 1) throw new SettingError('name OPTION VALUE, or several such pairs');
  const changes: [OptionName, string][] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const [given = '', value = ''] = pairs.slice(at, at + 2);
    const name = knownName(given, given);
    checkValue(name, value, `${name}=${shown(name, value)}`);
    changes.push([name, value]);
  }
  const { path, isDefault } = dataDir;
  const before = new Set(checkSettings({ dataDir: path }).findings.map(({ message }) => message));
  const overrides = changes.map(([name, value]) => [name, value, 'config set'] as const);
  const { findings } = checkSettings({ dataDir: path, overrides });
  const wrong = findings.find(
    ({ severity, message }) => severity === 'error' && !before.has(message),
  );
  if (wrong) throw new SettingError(`${wrong.message}; nothing is changed`);
  if (isDefault) makeParents(path);
  prepareDataDir(path, printingLog(print));
  // What else is wrong in the file stays there: it may be what is put right next.
  const { settings } = Settings.inspect({ dataDir: path });
  settings.setAll(changes);
  for (const [name, value] of changes) {
    print(`${settings.place(name)}: ${name} = ${shown(name, value)}`);
  }
  for (const { severity, message } of checkSettings({ dataDir: path }).findings) {
    if (!before.has(message)) print(`${severity}: ${message}`);
  }
}

/** Back to the default. @throws SettingError */
export function unsetOptions(dataDir: DataDirChoice, given: readonly string[], print: Print): void {
  const names = given.map((one) => knownName(one, one));
  const { settings } = Settings.inspect({ dataDir: dataDir.path });
  const removed = settings.unsetAll(names);
  for (const name of names) {
    const value = shown(name, settings.get(name));
    const start = removed.has(name)
      ? `${settings.path}: removed`
      : `${settings.path} does not have`;
    print(`${start} ${name}; the default is ${value === '' ? 'none' : value}`);
  }
}

function printingLog(print: Print): Log {
  return { ...nullLog, warn: (...given: unknown[]) => print(`warning: ${String(given.at(-1))}`) };
}
