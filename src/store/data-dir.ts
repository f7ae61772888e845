/** The data directory: names, modes, and what can be wrong with it. */
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError, errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import { noSpaceError } from './database-errors.js';
import { closeRights, DIRECTORY_MODE, FILE_MODE } from './data-rights.js';

/** Bits that let the group or everybody in. */
const OTHERS_MASK = 0o077;

/** A restore is under way, or was interrupted: what is in the directory is no mailbox. */
export const UNFINISHED_RESTORE_NAME = 'restore.unfinished';

export interface DataDirPaths {
  readonly directory: string;
  readonly mail: string;
  readonly network: string;
  /** Locked while a Petrel runs on the directory; has no content. */
  readonly lock: string;
  /** Process id of the Petrel that holds the lock, as decimal text. */
  readonly pid: string;
}

export function dataDirPaths(dataDir: string): DataDirPaths {
  const directory = resolve(dataDir);
  return {
    directory,
    mail: join(directory, 'mail.db'),
    network: join(directory, 'network.db'),
    lock: join(directory, 'lock.db'),
    pid: join(directory, 'petrel.pid'),
  };
}

/**
 * Makes the directory when it is missing (its parent must be there). A directory that is new or
 * empty is closed to others; for one that holds something see data-rights.ts.
 * @throws UserError when it cannot be made, is no directory, or others have it in their hands.
 */
export function prepareDataDir(directory: string, log: Log): void {
  try {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (!found) {
      mkdirSync(directory, { mode: DIRECTORY_MODE });
      chmodSync(directory, DIRECTORY_MODE); // The umask has narrowed the mode given to mkdir.
      return;
    }
    if (!found.isDirectory()) {
      throw new UserError(
        `${directory} is not a directory; move it away or use another --data-dir`,
      );
    }
    if (readdirSync(directory).length === 0) setMode(directory, DIRECTORY_MODE);
    else closeRights(directory, log);
  } catch (error) {
    throw directoryError(directory, error);
  }
}

/** @throws UserError when a restore into the directory was cut off. */
export function refuseUnfinishedRestore(directory: string): void {
  if (!statSync(join(directory, UNFINISHED_RESTORE_NAME), { throwIfNoEntry: false })) return;
  throw new UserError(
    `a restore into ${directory} was interrupted; run petrel backup restore again to finish it`,
  );
}

/**
 * Makes the file when it is missing, and sets its mode whatever the umask is.
 *
 * An existing file is not opened: closing it again would end the locks that this process has on it
 * (POSIX record locks belong to the process, not to the descriptor).
 * @returns true when the file was made.
 */
export function ensurePrivateFile(path: string): boolean {
  try {
    const created = createFile(path);
    if (!statSync(path).isFile()) {
      throw new UserError(`${path} is not a file; move it away or use another --data-dir`);
    }
    setMode(path, FILE_MODE);
    return created;
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Sets the modes of SQLite's side files, which may have come from a backup. */
export function protectSideFiles(databasePath: string): void {
  for (const path of [`${databasePath}-wal`, `${databasePath}-shm`]) {
    if (statSync(path, { throwIfNoEntry: false })) ensurePrivateFile(path);
  }
}

/** For file systems that know no modes (FAT) and files of another owner. */
export function warnIfReadable(path: string, log: Log): void {
  if (isOpenToOthers(path)) log.warn({ path }, 'other users can read this file with private keys');
}

/** A failed file operation as a line for the user. */
export function fileError(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return noSpaceError(dirname(path), error);
  return new UserError(
    `cannot write ${path} (${errorText(error)}); make it writable or use another --data-dir`,
    { cause: error },
  );
}

function createFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Where the mode cannot be set, the file may be usable all the same; see {@link warnIfReadable}. */
function setMode(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP')) throw error;
  }
}

/** Always false on Windows, where modes say nothing. */
function isOpenToOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & OTHERS_MASK) !== 0;
}

function directoryError(directory: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const parent = dirname(directory);
  if (hasCode(error, 'ENOENT')) {
    return new UserError(
      `cannot make ${directory}: ${parent} does not exist; create it or use another --data-dir`,
      { cause: error },
    );
  }
  if (hasCode(error, 'ENOTDIR')) {
    return new UserError(
      `cannot make ${directory}: a part of that path is a file; use another --data-dir`,
      { cause: error },
    );
  }
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return noSpaceError(parent, error);
  return new UserError(
    `cannot use ${directory} (${errorText(error)}); check its owner and permissions`,
    { cause: error },
  );
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && codes.includes(code);
}
