/** Writes a data directory with which PyBitmessage v0.6 starts and shows what Petrel has. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../node/settings/atomic-write.js';
import { IniFile } from '../node/settings/ini-file.js';
import { OPTION_NAMES, optionSpec } from '../node/settings/option-table.js';
import type { Settings } from '../node/settings/settings.js';
import type { Store } from '../store/open-store.js';
import { concatBytes, NO_BYTES, utf8 } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import { errorText, UserError } from '../util/errors.js';
import { MAIN_SECTION, SETTINGS_VERSION } from './keys-file.js';
import { identitySection, setClosest } from './keys-writer.js';
import { encodeKnownNodes } from './known-nodes.js';
import { exportMessages } from './messages-export.js';
import { TakeoverReport } from './report.js';
import { isPybitmessageOption, KEPT_SETTINGS_FILE, RESCALED } from './settings-import.js';
import { KEYS_FILE, MESSAGES_FILE, NODES_FILE } from './source-dir.js';

const PRIVATE_DIRECTORY = 0o700;

export interface ExportDependencies {
  readonly store: Store;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** @throws UserError when the directory holds something already, or cannot be written. */
export async function exportDirectory(
  directory: string,
  dependencies: ExportDependencies,
): Promise<TakeoverReport> {
  const report = new TakeoverReport();
  makeEmpty(directory);
  try {
    const messages = join(directory, MESSAGES_FILE);
    await exportMessages(messages, { ...dependencies, report });
    const nodes = await dependencies.store.nodes.list();
    writeFileAtomically(join(directory, NODES_FILE), utf8(encodeKnownNodes(nodes)));
    report.count('nodes', nodes.length, nodes.length);
    // Last: without it no PyBitmessage takes the directory for its own.
    await writeKeys(join(directory, KEYS_FILE), dependencies, report);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write ${directory} (${errorText(error)}); it is not complete`, {
      cause: error,
    });
  }
  return report;
}

function makeEmpty(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    if (readdirSync(directory).length > 0) {
      throw new UserError(`${directory} is not empty; name a new directory`);
    }
    chmodSync(directory, PRIVATE_DIRECTORY);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot use ${directory} (${errorText(error)}); name another directory`, {
      cause: error,
    });
  }
}

async function writeKeys(
  path: string,
  { store, settings }: ExportDependencies,
  report: TakeoverReport,
): Promise<void> {
  const parts = [settingsText(settings, report)];
  const identities = await store.identities.list();
  for (const identity of identities) {
    const onLoss = (option: string): void =>
      report.problem(
        'identities',
        `keys.dat cannot hold this ${option}: written without " ;" and blanks at line ends`,
        identity.address,
      );
    parts.push(identitySection(identity, onLoss), utf8('\n'));
  }
  report.count('identities', identities.length, identities.length);
  writeFileAtomically(path, concatBytes(...parts));
}

/** The text that the import kept, with what has changed since; else every option by name. */
function settingsText(settings: Settings, report: TakeoverReport): Uint8Array {
  const keptPath = join(settings.dataDir, KEPT_SETTINGS_FILE);
  const isKept = existsSync(keptPath);
  const file = IniFile.parse(isKept ? readFileSync(keptPath) : NO_BYTES, () => undefined);
  for (const name of OPTION_NAMES) {
    if (!isPybitmessageOption(name)) continue;
    const dot = name.indexOf('.');
    const [section, option] = [name.slice(0, dot), name.slice(dot + 1)];
    const isSet = settings.origin(name) === 'file';
    const isMissing = RESCALED.has(name) && file.get(section, option) === undefined;
    const isLeft = isKept ? !isMissing : optionSpec(name).default === '';
    if (!isSet && isLeft) continue;
    const value = settings.get(name);
    if (file.get(section, option) === value) continue;
    if (!setClosest(file, section, option, value)) {
      report.problem('settings', 'keys.dat cannot hold the value as it is', name);
    }
    report.count('settings', 1, 1);
  }
  file.set(MAIN_SECTION, 'settingsversion', String(SETTINGS_VERSION));
  const text = Buffer.from(file.toBytes()).toString('latin1').trimEnd();
  return Buffer.from(`${text}\n\n`, 'latin1');
}
