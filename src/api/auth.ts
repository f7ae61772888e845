/** Who may use the API. [api.py:APIAuthenticateClient] */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * True when an Authorization header holds one of these credentials. As in the reference the scheme
 * word is not looked at; unlike there, a password may contain colons. Takes the same time whatever
 * differs.
 */
export function isAuthorized(
  header: string | undefined,
  ...accepted: readonly Credentials[]
): boolean {
  const encoded = /^\S+ +(\S+)$/.exec(header?.trim() ?? '')?.[1] ?? '';
  const given = digest(Buffer.from(encoded, 'base64'));
  let isAccepted = false;
  for (const { username, password } of accepted) {
    const wanted = digest(Buffer.from(`${username}:${password}`, 'utf8'));
    const isSame = timingSafeEqual(given, wanted);
    // Without a configured password nobody gets in.
    if (isSame && password !== '') isAccepted = true;
  }
  return isAccepted;
}

/** Digests have one length, which the comparison needs. */
function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
