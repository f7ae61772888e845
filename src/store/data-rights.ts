/**
 * Who else can get at the data directory: it holds private keys, and names a program that is run.
 *
 * As Tor does it: what is ours and too open is closed, and said in one line. What somebody else owns,
 * or can write to, is refused: closing it would not undo what they have done. As ssh does it, root's own
 * files are trusted.
 */
import { chmodSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../util/errors.js';
import type { Log } from '../util/log.js';

/** Only the owner may enter the directory, or read and write the files. */
export const DIRECTORY_MODE = 0o700;
export const FILE_MODE = 0o600;

/** Bits that let the group or everybody in, and those of them that let write. */
const OTHERS_MASK = 0o077;
const OTHERS_WRITE_MASK = 0o022;
const MODE_MASK = 0o7777;

/** What Petrel makes in its directory, with SQLite's side files and those of a write that was cut off. */
export const OWN_NAME =
  /^(settings\.ini|api\.cookie|petrel[.-]|restore\.|backup-state\.json|(mail|network|lock)\.db)/;

const ROOT_UID = 0;

export interface RightsFinding {
  /** `refused`: nothing is started on it. `closable`: a start closes it. `open`: it stays so. */
  readonly kind: 'refused' | 'closable' | 'open';
  readonly path: string;
  /** One line. */
  readonly message: string;
  /** Mode that is to be set. */
  readonly mode: number;
}

/**
 * Changes nothing. None for a directory that is not there, and on Windows, where modes say nothing.
 * @param uid who runs this; default: the user of this process
 * @throws the file system's error when it cannot look.
 */
export function inspectRights(directory: string, uid = process.getuid?.()): RightsFinding[] {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (uid === undefined || !found?.isDirectory()) return [];
  const names = readdirSync(directory);
  const own = names.filter((name) => OWN_NAME.test(name));
  const isShared = own.length < names.length;
  const files = own.map((name) => fileFinding(join(directory, name), uid));
  return [directoryFinding(directory, found, isShared, uid), ...files].filter(
    (finding) => finding !== undefined,
  );
}

/**
 * Closes what may be closed; a line in the log for each.
 * @throws UserError for what is refused.
 */
export function closeRights(directory: string, log: Log): void {
  const findings = inspectRights(directory);
  const refused = findings.find(({ kind }) => kind === 'refused');
  if (refused) throw new UserError(refused.message);
  for (const { kind, path, mode, message } of findings) {
    const isClosed = kind === 'closable' && close(path, mode);
    log.warn({ path }, isClosed ? `${message}; closed` : `${message}; it stays so`);
  }
}

function directoryFinding(
  path: string,
  { uid: owner, mode }: Stats,
  isShared: boolean,
  uid: number,
): RightsFinding | undefined {
  const finding = { path, mode: DIRECTORY_MODE };
  if (isForeign(owner, uid)) return { ...finding, kind: 'refused', message: foreign(path, owner) };
  if ((mode & OTHERS_MASK) === 0) return undefined;
  const isWritable = (mode & OTHERS_WRITE_MASK) !== 0;
  const message = `other users can ${isWritable ? 'write to' : 'enter'} ${path} (${octal(mode)})`;
  if (!isShared) return { ...finding, kind: 'closable', message };
  const shared = `${message}, which holds more than Petrel's files`;
  if (!isWritable) return { ...finding, kind: 'open', message: shared };
  const advice = 'use a directory of its own, or chmod go-w';
  return { ...finding, kind: 'refused', message: `${shared}; ${advice}` };
}

function fileFinding(path: string, uid: number): RightsFinding | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return undefined; // Gone meanwhile; or its reader says what it is.
  const finding = { path, mode: FILE_MODE };
  const { uid: owner, mode } = found;
  if (isForeign(owner, uid)) return { ...finding, kind: 'refused', message: foreign(path, owner) };
  if ((mode & OTHERS_MASK) === 0) return undefined;
  const verb = (mode & OTHERS_WRITE_MASK) !== 0 ? 'write to' : 'read';
  const message = `other users can ${verb} ${path} (${octal(mode)})`;
  return { ...finding, kind: 'closable', message };
}

function isForeign(owner: number, uid: number): boolean {
  return owner !== uid && owner !== ROOT_UID;
}

function foreign(path: string, owner: number): string {
  return `${path} belongs to another user (${owner}); run Petrel as that user, or change the owner`;
}

function octal(mode: number): string {
  return (mode & MODE_MASK).toString(8).padStart(4, '0');
}

/** False on file systems that know no modes, and for what root has set up. */
function close(path: string, mode: number): boolean {
  try {
    chmodSync(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EROFS') throw error;
  }
  return (statSync(path).mode & OTHERS_MASK) === 0;
}
