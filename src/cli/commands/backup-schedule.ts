/** `petrel backup schedule`: backups that the node makes of itself. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { BackupDirectory } from '../../backup/backup-directory.js';
import { directoryId } from '../../backup/backup-names.js';
import {
  checkNewPassphrase,
  isReadByOthers,
  readPassphraseFile,
} from '../../backup/passphrase-file.js';
import { nextDueMs, readPlan, type SchedulePlan } from '../../backup/schedule-plan.js';
import { readScheduleState } from '../../backup/schedule-state.js';
import { isAlive } from '../../backup/scratch.js';
import type { OptionName } from '../../node/settings/option-table.js';
import { Settings } from '../../node/settings/settings.js';
import { dataDirPaths } from '../../store/data-dir.js';
import { errorText, UserError } from '../../util/errors.js';
import { showPeriod } from '../../util/period.js';
import { shownTime } from '../backup-report.js';
import { chooseDataDir } from '../data-dir.js';
import type { CommandContext } from '../program.js';

interface ScheduleOptions {
  dataDir?: string;
  to?: string;
  every?: string;
  keep?: string;
  passphraseFile?: string;
  off?: boolean;
  json?: boolean;
}

const DIRECTORY_MODE = 0o700;
const MS_PER_S = 1_000;

const HELP = `
Without options it tells what is set and how the last backup went. The node makes the backups while it runs,
begins soon after it was set, and makes up for one that it missed while it was stopped. Of its own backups in DIR
all but the newest are deleted; other files are never touched. Keep the passphrase somewhere else, too: a
backup whose passphrase was lost with the machine is of no use.`;

export function addBackupScheduleCommand(backup: Command, context: CommandContext): void {
  backup
    .command('schedule')
    .description('show or set the backups that the node makes of itself')
    .option('--to <dir>', 'directory for them; made when missing')
    .option('--every <time>', 'time between two: 12h, 1d, 1w')
    .option('--keep <number>', 'how many stay')
    .option('--passphrase-file <file>', 'file that holds the passphrase, read at each backup')
    .option('--off', 'make no more backups; those that are there stay')
    .option('--data-dir <dir>', 'directory of the settings and the mail')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action((options: ScheduleOptions) => schedule(options, context));
}

function schedule(options: ScheduleOptions, context: CommandContext): void {
  const { path: dataDir } = chooseDataDir(options.dataDir, context.environment);
  if (!existsSync(dataDir)) throw new UserError(`${dataDir} does not exist: there is no node`);
  const settings = Settings.open({ dataDir, environment: context.environment });
  const changes = changesOf(options, settings, context);
  if (changes.length > 0) settings.setAll(changes);
  show(settings, options, context);
}

function changesOf(
  options: ScheduleOptions,
  settings: Settings,
  { print }: CommandContext,
): [OptionName, string][] {
  const { to, every, keep, passphraseFile, off } = options;
  const changes: [OptionName, string][] = [];
  if (every !== undefined) changes.push(['backup.every', every]);
  if (keep !== undefined) changes.push(['backup.keep', keep]);
  if (passphraseFile !== undefined) {
    changes.push(['backup.passphrasefile', usablePassphraseFile(passphraseFile, print)]);
  }
  if (off) return [...changes, ['backup.directory', '']];
  if (to !== undefined) changes.push(['backup.directory', usableDirectory(to, settings, print)]);
  const isOn = to !== undefined || settings.text('backup.directory') !== '';
  if (changes.length > 0 && !isOn) {
    throw new UserError('name the directory for the backups with --to');
  }
  if (to !== undefined && (passphraseFile ?? settings.text('backup.passphrasefile')) === '') {
    throw new UserError(
      'name a file that holds the passphrase with --passphrase-file; only you should be able to read it',
    );
  }
  return changes;
}

function usablePassphraseFile(file: string, print: (line: string) => void): string {
  const path = resolve(file);
  checkNewPassphrase(readPassphraseFile(path));
  if (isReadByOthers(path)) print(`warning: others can read ${path}; chmod 600 keeps them out`);
  return path;
}

function usableDirectory(to: string, settings: Settings, print: (line: string) => void): string {
  const path = resolve(to);
  try {
    mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
  } catch (error) {
    throw new UserError(`cannot make ${path} (${errorText(error)}); name another directory`, {
      cause: error,
    });
  }
  if (!relative(settings.dataDir, path).startsWith('..')) {
    print(`warning: ${path} is inside the data directory, and lost together with it`);
  }
  return path;
}

function show(settings: Settings, { json }: ScheduleOptions, { print }: CommandContext): void {
  const plan = readPlan(settings);
  const state = readScheduleState(settings.dataDir);
  if (json) {
    print(JSON.stringify({ plan: plan ?? null, ...state, ...(plan && dueOf(plan, settings)) }));
    return;
  }
  if (!plan) print('no backups are scheduled');
  else for (const line of planLines(plan, settings)) print(line);
  const { success, failure } = state;
  if (success) {
    const took = (success.tookMs / MS_PER_S).toFixed(1);
    print(`last:       ${shownTime(success.timeMs)}, ${success.bytes} bytes in ${took} s`);
    print(`            ${success.path}`);
  }
  if (failure) print(`failed:     ${shownTime(failure.timeMs)}: ${failure.error}`);
}

function planLines(plan: SchedulePlan, settings: Settings): string[] {
  const { dueMs, kept } = dueOf(plan, settings);
  const nowMs = Date.now();
  const runs = isRunning(settings.dataDir) ? '' : ', when the node runs';
  const due = dueMs <= nowMs ? 'due now' : `in ${showPeriod((dueMs - nowMs) / MS_PER_S)}`;
  return [
    `to:         ${plan.directory}`,
    `every:      ${settings.text('backup.every')}, ${plan.keep} kept, ${kept} there now`,
    `passphrase: in ${plan.passphraseFile}`,
    `next:       ${due}${runs}`,
  ];
}

function dueOf(plan: SchedulePlan, { dataDir }: Settings): { dueMs: number; kept: number } {
  const directory = new BackupDirectory(plan.directory, directoryId(dataDir));
  const kept = directory.list();
  return { dueMs: nextDueMs(plan, kept.at(-1)?.timeMs, Date.now()), kept: kept.length };
}

/** For a word only: a process id may have been given to somebody else. */
function isRunning(dataDir: string): boolean {
  const { pid } = dataDirPaths(dataDir);
  if (!existsSync(pid)) return false;
  const text = readFileSync(pid, 'utf8').trim();
  return /^\d+$/.test(text) && isAlive(Number(text));
}
