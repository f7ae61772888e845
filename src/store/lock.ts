/**
 * One Petrel per data directory.
 *
 * The lock is an exclusive transaction of SQLite on a file that nobody else uses. SQLite takes it as
 * a lock of the operating system, which ends with the process however that ends (SIGKILL, power
 * cut): it cannot be left behind, and no process id has to be judged alive or reused.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { UserError } from '../util/errors.js';
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

function openLocked(paths: DataDirPaths): DatabaseSyncInstance {
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(paths.lock, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if ((error as { sqliteCodeName?: unknown }).sqliteCodeName !== 'SQLITE_BUSY') {
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
