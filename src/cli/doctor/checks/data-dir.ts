import {
  accessSync,
  constants,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { dataDirPaths } from '../../../store/data-dir.js';
import { errorText } from '../../../util/errors.js';
import { defineCheck, type Report } from '../check.js';

type Code =
  'no-directory' | 'no-parent' | 'open-to-others' | 'other-owner' | 'mixed-owners' | 'not-writable';

/** Bits that let the group or everybody in. */
const OTHERS_MASK = 0o077;
const MODE_MASK = 0o777;
/** What Petrel and SQLite make there. */
const OWN_FILE = /^(?:settings\.ini|api\.cookie|petrel\.pid|(?:mail|network|lock)\.db)/;
const ROOT = 0;
const TEST_FILE = '.petrel-doctor';
/** Enough to be refused by a full disk or a used-up quota. */
const TEST_BYTES = 65_536;

export const dataDirectory = defineCheck({
  name: 'data-dir',
  about:
    'The data directory: whether it is there, whose it is, who else gets in, and whether it can be written to.',
  problems: {
    'no-directory': {
      state: 'failure',
      means: 'There is something else in its place.',
      remedy: 'Move it away, or name another directory with --data-dir.',
    },
    'no-parent': {
      state: 'failure',
      means: 'The directory that should hold it is not there; Petrel makes one level only.',
      remedy: 'mkdir -p {parent}, or name another directory with --data-dir.',
    },
    'open-to-others': {
      state: 'warning',
      means:
        'Other users can read files with private keys, mail or passwords, or enter the directory.',
      remedy: 'chmod go-rwx {path}',
    },
    'other-owner': {
      state: 'failure',
      means: 'The directory belongs to another user.',
      remedy: "Run Petrel (and petrel doctor) as that user: sudo -u '#{owner}' petrel …",
    },
    'mixed-owners': {
      state: 'failure',
      means: 'A file in it belongs to another user, mostly because Petrel was once run as root.',
      remedy: 'chown -R {owner} {path}',
    },
    'not-writable': {
      state: 'failure',
      means: 'Nothing can be written there.',
      remedy:
        'Check rights and mount options (mount -o remount,rw), free space and quota; the line says what the system answers.',
    },
  },
  look({ dataDir }, report) {
    const found = statSync(dataDir, { throwIfNoEntry: false });
    if (!found) {
      lookAtParent(dataDir, report);
      return;
    }
    if (!found.isDirectory()) {
      report.found('no-directory', `${dataDir} is no directory`);
      return;
    }
    const isSound = [
      lookAtOwner(dataDir, found, report),
      lookAtRights(dataDir, found, report),
    ].every(Boolean);
    const refusal = tryToWrite(dataDir);
    if (refusal !== '')
      report.found('not-writable', `${dataDir} cannot be written to (${refusal})`);
    else if (isSound) report.ok(`${dataDir} is yours alone and can be written to`);
  },
});

function lookAtParent(dataDir: string, report: Report<Code>): void {
  const parent = dirname(dataDir);
  const found = statSync(parent, { throwIfNoEntry: false });
  if (!found?.isDirectory())
    report.found('no-parent', `${dataDir} cannot be made: ${parent} is not there`, { parent });
  else if (!isAccessible(parent))
    report.found('not-writable', `${dataDir} cannot be made in ${parent}`);
  else report.ok(`${dataDir} is not there yet: the first start makes it`);
}

function isAccessible(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Files that SQLite and Petrel made, with what the file system says of them. */
function ownFiles(directory: string): (readonly [path: string, stats: Stats])[] {
  try {
    return readdirSync(directory)
      .filter((name) => OWN_FILE.test(name))
      .map((name) => join(directory, name))
      .map((path) => [path, statSync(path, { throwIfNoEntry: false })] as const)
      .filter((file): file is readonly [string, Stats] => file[1]?.isFile() === true);
  } catch {
    return []; // That it cannot be entered is told by the write.
  }
}

/** @returns whether all is well. */
function lookAtOwner(dataDir: string, { uid: owner }: Stats, report: Report<Code>): boolean {
  const uid = process.getuid?.();
  if (uid === undefined) return true; // Windows.
  if (owner !== uid && uid !== ROOT) {
    report.found('other-owner', `${dataDir} belongs to user ${owner}, you are ${uid}`, {
      owner: `${owner}`,
    });
    return false;
  }
  const foreign = ownFiles(dataDir).find(([, stats]) => stats.uid !== owner);
  if (!foreign) return true;
  const text = `${foreign[0]} belongs to user ${foreign[1].uid}, the directory to ${owner}`;
  report.found('mixed-owners', text, { owner: `${owner}`, path: dataDir });
  return false;
}

/** @returns whether all is well. */
function lookAtRights(dataDir: string, directory: Stats, report: Report<Code>): boolean {
  if (process.platform === 'win32') return true;
  const { mail } = dataDirPaths(dataDir);
  const all = [[dataDir, directory] as const, ...ownFiles(dataDir)];
  const open = all.filter(([, { mode }]) => (mode & OTHERS_MASK) !== 0);
  // A start closes its files; the first is enough to be told.
  const worst = open.find(([path]) => path === mail) ?? open[0];
  if (!worst) return true;
  const mode = (worst[1].mode & MODE_MASK).toString(8);
  report.found('open-to-others', `other users can get at ${worst[0]} (mode ${mode})`, {
    path: worst[0],
  });
  return false;
}

/** @returns what the system says; '' when it works. */
function tryToWrite(directory: string): string {
  const path = join(directory, `${TEST_FILE}-${process.pid}`);
  try {
    writeFileSync(path, new Uint8Array(TEST_BYTES), { flag: 'wx', mode: 0o600, flush: true });
    return '';
  } catch (error) {
    return errorText(error);
  } finally {
    removeQuietly(path);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written is not there.
  }
}
