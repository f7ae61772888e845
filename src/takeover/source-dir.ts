/** Where a PyBitmessage keeps its data, and whether one is running there. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, posix, win32 } from 'node:path';
import { UserError } from '../util/errors.js';

export const KEYS_FILE = 'keys.dat';
export const MESSAGES_FILE = 'messages.dat';
export const NODES_FILE = 'knownnodes.dat';
const LOCK_FILE = 'singleton.lock';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

export function surroundingsOf(
  environment: Readonly<Record<string, string | undefined>>,
): Surroundings {
  return { environment, platform: process.platform, home: environment['HOME'] ?? homedir() };
}

/** The places in the order in which PyBitmessage looks [helper_startup.py:loadConfig, paths.py]. */
export function usualPlaces({ environment, platform, home }: Surroundings): string[] {
  const places: string[] = [];
  const named = environment['BITMESSAGE_HOME'];
  if (named) places.push(named);
  if (platform === 'win32') {
    const appData = environment['APPDATA'];
    if (appData) places.push(win32.join(appData, 'PyBitmessage'));
    return places;
  }
  if (platform === 'darwin') {
    places.push(posix.join(home, 'Library', 'Application Support', 'PyBitmessage'));
    return places;
  }
  const xdg = environment['XDG_CONFIG_HOME'];
  if (xdg && isAbsolute(xdg)) places.push(posix.join(xdg, 'PyBitmessage'));
  places.push(posix.join(home, '.config', 'PyBitmessage'), posix.join(home, '.PyBitmessage'));
  return places;
}

/** The first usual place that holds a keys.dat; undefined when none does. */
export function findSourceDir(surroundings: Surroundings): string | undefined {
  return usualPlaces(surroundings).find((place) => existsSync(join(place, KEYS_FILE)));
}

/**
 * Ends the import when a PyBitmessage runs on the directory: what it holds in memory would be missed,
 * and both would answer for the same addresses. [singleinstance.py]
 * @throws UserError
 */
export function refuseRunning(directory: string): void {
  const path = join(directory, LOCK_FILE);
  if (!existsSync(path)) return;
  const pid = readPid(path);
  const isRunning = isLocked(path) || (pid !== undefined && isAlive(pid));
  if (!isRunning) return;
  throw new UserError(
    `a PyBitmessage (pid ${pid ?? 'unknown'}) is running on ${directory}; stop it first` +
      ` (if that process is another program, delete ${path})`,
  );
}

/** On Windows the file of a running PyBitmessage cannot be read: undefined. */
function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'latin1').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Linux lists all record locks with the files' numbers; elsewhere, and where hidden, false. */
function isLocked(path: string): boolean {
  if (process.platform === 'win32') return readPid(path) === undefined;
  try {
    const inode = String(statSync(path).ino);
    return readFileSync('/proc/locks', 'latin1')
      .split('\n')
      .some((line) => line.includes('POSIX') && line.includes(`:${inode} `));
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // There, and somebody else's.
  }
}
