/** Who may use the API: one user name and one password. [api.py:APIAuthenticateClient] */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * True when an Authorization header holds these credentials. As in the reference the scheme word is
 * not looked at; unlike there, a password may contain colons. Takes the same time whatever differs.
 */
export function isAuthorized(
  header: string | undefined,
  { username, password }: Credentials,
): boolean {
  // Without a configured password nobody gets in.
  if (password === '') return false;
  const encoded = /^\S+ +(\S+)$/.exec(header?.trim() ?? '')?.[1] ?? '';
  const given = Buffer.from(encoded, 'base64');
  const wanted = Buffer.from(`${username}:${password}`, 'utf8');
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Digests have one length, which the comparison needs. */
function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
