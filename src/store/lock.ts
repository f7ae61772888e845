/**
 * One Petrel per data directory.
 *
 * The lock is an exclusive transaction of SQLite on a file that nobody else uses. SQLite takes it as
 * a lock of the operating system, which ends with the process however that ends (SIGKILL, power
 * cut): it cannot be left behind, and no process id has to be judged alive or reused.
 */
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { errorText, UserError } from '../util/errors.js';
import { dataDirPaths, ensurePrivateFile, fileError, type DataDirPaths } from './data-dir.js';

export interface DataDirLock {
  /** Ends the lock; may be called more than once. */
  release(): Promise<void>;
}

/** Databases of the locks held: one that is garbage-collected would be closed and end its lock. */
const held = new Set<DatabaseSyncInstance>();

/**
 * Locks an existing data directory for this process.
 * @throws UserError (by rejecting) when another process, or this one, has it already.
 */
export function lockDataDir(dataDir: string): Promise<DataDirLock> {
  return Promise.resolve().then(() => lockNow(dataDirPaths(dataDir)));
}

function lockNow(paths: DataDirPaths): DataDirLock {
  ensurePrivateFile(paths.lock);
  const database = openLocked(paths);
  held.add(database);
  const unlock = (): void => {
    held.delete(database);
    database.close();
  };
  try {
    ensurePrivateFile(paths.pid);
    writeFileSync(paths.pid, `${process.pid}\n`);
  } catch (error) {
    unlock();
    throw fileError(paths.pid, error);
  }
  return {
    release: () =>
      Promise.resolve().then(() => {
        if (!held.has(database)) return;
        removePid(paths.pid);
        unlock();
      }),
  };
}

/** Whether a Petrel runs on a directory. */
export interface LockState {
  readonly isHeld: boolean;
  /** What petrel.pid says: of the one that runs, or of one that ended without a stop; ''. */
  readonly pid: string;
  /** Why it cannot be found out; ''. */
  readonly problem: string;
}

/**
 * Looks, and changes nothing. Not for the process that holds the lock itself: closing the file would end it.
 * A start within the same millisecond could meet the look and be refused.
 */
export function inspectLock(dataDir: string): LockState {
  const { lock, pid } = dataDirPaths(dataDir);
  const state = { isHeld: false, pid: existsSync(pid) ? readPid(pid) : '', problem: '' };
  try {
    if (!statSync(lock, { throwIfNoEntry: false })) return state;
    accessSync(lock, constants.R_OK);
  } catch (error) {
    return { ...state, problem: errorText(error) };
  }
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(lock, { readOnly: true, timeout: 0 });
    database.prepare('SELECT count(*) FROM sqlite_schema').all();
    return state;
  } catch (error) {
    return { ...state, isHeld: isBusy(error) };
  } finally {
    database?.close();
  }
}

/** `all()` of @photostructure/sqlite 1.2 throws without the code. */
function isBusy(error: unknown): boolean {
  const { sqliteCodeName, message } = error as { sqliteCodeName?: unknown; message?: unknown };
  return sqliteCodeName === 'SQLITE_BUSY' || message === 'database is locked';
}

function openLocked(paths: DataDirPaths): DatabaseSyncInstance {
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(paths.lock, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (!isBusy(error)) {
      throw fileError(paths.lock, error);
    }
    throw new UserError(
      `another Petrel (pid ${readPid(paths.pid)}) is already running on ${paths.directory}; ` +
        'stop it or use --data-dir',
      { cause: error },
    );
  }
}

/** It only names the holder: a disk that became read-only may keep it. */
function removePid(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown'; // The other one is just starting or stopping.
  }
}
