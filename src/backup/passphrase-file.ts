/** A passphrase that is kept in a file. */
import { readFileSync, statSync } from 'node:fs';
import { errorText, UserError } from '../util/errors.js';

/**
 * Shorter ones are refused for new backups: whoever has the file tries a hundred a minute and core.
 * Eight random words, or 20 random letters, are out of anybody's reach.
 */
export const MIN_PASSPHRASE_CHARACTERS = 10;
/** A file that is longer is none with a passphrase. */
const MAX_FILE_BYTES = 4_096;
const OTHERS_MASK = 0o077;

/** The first line's end does not count. @throws UserError when it cannot be read, or is empty */
export function readPassphraseFile(path: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) throw new Error(`${size} bytes are no passphrase`);
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`cannot read the passphrase file ${path} (${errorText(error)})`, {
      cause: error,
    });
  }
  const text = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (text === '') throw new UserError(`the passphrase file ${path} is empty`);
  return text;
}

/** True when others on this machine can read the file. */
export function isReadByOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & OTHERS_MASK) !== 0;
}

/** @throws UserError for a passphrase that is too short to protect anything */
export function checkNewPassphrase(passphrase: string): void {
  const { length } = Array.from(passphrase);
  if (length >= MIN_PASSPHRASE_CHARACTERS) return;
  throw new UserError(
    `the passphrase has ${length} characters; take at least ${MIN_PASSPHRASE_CHARACTERS}, better several random words`,
  );
}
