/** Where the data of this user is. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { errorText, UserError } from '../util/errors.js';

export interface DataDirChoice {
  readonly path: string;
  /** Nobody named it: its parents may be made. */
  readonly isDefault: boolean;
}

/**
 * --data-dir, else PETREL_DATA_DIR, else $XDG_DATA_HOME/petrel, else ~/.local/share/petrel.
 * @throws UserError for an empty --data-dir: a script's unset variable must not open one's own mail.
 */
export function chooseDataDir(
  given: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): DataDirChoice {
  if (given === '') throw new UserError('--data-dir is empty; name a directory');
  const named = given ?? environment['PETREL_DATA_DIR'];
  if (named !== undefined && named !== '') return { path: resolve(named), isDefault: false };
  const xdg = environment['XDG_DATA_HOME'];
  // The XDG specification says to ignore paths that are not absolute.
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'share');
  return { path: join(base, 'petrel'), isDefault: true };
}

/** Makes the directories above the data directory. @throws UserError */
export function makeParents(dataDir: string): void {
  try {
    mkdirSync(dirname(dataDir), { recursive: true });
  } catch (error) {
    const advice = 'choose another place with --data-dir';
    throw new UserError(`cannot make ${dirname(dataDir)} (${errorText(error)}); ${advice}`, {
      cause: error,
    });
  }
}
