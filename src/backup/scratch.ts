/**
 * Directories for what must not stay: copies of the mail in the clear. Only the owner can enter them.
 * Their name holds the process id, so that those of a process that was killed are found and removed.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorText, UserError } from '../util/errors.js';

const PREFIX = 'petrel-scratch-';
const NAME = /^petrel-scratch-(\d+)-/;

/** Made by this thread and not removed yet. */
const own = new Set<string>();

export interface Scratch {
  readonly path: string;
  remove(): void;
}

/** @throws UserError when it cannot be made */
export function createScratch(parent: string): Scratch {
  try {
    mkdirSync(parent, { recursive: true });
    const path = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
    own.add(path);
    return {
      path,
      remove() {
        rmSync(path, { recursive: true, force: true });
        own.delete(path);
      },
    };
  } catch (error) {
    throw new UserError(`cannot make a directory in ${parent} (${errorText(error)})`, {
      cause: error,
    });
  }
}

/** Removes what killed processes have left. @returns how many directories */
export function removeStaleScratch(parent: string): number {
  if (!existsSync(parent)) return 0;
  const stale = readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((path) => isStale(path));
  for (const path of stale) rmSync(path, { recursive: true, force: true });
  return stale.length;
}

/** In a container every process may have the same id: what this one did not make is of one before. */
function isStale(path: string): boolean {
  const [, pid] = NAME.exec(basename(path)) ?? [];
  if (pid === undefined || own.has(path)) return false;
  return Number(pid) === process.pid || !isAlive(Number(pid));
}

/** Undecided (a process of another user) counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}
