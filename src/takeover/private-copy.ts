/** A copy of messages.dat that only the owner can read, removed after use. */
import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UserError } from '../util/errors.js';
import { MESSAGES_FILE } from './source-dir.js';

/** SQLite looks for these beside the file: without them a transaction cut off by a crash stays half. */
const SIDE_FILES = ['', '-journal', '-wal'];
const PRIVATE_MODE = 0o600;

export interface PrivateCopy {
  readonly path: string;
  remove(): void;
}

/** @throws UserError when there is no room for it, or the source cannot be read. */
export function copyPrivately(sourceDir: string, parent: string): PrivateCopy {
  const directory = mkdtempSync(join(parent, 'petrel-import-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    for (const ending of SIDE_FILES) {
      const from = join(sourceDir, MESSAGES_FILE + ending);
      if (!existsSync(from)) continue;
      const to = join(directory, MESSAGES_FILE + ending);
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      chmodSync(to, PRIVATE_MODE);
    }
  } catch (error) {
    remove();
    throw new UserError(`cannot copy ${MESSAGES_FILE} to ${parent} (${errorText(error)})`, {
      cause: error,
    });
  }
  return { path: join(directory, MESSAGES_FILE), remove };
}
