/** Where the data of this user is. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { errorText, UserError } from '../util/errors.js';

export interface DataDirChoice {
  readonly path: string;
  /** Nobody named it: its parents may be made. */
  readonly isDefault: boolean;
  /** Flag or variable that named it. */
  readonly origin: '--data-dir' | 'PETREL_DATA_DIR' | 'XDG_DATA_HOME' | 'default';
}

/** For directories of the XDG specification that are not there. */
const PARENT_MODE = 0o700;

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
  if (named !== undefined && named !== '') {
    const origin = given === undefined ? 'PETREL_DATA_DIR' : '--data-dir';
    return { path: resolve(named), isDefault: false, origin };
  }
  const xdg = environment['XDG_DATA_HOME'];
  // The XDG specification says to ignore paths that are not absolute.
  if (xdg !== undefined && isAbsolute(xdg)) {
    return { path: join(xdg, 'petrel'), isDefault: true, origin: 'XDG_DATA_HOME' };
  }
  const home = homedir();
  if (!isAbsolute(home)) {
    throw new UserError('HOME names no directory; name one with --data-dir or PETREL_DATA_DIR');
  }
  return { path: join(home, '.local', 'share', 'petrel'), isDefault: true, origin: 'default' };
}

/** Makes the directories above the data directory. @throws UserError */
export function makeParents(dataDir: string): void {
  try {
    mkdirSync(dirname(dataDir), { recursive: true, mode: PARENT_MODE });
  } catch (error) {
    const advice = 'choose another place with --data-dir';
    throw new UserError(`cannot make ${dirname(dataDir)} (${errorText(error)}); ${advice}`, {
      cause: error,
    });
  }
}
