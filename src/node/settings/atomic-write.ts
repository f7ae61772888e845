/** Replaces a file as a whole: after a crash there is the old content or the new one, never half. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Readable and writable by the owner alone: such files hold passwords. */
const PRIVATE_MODE = 0o600;

/**
 * Writes `bytes` to a temporary file beside `wanted`, forces them to disk and renames it over `wanted`.
 * When `wanted` is a symbolic link, the file it points to is replaced.
 * @throws the file system's error; the old file is untouched then.
 */
export function writeFileAtomically(wanted: string, bytes: Uint8Array): void {
  const path = existsSync(wanted) ? realpathSync(wanted) : wanted;
  const temporary = `${path}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', PRIVATE_MODE);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** A new name is durable only after its directory is. Windows cannot open directories. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
