/** What may be written of the fields of a log line: bounded, without secrets, redacted when wished. */
import { Secret, STARS } from '../../util/secret.js';
import type { Redactor } from '../../util/redactor.js';

export interface SafeOptions {
  /** Hides addresses and hosts; undefined: they are written whole. */
  readonly redactor: Redactor | undefined;
  /** Errors with their stack instead of the message alone. */
  readonly withStack: boolean;
}

/** Longest text in a line, characters: hostile peers choose some of them (user agents, reasons). */
const MAX_TEXT = 2_000;
const MAX_STACK = 8_000;
const MAX_ENTRIES = 50;
const MAX_DEPTH = 4;

/** Should a field of such a name ever get into a line, its value does not. */
const SECRET_NAME =
  /(?:password|passphrase|passwd|secret|token|cookie|wif|authorization|signingkey|encryptionkey|privatekey|privkey)$|^(?:subject|body)$/i;
const HOST_NAME = /^(?:host|hosts|hostname|peerhost)$/i;

/** Secrets that can be told by their form, wherever they stand. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // Private keys in wallet import format, plain and compressed.
  [/\b(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51})\b/g, STARS],
  [/(#login=)[\w-]+/g, `$1${STARS}`],
  [/(\bBasic\s+)[\w+/-]{4,}={0,2}/gi, `$1${STARS}`],
  [/(__cookie__:)[\da-f]+/gi, `$1${STARS}`],
  [/(\bpetrel_session_\d+=)[\w-]+/g, `$1${STARS}`],
  // User and password in a URL.
  [/(\b\w+:\/\/)[^\s/@]+:[^\s/@]+@/g, `$1${STARS}@`],
];

/** A message text, or any other that goes into a line. */
export function safeText(text: string, { redactor }: SafeOptions, maxLength = MAX_TEXT): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  const masked = SECRET_TEXTS.reduce((one, [pattern, shown]) => one.replace(pattern, shown), cut);
  return redactor ? redactor.text(masked) : masked;
}

/** The own fields of `fields`, each as something that JSON has. */
export function safeFields(fields: object, options: SafeOptions): Record<string, unknown> {
  return safeObject(fields, options, 0);
}

function safeObject(fields: object, options: SafeOptions, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields as Record<string, unknown>);
  const safe: [string, unknown][] = [];
  for (const [name, value] of entries.slice(0, MAX_ENTRIES)) {
    if (value === undefined || typeof value === 'function') continue;
    safe.push([safeText(name, options), safeField(name, value, options, depth)]);
  }
  if (entries.length > MAX_ENTRIES) safe.push(['…', `${entries.length - MAX_ENTRIES} more`]);
  return Object.fromEntries(safe);
}

function safeField(name: string, value: unknown, options: SafeOptions, depth: number): unknown {
  if (SECRET_NAME.test(name)) return STARS;
  if (typeof value === 'string' && HOST_NAME.test(name) && options.redactor) {
    return options.redactor.host(value.slice(0, MAX_TEXT));
  }
  return safeValue(value, options, depth, name);
}

function safeValue(value: unknown, options: SafeOptions, depth: number, name = ''): unknown {
  switch (typeof value) {
    case 'string':
      return safeText(value, options);
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : safeThing(value, options, depth, name);
    case 'function':
    case 'undefined':
      return null;
    default:
      return String(value);
  }
}

function safeThing(value: object, options: SafeOptions, depth: number, name: string): unknown {
  if (value instanceof Secret) return STARS;
  // Might be a key, and is of no use to people.
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Error) return safeError(value, options);
  if (depth >= MAX_DEPTH) return '…';
  if (value instanceof Map || value instanceof Set) return `${value.size} entries`;
  if (!Array.isArray(value)) return safeObject(value, options, depth + 1);
  const items = (value as unknown[])
    .slice(0, MAX_ENTRIES)
    .map((item) => safeField(name, item, options, depth + 1));
  return value.length > MAX_ENTRIES ? [...items, `${value.length - MAX_ENTRIES} more`] : items;
}

function safeError(error: Error, options: SafeOptions): Record<string, unknown> {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    message: safeText(error.message, options),
    ...(typeof code === 'string' && { code }),
    ...(options.withStack && { stack: safeText(error.stack ?? '', options, MAX_STACK) }),
    ...(options.withStack &&
      cause instanceof Error && {
        cause: safeText(cause.stack ?? cause.message, options, MAX_STACK),
      }),
  };
}
