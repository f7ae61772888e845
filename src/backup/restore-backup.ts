/**
 * Puts a backup into a data directory.
 *
 * Everything is unpacked and checked in the subdirectory `restore.unfinished` first. Then what was in the
 * way is moved aside, the new files are moved to their places, and the subdirectory goes last: while it
 * is there, `openStore` refuses the directory, so that no half of a restore is taken for a mailbox.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../node/settings/atomic-write.js';
import { dataDirPaths, UNFINISHED_RESTORE_NAME } from '../store/data-dir.js';
import { noSpaceError } from '../store/database-errors.js';
import { errorText, UserError } from '../util/errors.js';
import { extract } from './extract.js';
import type { Manifest } from './manifest.js';
import type { Progress } from './unpack.js';

const DIRECTORY_MODE = 0o700;
const ASIDE_PREFIX = 'before-restore-';

export interface RestoreTask {
  readonly path: string;
  readonly passphrase: string;
  /** Existing, and locked by the caller. */
  readonly dataDir: string;
  /** What is in the directory may be moved aside. */
  readonly force: boolean;
  /** Unix milliseconds: names the subdirectory that old files are moved to. */
  readonly nowMs: number;
}

export interface RestoreResult {
  readonly manifest: Manifest;
  /** Where the old files are, if there were any. */
  readonly aside: string | undefined;
}

/** Blocks its thread. @throws BackupError, UserError; then the old files are where they were */
export function restoreBackup(task: RestoreTask, onProgress?: Progress): RestoreResult {
  const { path, passphrase, dataDir } = task;
  checkRoom(task);
  const staging = join(dataDir, UNFINISHED_RESTORE_NAME);
  const isAgain = existsSync(staging);
  if (isAgain) empty(staging);
  else mkdirSync(staging, { mode: DIRECTORY_MODE });
  let manifest: Manifest;
  try {
    manifest = extract({ path, passphrase }, staging, onProgress);
  } catch (error) {
    // Nothing was moved by this run; by the interrupted one before it, maybe.
    empty(staging);
    if (!isAgain) rmdirSync(staging);
    throw shownError(error, dataDir);
  }
  const aside = moveAside(task);
  for (const { name } of manifest.files) renameSync(join(staging, name), join(dataDir, name));
  syncDirectory(dataDir);
  rmdirSync(staging);
  syncDirectory(dataDir);
  return { manifest, aside };
}

/** @throws UserError when there is something and nobody said that it may be moved */
export function checkRoom({ dataDir, force }: Pick<RestoreTask, 'dataDir' | 'force'>): void {
  if (force || existsSync(join(dataDir, UNFINISHED_RESTORE_NAME))) return;
  const [first] = contentsOf(dataDir);
  if (first === undefined) return;
  throw new UserError(
    `${dataDir} is not empty (${first}); name a new directory with --data-dir, ` +
      'or --force moves what is there into a subdirectory',
  );
}

/** What a restore would have to move: not the lock, nor what earlier restores have moved. */
function contentsOf(dataDir: string): string[] {
  const { directory, lock, pid } = dataDirPaths(dataDir);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => {
    const path = join(directory, name);
    if (path === pid || path.startsWith(lock)) return false;
    return name !== UNFINISHED_RESTORE_NAME && !name.startsWith(ASIDE_PREFIX);
  });
}

function empty(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
}

function moveAside({ dataDir, nowMs }: RestoreTask): string | undefined {
  const names = contentsOf(dataDir);
  if (names.length === 0) return undefined;
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const aside = join(dataDir, ASIDE_PREFIX + time);
  mkdirSync(aside, { mode: DIRECTORY_MODE });
  for (const name of names) renameSync(join(dataDir, name), join(aside, name));
  return aside;
}

function shownError(error: unknown, dataDir: string): unknown {
  if (error instanceof UserError) return error;
  const { code } = error as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpaceError(dataDir, error);
  if (typeof code !== 'string') return error;
  return new UserError(`cannot write to ${dataDir} (${errorText(error)})`, { cause: error });
}
