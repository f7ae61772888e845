/** `petrel db`: looking after the database files. */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  statSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createScratch, removeStaleScratch } from '../../backup/scratch.js';
import { checkDatabase, type CheckResult } from '../../store/check/check-database.js';
import type { DatabaseRole } from '../../store/connection.js';
import { dataDirPaths, type DataDirPaths } from '../../store/data-dir.js';
import { lockDataDir } from '../../store/lock.js';
import { salvageMail, type SavedTable } from '../../store/salvage/salvage-mail.js';
import { withDatabase } from '../../store/snapshot.js';
import { vacuumDatabase } from '../../store/vacuum.js';
import { UserError } from '../../util/errors.js';
import { chooseDataDir } from '../data-dir.js';
import { wrongIdentities } from '../identity-check.js';
import type { CommandContext } from '../program.js';

interface DbOptions {
  dataDir?: string;
  json?: boolean;
  to?: string;
  inPlace?: boolean;
}

const ROLES = ['mail', 'network'] as const;
const DATA_DIR_OPTION = ['--data-dir <dir>', 'directory of the databases'] as const;
const PRIVATE_MODE = 0o600;
const TABLE_WIDTH = 16;
const SIDE_FILES = ['-wal', '-shm'];

const VACUUM_HELP = `
Stop the node before. What lies in the trash stays there. Meanwhile up to three times the size of the file
is taken on the disk.`;

const SALVAGE_HELP = `
Stop the node before. The damaged file stays as it is; without --in-place the new one is mail.salvaged.db
beside it. A backup that is whole is better: petrel backup restore.`;

export function addDbCommand(program: Command, context: CommandContext): void {
  const db = program.command('db').description('check, compact and salvage the database files');
  db.command('check')
    .description('look for damage, changing nothing; the node may run')
    .option(...DATA_DIR_OPTION)
    .option('--json', 'print the findings as JSON')
    .action((options: DbOptions) => check(options, context));
  db.command('vacuum')
    .description('make the files as small as what they hold')
    .option(...DATA_DIR_OPTION)
    .addHelpText('after', VACUUM_HELP)
    .action((options: DbOptions) => withLock(options, context, vacuum));
  db.command('salvage')
    .description('save what can be read of a damaged mail.db into a new file')
    .option('--to <file>', 'the new file')
    .option('--in-place', 'put the new file in the place of the damaged one, which is kept aside')
    .option(...DATA_DIR_OPTION)
    .addHelpText('after', SALVAGE_HELP)
    .action((options: DbOptions) => withLock(options, context, salvage));
}

/** Ends with status 1 when there is anything to tell. */
function check(options: DbOptions, context: CommandContext): void {
  const paths = existingPaths(options, context);
  const results = ROLES.filter((role) => existsSync(paths[role])).map((role) => ({
    file: basename(paths[role]),
    ...checkOne(paths[role], role),
  }));
  if (options.json) context.print(JSON.stringify(results));
  else for (const result of results) printCheck(result, context.print);
  const wrong = results.filter(({ findings }) => findings.length > 0).map(({ file }) => file);
  if (wrong.length > 0) {
    throw new UserError(
      `${wrong.join(' and ')} damaged; restore a backup, or see petrel db salvage --help`,
    );
  }
}

function checkOne(path: string, role: DatabaseRole): CheckResult {
  return withDatabase(path, role, (connection) => {
    const result = checkDatabase(connection);
    if (role !== 'mail' || result.findings.length > 0) return result;
    return { ...result, findings: wrongIdentities(connection) };
  });
}

function printCheck(
  { file, pages, bytes, schema, findings }: CheckResult & { file: string },
  print: (line: string) => void,
): void {
  const state = findings.length === 0 ? 'whole' : 'damaged';
  print(`${file.padEnd(TABLE_WIDTH)} ${state}: ${bytes} bytes, ${pages} pages, schema ${schema}`);
  for (const finding of findings) print(`  ${finding}`);
}

function vacuum(paths: DataDirPaths, _: DbOptions, { print }: CommandContext): void {
  removeStaleScratch(paths.directory);
  const scratch = createScratch(paths.directory);
  try {
    for (const role of ROLES) {
      if (!existsSync(paths[role])) continue;
      const { bytesBefore, bytesAfter } = vacuumDatabase(paths[role], role, scratch.path);
      print(`${basename(paths[role]).padEnd(TABLE_WIDTH)} ${bytesBefore} bytes, now ${bytesAfter}`);
    }
  } finally {
    scratch.remove();
  }
}

function salvage(
  paths: DataDirPaths,
  { to, inPlace = false }: DbOptions,
  { print }: CommandContext,
): void {
  const target = resolve(to ?? join(paths.directory, 'mail.salvaged.db'));
  if (existsSync(target))
    throw new UserError(`${target} is there already; name a new file with --to`);
  removeStaleScratch(paths.directory);
  const scratch = createScratch(paths.directory);
  try {
    const copy = join(scratch.path, 'mail.db');
    for (const ending of ['', '-wal']) {
      if (!existsSync(paths.mail + ending)) continue;
      copyFileSync(paths.mail + ending, copy + ending, constants.COPYFILE_FICLONE);
      chmodSync(copy + ending, PRIVATE_MODE);
    }
    // In the scratch directory until it is complete.
    const unfinished = join(scratch.path, 'mail.salvaged.db');
    for (const line of savedLines(salvageMail(copy, unfinished))) print(line);
    const { findings } = checkOne(unfinished, 'mail');
    if (findings[0] !== undefined) print(`not sound in the new file: ${findings.join('; ')}`);
    copyFileSync(unfinished, target, constants.COPYFILE_EXCL);
    chmodSync(target, PRIVATE_MODE);
  } finally {
    scratch.remove();
  }
  if (inPlace) exchange(paths.mail, target, print);
  else print(`wrote ${target}; --in-place puts it in the place of mail.db`);
}

function savedLines(tables: readonly SavedTable[]): string[] {
  return tables
    .filter(({ saved, lost, isMissing }) => saved + lost > 0 || isMissing)
    .map(({ table, saved, lost, isMissing }) => {
      const rest = isMissing ? ', the rest cannot be found' : lost > 0 ? `, ${lost} lost` : '';
      return `${table.padEnd(TABLE_WIDTH)} ${saved} saved${rest}`;
    });
}

/** At no moment is there no mail.db: a start would take that for a new mailbox. */
function exchange(path: string, target: string, print: (line: string) => void): void {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const damaged = `${path}.damaged-${time}`;
  // The log of the old file must not be played into the new one.
  for (const ending of SIDE_FILES) {
    if (existsSync(path + ending)) renameSync(path + ending, damaged + ending);
  }
  linkSync(path, damaged);
  renameSync(target, path);
  print(
    `${basename(path)} is the new file, ${statSync(path).size} bytes; the damaged one is ${damaged}`,
  );
}

async function withLock(
  options: DbOptions,
  context: CommandContext,
  work: (paths: DataDirPaths, options: DbOptions, context: CommandContext) => void,
): Promise<void> {
  const paths = existingPaths(options, context);
  const lock = await lockDataDir(paths.directory);
  try {
    work(paths, options, context);
  } finally {
    await lock.release();
    removeStaleScratch(paths.directory);
  }
}

function existingPaths({ dataDir }: DbOptions, { environment }: CommandContext): DataDirPaths {
  const paths = dataDirPaths(chooseDataDir(dataDir, environment).path);
  if (!existsSync(paths.mail)) throw new UserError(`${paths.directory} holds no mail.db`);
  return paths;
}
