/** SQLite's failures as one line that says what is wrong with which file and what to do about it. */
import { basename, dirname } from 'node:path';
import { UserError, errorText } from '../util/errors.js';
import type { DatabaseRole } from './connection.js';
import { StorageError } from './storage-error.js';

export interface DatabaseFile {
  readonly path: string;
  readonly role: DatabaseRole;
}

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const SQLITE = {
  perm: 3,
  busy: 5,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const;

/** The low byte of an extended result code is the primary one. */
const PRIMARY_CODE_MASK = 0xff;

/**
 * SQLite's fixed texts (sqlite3_errstr): `Statement.all()` of @photostructure/sqlite 1.2 throws
 * without the result code.
 */
const CODE_OF_TEXT: Readonly<Record<string, number>> = {
  'database is locked': SQLITE.busy,
  'attempt to write a readonly database': SQLITE.readonly,
  'disk I/O error': SQLITE.ioError,
  'database disk image is malformed': SQLITE.corrupt,
  'database or disk is full': SQLITE.full,
  'unable to open database file': SQLITE.cantOpen,
  'file is not a database': SQLITE.notADatabase,
};

/** ENOSPC and EDQUOT: number of the system's error on Linux; macOS has EDQUOT at 69. */
const NO_SPACE_ERRNOS: readonly number[] = [28, 122, 69];
/** EROFS: a file system that the kernel made read-only after an error, with files open. */
const READ_ONLY_ERRNOS: readonly number[] = [30];

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { sqliteCode, code } = error as { sqliteCode?: unknown; code?: unknown };
  if (typeof sqliteCode === 'number') return sqliteCode & PRIMARY_CODE_MASK;
  return code === 'ERR_SQLITE_ERROR' ? CODE_OF_TEXT[error.message] : undefined;
}

function hasErrno(error: unknown, errnos: readonly number[]): boolean {
  const errno = (error as { systemErrno?: unknown }).systemErrno;
  return typeof errno === 'number' && errnos.includes(errno);
}

/** What to do about a damaged file: mail.db is precious, network.db is not. */
export function damagedFileError(file: DatabaseFile, detail: string, cause?: unknown): UserError {
  const name = basename(file.path);
  const remedy =
    file.role === 'mail'
      ? 'petrel backup restore puts a backup in its place, petrel db salvage saves what can be read'
      : `move it and ${name}-wal away and start again: the network sends its content anew`;
  return new UserError(`${file.path} is damaged (${detail}); ${remedy}`, { cause });
}

/** True when the error says that the file's content is not what SQLite wrote. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE.corrupt || code === SQLITE.notADatabase;
}

/** True when a row broke a constraint: a mistake of the calling code. */
export function isConstraintViolation(error: unknown): boolean {
  return resultCode(error) === SQLITE.constraint;
}

/**
 * The line for the user, a {@link StorageError} when it may work later, or undefined when the error is
 * none that a user can do anything about.
 */
export function databaseUserError(error: unknown, file: DatabaseFile): UserError | undefined {
  const detail = errorText(error);
  const cause = error;
  switch (resultCode(error)) {
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return damagedFileError(file, detail, error);
    case SQLITE.full:
      return noSpaceError(dirname(file.path), error);
    case SQLITE.ioError:
      if (hasErrno(error, NO_SPACE_ERRNOS)) return noSpaceError(dirname(file.path), error);
      if (hasErrno(error, READ_ONLY_ERRNOS)) return readOnlyError(file, detail, error);
      return new StorageError(
        'failing',
        `${file.path} cannot be read or written (${detail}); check the disk and its free space`,
        { cause },
      );
    case SQLITE.readonly:
      return readOnlyError(file, detail, error);
    case SQLITE.perm:
    case SQLITE.cantOpen:
      return new StorageError(
        'failing',
        `${file.path} cannot be opened for writing (${detail}); check its owner and permissions`,
        { cause },
      );
    case SQLITE.busy:
      return new StorageError(
        'failing',
        `${file.path} is in use by another program; close that program and start again`,
        { cause },
      );
    default:
      return undefined;
  }
}

function readOnlyError(file: DatabaseFile, detail: string, cause: unknown): StorageError {
  return new StorageError(
    'read-only',
    `${file.path} cannot be opened for writing (${detail}); check its owner and permissions, ` +
      'and whether its file system is mounted read-only',
    { cause },
  );
}

export function noSpaceError(directory: string, cause?: unknown): StorageError {
  return new StorageError(
    'full',
    `no space left on the disk of ${directory}; free some space, or move the data and use --data-dir`,
    { cause },
  );
}
