/**
 * Text of strangers made harmless for a terminal: what would move the cursor, change colours or titles,
 * answer back, or turn the direction of reading is shown as an escape.
 */

/**
 * Control characters (C0, DEL, C1), direction marks and what is invisible, line and paragraph
 * separators, halves of pairs. Joiners (U+200C, U+200D) stay: emoji and several scripts need them.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
/** The same but line feeds and tabs. */
const UNSAFE_IN_BODY = new RegExp(`(?![\\n\\t])${UNSAFE.source}`, 'gu');
/** Marks on one letter; more only pile up over the lines around. */
const MAX_MARKS = 8;
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** From here on an escape has braces. */
const BYTE_END = 0x100;

/** For a line of output: subjects, labels, names, whatever came from elsewhere. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, escapeOf).replace(TOO_MANY_MARKS, '$1');
}

/** For a body: keeps its lines and tabs. */
export function printableBody(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(UNSAFE_IN_BODY, escapeOf)
    .replace(TOO_MANY_MARKS, '$1');
}

/** JSON in which the same characters are escapes, too, so that it may be looked at on a terminal. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSAFE_IN_BODY, (character) =>
    Array.from({ length: character.length }, (_, index) => jsonEscape(character, index)).join(''),
  );
}

function jsonEscape(character: string, index: number): string {
  return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
}

function escapeOf(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code < BYTE_END ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}
