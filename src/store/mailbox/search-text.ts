/** What of a message goes into the full-text index, and how a person's query asks for it. */
import { displayText } from '../../util/bytes.js';

/**
 * Only the beginning of a long body is indexed, characters: what is longer holds embedded files. A
 * change of anything here needs a migration that indexes all mail anew: words are removed from the
 * index by the same text that put them in.
 */
const MAX_BODY_CHARACTERS = 65_536;
/** Longer runs without a blank are no words but base64 and the like. */
const LONG_RUN = /[^\s]{200,}/gu;

/** Scripts without blanks between words: each character counts as a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}]/gu;

/** Prefixes shorter than this would match half of all words. */
const MIN_PREFIX_CHARACTERS = 3;
/** Words of one query; more are not looked at. */
const MAX_TERMS = 20;

const HAS_WORD = /[\p{L}\p{N}]/u;
const TERM = /"([^"]*)"?|(\S+)/gu;

export interface Searchable {
  readonly subject: Uint8Array;
  readonly body: Uint8Array;
  readonly fromAddress: string;
  readonly toAddress: string;
}

/** Values of the columns of the index. */
export function indexedTexts(message: Searchable): [subject: string, body: string, people: string] {
  const { subject, body, fromAddress, toAddress } = message;
  const text = displayText(body.subarray(0, MAX_BODY_CHARACTERS * 4)).slice(0, MAX_BODY_CHARACTERS);
  return [spaced(displayText(subject)), spaced(text), `${fromAddress} ${toAddress}`];
}

/** In FTS5's language: all terms, in any column. Undefined when there is no word in it. */
export function searchExpression(query: string): string | undefined {
  const terms: string[] = [];
  for (const [, phrase, word] of query.normalize('NFC').matchAll(TERM)) {
    const text = spaced(phrase ?? word ?? '').trim();
    if (!HAS_WORD.test(text) || terms.length >= MAX_TERMS) continue;
    const isPrefix = word !== undefined && lastWordLength(text) >= MIN_PREFIX_CHARACTERS;
    terms.push(`"${text.replaceAll('"', ' ').replaceAll('\0', ' ')}"${isPrefix ? '*' : ''}`);
  }
  return terms.length === 0 ? undefined : terms.join(' AND ');
}

function spaced(text: string): string {
  return text.replace(LONG_RUN, ' ').replace(UNSPACED, ' $& ');
}

/** Of what the prefix would be of; a single unspaced character is a whole word. */
function lastWordLength(text: string): number {
  return text.split(/[^\p{L}\p{N}\p{M}]+/u).at(-1)?.length ?? 0;
}
