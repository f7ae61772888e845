/**
 * Takes a PyBitmessage data directory over: everything is read, checked and added; what is in Petrel
 * already stays as it is, so that a second run adds only what is new.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { minimumDifficulty } from '../node/node-settings.js';
import { signWithKernel } from '../node/signing-kernel-file.js';
import { parseBoolean } from '../node/settings/option-spec.js';
import { NETWORK_MINIMUM, TEST_MINIMUM, type Difficulty } from '../objects/difficulty.js';
import { IniFile } from '../node/settings/ini-file.js';
import type { Settings } from '../node/settings/settings.js';
import type { Store } from '../store/open-store.js';
import type { IdentityRecord } from '../store/repositories.js';
import type { Clock } from '../util/clock.js';
import { errorText, UserError } from '../util/errors.js';
import { identitySections, MAIN_SECTION, readIdentity } from './keys-file.js';
import { readKnownNodes } from './known-nodes.js';
import { importMessages } from './messages-import.js';
import { copyPrivately } from './private-copy.js';
import { TakeoverReport } from './report.js';
import { keepSettingsText, refuseEncrypted, takeSettings } from './settings-import.js';
import { KEYS_FILE, MESSAGES_FILE, NODES_FILE, refuseRunning } from './source-dir.js';

/** Petrel's side; without it nothing is written, and an empty data directory is assumed. */
export interface Target {
  readonly store: Store;
  readonly settings: Settings;
}

export interface ImportOptions {
  readonly sourceDir: string;
  /** An existing directory for the private copy of messages.dat. */
  readonly copyParent: string;
  /** `done` of `total` rows. */
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface ImportDependencies {
  readonly target: Target | undefined;
  readonly clock: Clock;
}

/** Identities checked before the thread does something else: a few milliseconds. */
const IDENTITIES_PER_TURN = 32;

/** Names of things in the source that have no place in Petrel. */
const LEFT_BEHIND = ['avatars', 'sounds'];

/** A `keys.dat` that a crash left: PyBitmessage copies it before it writes. */
const BACKUP = /^keys\.dat\.\d+\.bak$/;

/** @throws UserError when the directory cannot be imported at all. */
export async function importDirectory(
  options: ImportOptions,
  { target, clock }: ImportDependencies,
): Promise<TakeoverReport> {
  const { sourceDir, copyParent } = options;
  refuseRunning(sourceDir);
  const report = new TakeoverReport();
  const ini = readKeys(sourceDir, report);
  refuseEncrypted(ini);
  const seqBefore = (await target?.store.networkBulk.lastSeq()) ?? 0;
  signWithKernel(() => undefined); // It makes public keys in half the time; without it all goes on.
  await importIdentities(ini, target, report, options.onProgress);
  takeSettings(ini, target?.settings, report);
  if (existsSync(join(sourceDir, MESSAGES_FILE))) {
    const copy = copyPrivately(sourceDir, copyParent);
    try {
      await importMessages(
        { sourceDir, path: copy.path, onProgress: options.onProgress },
        { target, minimum: minimumOf(ini, target), clock, report },
      );
    } finally {
      copy.remove();
    }
  } else report.note(`there is no ${MESSAGES_FILE}: no mail`);
  await importNodes(sourceDir, target, report);
  await settleBackFill(target, seqBefore);
  for (const name of LEFT_BEHIND) {
    if (existsSync(join(sourceDir, name)))
      report.note(`${name}/ has no place in Petrel: left there`);
  }
  return report;
}

/**
 * What Petrel's inventory held before is looked through for the new addresses at the next start. The
 * objects that come along are not: PyBitmessage has, and what was deleted there stays deleted.
 */
async function settleBackFill(target: Target | undefined, seqBefore: number): Promise<void> {
  const open = ((await target?.store.backfill.list()) ?? []).filter(
    ({ untilSeq }) => untilSeq === undefined,
  );
  for (const kind of ['identity', 'subscription'] as const) {
    const addresses = open.filter((range) => range.kind === kind).map(({ address }) => address);
    await target?.store.backfill.settle(kind, addresses, seqBefore);
  }
}

/** A dry run has no settings of Petrel's yet. */
function minimumOf(ini: IniFile, target: Target | undefined): Difficulty {
  if (target) return minimumDifficulty(target.settings);
  const isTest = parseBoolean(ini.get(MAIN_SECTION, 'extralowdifficulty') ?? '') === true;
  return isTest ? TEST_MINIMUM : NETWORK_MINIMUM;
}

/** keys.dat; where that is empty or gone, the newest copy that a crash left beside it. */
function readKeys(sourceDir: string, report: TakeoverReport): IniFile {
  const path = join(sourceDir, KEYS_FILE);
  let bytes = existsSync(path) ? readFile(path) : undefined;
  if (!bytes || bytes.length === 0) {
    const backup = existsSync(sourceDir)
      ? readdirSync(sourceDir)
          .filter((name) => BACKUP.test(name))
          .sort()
          .at(-1)
      : undefined;
    if (backup === undefined) {
      throw new UserError(
        `${path} is ${bytes ? 'empty' : 'not there'}; name the directory of a PyBitmessage`,
      );
    }
    report.note(`${KEYS_FILE} is ${bytes ? 'empty' : 'missing'}: took its copy ${backup}`);
    bytes = readFile(join(sourceDir, backup));
  }
  return IniFile.parse(bytes, (line) =>
    report.problem(KEYS_FILE, 'a line is neither [section] nor "option = value"', `line ${line}`),
  );
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError(`cannot read ${path} (${errorText(error)}); check its owner and mode`, {
      cause: error,
    });
  }
}

async function importIdentities(
  ini: IniFile,
  target: Target | undefined,
  report: TakeoverReport,
  onProgress: ImportOptions['onProgress'],
): Promise<void> {
  const sections = identitySections(ini);
  const records: IdentityRecord[] = [];
  const refused = new Set<string>();
  for (const [index, section] of sections.entries()) {
    const { result } = readIdentity(ini, section);
    if (typeof result === 'string') {
      refused.add(section);
      report.problem('identities', `${result}; its section is kept for the way back`, section);
    } else records.push(result);
    if (index % IDENTITIES_PER_TURN === 0) {
      onProgress?.('identities', index, sections.length);
      await pause();
    }
  }
  const added = target ? await target.store.identities.add(records) : records;
  const tally = report.tally('identities');
  tally.found += sections.length;
  tally.taken += added.length;
  tally.present += records.length - added.length;
  if (target) keepSettingsText(target.settings.dataDir, ini, (section) => !refused.has(section));
}

async function importNodes(
  sourceDir: string,
  target: Target | undefined,
  report: TakeoverReport,
): Promise<void> {
  const path = join(sourceDir, NODES_FILE);
  if (!existsSync(path)) return;
  let read: ReturnType<typeof readKnownNodes>;
  try {
    read = readKnownNodes(readFile(path));
  } catch (error) {
    if (error instanceof UserError) throw error;
    report.problem(NODES_FILE, `not readable (${errorText(error)}): left out`);
    return;
  }
  const { nodes, unusable } = read;
  if (unusable > 0) report.problem('nodes', `${unusable} entries are no nodes: left out`);
  const keyOf = (node: (typeof nodes)[number]): string =>
    `${node.stream} ${node.host} ${node.port}`;
  const before = (await target?.store.nodes.list()) ?? [];
  const known = new Set(before.map(keyOf));
  const added = nodes.filter((node) => !known.has(keyOf(node)));
  report.count('nodes', nodes.length, added.length);
  if (added.length > 0) await target?.store.nodes.replaceAll([...before, ...added]);
}
