/**
 * Takes out of texts what tells who is who: Bitmessage addresses, IP addresses, onion services, hosts
 * with a port. What stands in their place is the same for the same thing during one run of the program,
 * so that lines can still be put together, and tells nothing to anybody else: a keyed hash whose key is
 * nowhere kept.
 */
import { createHmac } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import { randomBytes } from './random.js';

const KEY_BYTES = 16;
/** 24 bits: of 1,000 different peers hardly two get the same mark. */
const MARK_DIGITS = 6;
/** Of a Bitmessage address; nearly the same with all of them. */
const SHOWN_CHARACTERS = 6;

const ADDRESS = /\bBM-[1-9A-HJ-NP-Za-km-z]{10,}/g;
const ONION = /(?<![\w.-])(?:[\w-]+\.)*[a-z2-7]{16}(?:[a-z2-7]{40})?\.onion\b/gi;
const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
/** Candidates only: times of day and hashes look alike. */
const IPV6 =
  /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4})(?:%[\w.-]+)?(?![\w:])/gi;
/** `name.example:8444`; the letters at the end keep out places in programs (`file.js:12`). */
const HOST_WITH_PORT =
  /(?<![\w.@/-])((?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+([a-z]{2,24}))(?=:\d{1,5}\b)/gi;
const NO_DOMAINS: ReadonlySet<string> = new Set(['js', 'cjs', 'mjs', 'ts', 'json', 'onion']);

/** Of this machine itself, or of nobody. */
const HARMLESS = /^(?:127\.|0\.0\.0\.0$|::1?$|255\.255\.255\.255$)/;
const LOCALHOST = /^localhost\.?$/i;
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

export class Redactor {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array = randomBytes(KEY_BYTES)) {
    this.#key = key;
  }

  /** Any text, with what tells who is who replaced. */
  text(text: string): string {
    return text
      .replace(ADDRESS, (found) => `${found.slice(0, SHOWN_CHARACTERS)}…#${this.#mark(found)}`)
      .replace(ONION, (found) => `onion#${this.#mark(found.toLowerCase())}`)
      .replace(HOST_WITH_PORT, (found, host: string, end: string) =>
        NO_DOMAINS.has(end.toLowerCase()) ? found : this.#hidden('host', host.toLowerCase()),
      )
      .replace(IPV6, (found) => (isIPv6(found) ? this.#ip(found) : found))
      .replace(IPV4, (found) => (isIP(found) ? this.#ip(found) : found));
  }

  /** A text that is known to be the name or address of a machine, or several with blanks between. */
  host(text: string): string {
    const replaced = this.text(text);
    if (replaced !== text || text === '' || isIP(text) || LOCALHOST.test(text)) return replaced;
    return this.#hidden('host', text.toLowerCase());
  }

  #ip(text: string): string {
    const canonical = text.replace(MAPPED, '').toLowerCase();
    return HARMLESS.test(canonical) ? text : this.#hidden('ip', canonical);
  }

  #hidden(kind: string, text: string): string {
    return `${kind}#${this.#mark(text)}`;
  }

  #mark(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex').slice(0, MARK_DIGITS);
  }
}
