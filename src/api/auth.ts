/** Who may use the API. [api.py:APIAuthenticateClient] */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../util/secret.js';

export interface Credentials {
  readonly username: string;
  readonly password: Secret;
}

/** True when an Authorization header holds a login that is accepted. */
export type LoginCheck = (header: string | undefined) => boolean;

/** Longer headers are digested; no usual login is that long. */
const MAX_USUAL_HEADER = 256;

/**
 * As in the reference the scheme word is not looked at; unlike there, a password may contain colons.
 * The check takes the same time whatever differs. Without a configured password nobody gets in.
 */
export function createLoginCheck(accepted: readonly Credentials[]): LoginCheck {
  const logins = accepted
    .filter(({ password }) => password.reveal() !== '')
    .map(({ username, password }) => Buffer.from(`${username}:${password.reveal()}`, 'utf8'));
  const wanted = logins.map(digest);
  const usual = createUsualCheck(logins);
  return (header) => {
    if (header !== undefined && usual(header)) return true;
    const encoded = /^\S+ +(\S+)$/.exec(header?.trim() ?? '')?.[1] ?? '';
    const given = digest(Buffer.from(encoded, 'base64'));
    let isAccepted = false;
    for (const one of wanted) if (timingSafeEqual(given, one)) isAccepted = true;
    return isAccepted;
  };
}

/** Digests have one length, which the comparison needs. */
function digest(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/**
 * The header as every known client writes it, compared as it is: checked at every call, where a
 * digest takes as long as all else. Texts are laid into buffers of one size, so that neither what
 * differs nor the length shows in the time.
 */
function createUsualCheck(logins: readonly Buffer[]): (header: string) => boolean {
  const wanted = logins
    .map((login) => Buffer.from(`Basic ${login.toString('base64')}`))
    .filter(({ length }) => length < MAX_USUAL_HEADER)
    .map((header) => Buffer.concat([header], MAX_USUAL_HEADER));
  const given = Buffer.alloc(MAX_USUAL_HEADER);
  return (header) => {
    if (header.length >= MAX_USUAL_HEADER) return false;
    given.fill(0);
    given.write(header, 'latin1');
    let isAccepted = false;
    for (const one of wanted) if (timingSafeEqual(given, one)) isAccepted = true;
    return isAccepted;
  };
}
