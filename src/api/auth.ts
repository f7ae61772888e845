/** Who may use the API. [api.py:APIAuthenticateClient] */
import { hash, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** True when an Authorization header holds a login that is accepted. */
export type LoginCheck = (header: string | undefined) => boolean;

/**
 * As in the reference the scheme word is not looked at; unlike there, a password may contain colons.
 * The check takes the same time whatever differs. Without a configured password nobody gets in.
 */
export function createLoginCheck(accepted: readonly Credentials[]): LoginCheck {
  const wanted = accepted
    .filter(({ password }) => password !== '')
    .map(({ username, password }) => digest(Buffer.from(`${username}:${password}`, 'utf8')));
  return (header) => {
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
