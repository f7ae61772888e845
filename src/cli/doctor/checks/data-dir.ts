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
import { inspectRights, OWN_NAME } from '../../../store/data-rights.js';
import { errorText } from '../../../util/errors.js';
import { defineCheck, type Report } from '../check.js';

type Code =
  | 'no-directory'
  | 'no-parent'
  | 'writable-by-others'
  | 'open-to-others'
  | 'other-owner'
  | 'mixed-owners'
  | 'not-writable';

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
    'writable-by-others': {
      state: 'failure',
      means: 'Other users can put files into it, or a file is theirs; the node does not start.',
      remedy: 'chmod go-w {path}, or chown it; better: a directory of its own.',
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
    if (!found) lookAtParent(dataDir, report);
    else if (!found.isDirectory()) report.found('no-directory', `${dataDir} is no directory`);
    else lookAtDirectory(dataDir, found, report);
  },
});

function lookAtDirectory(dataDir: string, { uid: owner }: Stats, report: Report<Code>): void {
  const uid = process.getuid?.(); // None on Windows.
  if (uid !== undefined && owner !== uid && uid !== ROOT) {
    const text = `${dataDir} belongs to user ${owner}, you are ${uid}`;
    report.found('other-owner', text, { owner: `${owner}` });
    return;
  }
  const refusal = tryToWrite(dataDir);
  if (refusal !== '') {
    report.found('not-writable', `${dataDir} cannot be written to (${refusal})`);
    return;
  }
  const foreign = uid === undefined ? undefined : foreignFile(dataDir, owner);
  if (foreign) report.found('mixed-owners', foreign, { owner: `${owner}`, path: dataDir });
  // As a start by the owner of the directory would look.
  const open = uid === undefined ? [] : inspectRights(dataDir, owner);
  for (const { kind, path, message } of open) {
    report.found(kind === 'refused' ? 'writable-by-others' : 'open-to-others', message, { path });
  }
  if (!foreign && open.length === 0) report.ok(`${dataDir} is yours alone and can be written to`);
}

/** What is wrong with the first file that belongs to somebody else than the directory. */
function foreignFile(directory: string, owner: number): string | undefined {
  for (const name of readdirSync(directory).filter((one) => OWN_NAME.test(one))) {
    const path = join(directory, name);
    const uid = statSync(path, { throwIfNoEntry: false })?.uid ?? owner;
    if (uid !== owner) return `${path} belongs to user ${uid}, the directory to ${owner}`;
  }
  return undefined;
}

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
