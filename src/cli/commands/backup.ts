/** `petrel backup`: encrypted backups in one file. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { backupName, directoryId } from '../../backup/backup-names.js';
import { runBackupTask, type BackupTasks, type TaskName } from '../../backup/backup-task.js';
import { checkRoom } from '../../backup/restore-backup.js';
import { removeStaleScratch } from '../../backup/scratch.js';
import { Settings } from '../../node/settings/settings.js';
import { prepareDataDir } from '../../store/data-dir.js';
import { lockDataDir } from '../../store/lock.js';
import { UserError } from '../../util/errors.js';
import { manifestLines, shownTime } from '../backup-report.js';
import { chooseDataDir, makeParents } from '../data-dir.js';
import { interruptible } from '../interruptible.js';
import { createLog } from '../log-output.js';
import { givenPassphrase, newPassphrase, PASSPHRASE_FILE_OPTION } from '../passphrase.js';
import type { CommandContext } from '../program.js';
import { ProgressBar } from '../progress-bar.js';
import { addBackupScheduleCommand } from './backup-schedule.js';

interface CommonOptions {
  dataDir?: string;
  passphraseFile?: string;
  json?: boolean;
}

interface CreateOptions extends CommonOptions {
  withNetwork?: boolean;
  force?: boolean;
}

const DATA_DIR_OPTION = ['--data-dir <dir>', 'directory of the settings and the mail'] as const;

const CREATE_HELP = `
FILE may be a directory: then the file's name tells the time. The node may run meanwhile. The backup holds
settings.ini and mail.db: identities with their keys, mail, contacts. Without the passphrase nobody can read it.`;

const RESTORE_HELP = `
The data directory has to be new or empty. With --force what is there is moved into a subdirectory of it.
Never run two nodes with the same identities at once.`;

export function addBackupCommand(program: Command, context: CommandContext): void {
  const backup = program.command('backup').description('encrypted backups of mail and identities');
  backup
    .command('create')
    .description('write a backup; the node may run')
    .argument('[file]', 'new file, or a directory', '.')
    .option(...DATA_DIR_OPTION)
    .option(...PASSPHRASE_FILE_OPTION)
    .option('--with-network', 'also the objects, nodes and keys of others (large, can be fetched)')
    .option('--force', 'replace the file when it is there')
    .option('--json', 'print the manifest as JSON')
    .addHelpText('after', CREATE_HELP)
    .action((file: string, options: CreateOptions) => create(file, options, context));
  backup
    .command('verify')
    .description('read a backup to its end, check it, and tell what is in it')
    .argument('<file>', 'backup')
    .option('--data-dir <dir>', 'directory with room for the mail while it is checked')
    .option(...PASSPHRASE_FILE_OPTION)
    .option('--json', 'print the manifest as JSON')
    .action((file: string, options: CommonOptions) => verify(file, options, context));
  backup
    .command('restore')
    .description('put a backup into a new data directory')
    .argument('<file>', 'backup')
    .option(...DATA_DIR_OPTION)
    .option(...PASSPHRASE_FILE_OPTION)
    .option('--force', 'move what is in the directory aside')
    .addHelpText('after', RESTORE_HELP)
    .action((file: string, options: CreateOptions) => restore(file, options, context));
  addBackupScheduleCommand(backup, context);
}

async function create(
  file: string,
  options: CreateOptions,
  context: CommandContext,
): Promise<void> {
  const { path: dataDir } = chooseDataDir(options.dataDir, context.environment);
  if (!existsSync(dataDir)) {
    throw new UserError(`${dataDir} does not exist: there is nothing to back up`);
  }
  const nowMs = Date.now();
  const wanted = resolve(file);
  const isDirectory = statSync(wanted, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const target = isDirectory ? join(wanted, backupName(directoryId(dataDir), nowMs)) : wanted;
  const { withNetwork = false, force = false } = options;
  const passphrase = await newPassphrase(options.passphraseFile, context);
  try {
    const task = { dataDir, target, passphrase, withNetwork, force, nowMs };
    const { bytes, manifest } = await run('create', task);
    if (options.json) {
      context.print(JSON.stringify({ path: target, bytes, manifest }));
      return;
    }
    for (const line of manifestLines(manifest)) context.print(line);
    context.print(`wrote ${target}: ${bytes} bytes, encrypted, read back and found whole`);
  } finally {
    // Left only when a signal ended it.
    rmSync(`${target}.${process.pid}.partial`, { force: true });
    removeStaleScratch(dataDir);
  }
}

async function verify(
  file: string,
  options: CommonOptions,
  context: CommandContext,
): Promise<void> {
  const { path: dataDir } = chooseDataDir(options.dataDir, context.environment);
  // There the mail is in the clear already.
  const scratchParent = existsSync(dataDir) ? dataDir : tmpdir();
  const path = resolve(file);
  const passphrase = await givenPassphrase(options.passphraseFile, context);
  try {
    const manifest = await run('verify', { path, passphrase, scratchParent });
    if (options.json) {
      context.print(JSON.stringify(manifest));
      return;
    }
    context.print(`made ${shownTime(Date.parse(manifest.created))} by Petrel ${manifest.petrel}`);
    for (const line of manifestLines(manifest)) context.print(line);
    context.print(`${basename(path)} is whole: every byte authentic, the databases sound`);
  } finally {
    removeStaleScratch(scratchParent);
  }
}

async function restore(
  file: string,
  options: CreateOptions,
  context: CommandContext,
): Promise<void> {
  const { path: dataDir, isDefault } = chooseDataDir(options.dataDir, context.environment);
  const { force = false } = options;
  const path = resolve(file);
  if (!existsSync(path)) throw new UserError(`${path} does not exist`);
  checkRoom({ dataDir, force });
  const passphrase = await givenPassphrase(options.passphraseFile, context);
  if (isDefault) makeParents(dataDir);
  prepareDataDir(dataDir, createLog('warn'));
  const lock = await lockDataDir(dataDir);
  try {
    const task = { path, passphrase, dataDir, force, nowMs: Date.now() };
    const { manifest, aside } = await run('restore', task);
    for (const line of manifestLines(manifest)) context.print(line);
    if (aside !== undefined) context.print(`what was there before is in ${aside}`);
    context.print(`restored into ${dataDir}, as of ${shownTime(Date.parse(manifest.created))}`);
    tellOfSchedule(dataDir, context);
  } finally {
    await lock.release();
  }
}

/** A copy beside the original would make its own backups in the same place. */
function tellOfSchedule(dataDir: string, { print }: CommandContext): void {
  const directory = Settings.open({ dataDir }).text('backup.directory');
  if (directory === '') return;
  print(`its settings make backups in ${directory}; petrel backup schedule --off ends that`);
}

async function run<Name extends TaskName>(
  name: Name,
  task: BackupTasks[Name]['task'],
): Promise<BackupTasks[Name]['result']> {
  const bar = new ProgressBar();
  try {
    return await interruptible((signal) =>
      runBackupTask(name, task, { onProgress: bar.show.bind(bar), signal }),
    );
  } finally {
    bar.end();
  }
}
