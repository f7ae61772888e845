/**
 * A login for programs of the same user on the same machine: one line `__cookie__:<hex>`, made anew
 * at every start and gone after a clean stop, in a file that nobody else can read.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../node/settings/atomic-write.js';
import { toHex, utf8 } from '../util/bytes.js';
import { errorText, UserError } from '../util/errors.js';
import { randomBytes } from '../util/random.js';
import { Secret } from '../util/secret.js';
import type { Credentials } from './auth.js';

const FILE_NAME = 'api.cookie';
const USERNAME = '__cookie__';
const PASSWORD_BYTES = 32;

/** Beside settings.ini. */
export function cookiePath(dataDir: string): string {
  return join(dataDir, FILE_NAME);
}

/** @throws UserError when the file cannot be written. */
export function writeCookie(dataDir: string): Credentials {
  const password = toHex(randomBytes(PASSWORD_BYTES));
  const path = cookiePath(dataDir);
  try {
    writeFileAtomically(path, utf8(`${USERNAME}:${password}\n`));
  } catch (error) {
    const advice = 'check who owns the data directory';
    throw new UserError(`cannot write ${path} (${errorText(error)}); ${advice}`, { cause: error });
  }
  return { username: USERNAME, password: new Secret(password) };
}

export function removeCookie(dataDir: string): void {
  try {
    rmSync(cookiePath(dataDir), { force: true });
  } catch {
    // A disk that became read-only keeps it; the login it holds has ended.
  }
}
