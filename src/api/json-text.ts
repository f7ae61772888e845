/**
 * JSON as Python 2's json module reads and writes it. Our own, because JSON.parse loses what the
 * API keeps apart: whole numbers beyond 2^53, and `2.0` from `2`. What holds neither is read by
 * JSON.parse, which is several times faster.
 */
import { pythonFloat } from './python-text.js';
import { TransportFault } from './errors.js';
import { Binary, Float, integerValue, isList, type ApiValue } from './values.js';

/** Text that is no JSON value. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Deeper nesting than any request needs; a bound on recursion. */
const MAX_DEPTH = 100;

/**
 * A number that JSON.parse would change: with a fraction or an exponent, minus zero, or as long as
 * one beyond 2^53. Inside a string it may look like one, too; that only costs time.
 */
const LOSSY_NUMBER = /(?:^|[\s[:,])(?:-0|-?\d{16}|-?\d+[.eE])/;
const [OPEN_BRACKET, OPEN_BRACE] = [0x5b, 0x7b];

/** @throws JsonSyntaxError */
export function parseJson(text: string): ApiValue {
  if (!LOSSY_NUMBER.test(text) && hasFewLevels(text)) {
    try {
      return JSON.parse(text) as ApiValue;
    } catch {
      // Not JSON; the parser below says where.
    }
  }
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** True when it cannot be nested deeper than {@link MAX_DEPTH}, whatever its brackets mean. */
function hasFewLevels(text: string): boolean {
  let opened = 0;
  for (let at = 0; at < text.length && opened < MAX_DEPTH; at++) {
    const unit = text.charCodeAt(at);
    if (unit === OPEN_BRACKET || unit === OPEN_BRACE) opened += 1;
  }
  return opened < MAX_DEPTH;
}

/** ASCII only, `", "` and `": "` between parts: byte for byte what json.dumps gives. */
export function writeJson(value: ApiValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return writeString(value);
  if (value instanceof Float) return writeFloat(value.value);
  if (value instanceof Binary) throw notSerializable();
  if (typeof value !== 'object') return String(value);
  // Joined by hand: answers have tens of thousands of members.
  let text = '';
  if (isList(value)) {
    for (const item of value) text += (text === '' ? '' : ', ') + writeJson(item);
    return `[${text}]`;
  }
  for (const name in value) {
    if (text !== '') text += ', ';
    text += `${writeString(name)}: ${writeJson(value[name] ?? null)}`;
  }
  return `{${text}}`;
}

/**
 * As `json.dumps(value, indent=4)` of Python 2 writes it: every line but the last of a list or
 * struct ends in a comma and a blank.
 */
export function writeIndentedJson(value: ApiValue, indent = ''): string {
  if (typeof value !== 'object' || value === null || value instanceof Float) {
    return writeJson(value);
  }
  if (value instanceof Binary) throw notSerializable();
  const inner = `${indent}    `;
  const [open, close] = isList(value) ? '[]' : '{}';
  const parts = isList(value)
    ? value.map((item) => writeIndentedJson(item, inner))
    : Object.entries(value).map(
        ([name, member]) => `${writeString(name)}: ${writeIndentedJson(member, inner)}`,
      );
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${inner}${parts.join(`, \n${inner}`)}\n${indent}${close}`;
}

function notSerializable(): TransportFault {
  return new TransportFault('TypeError', '<xmlrpclib.Binary instance> is not JSON serializable');
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

/** What stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const escaped = text.replace(
    /["\\]|[^ -~]/g,
    (unit) => SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

function writeFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloat(value);
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const LITERALS: readonly (readonly [string, ApiValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
];

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): ApiValue {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError('nested too deeply');
    this.#skipBlanks();
    const next = this.#text[this.#at];
    if (next === '{') return this.#struct(depth);
    if (next === '[') return this.#list(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of LITERALS) if (this.#take(word)) return value;
    return this.#number();
  }

  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#error('Extra data');
  }

  #struct(depth: number): ApiValue {
    const members: [string, ApiValue][] = [];
    this.#at += 1;
    if (!this.#takeAfterBlanks('}')) {
      do {
        this.#skipBlanks();
        const name = this.#string();
        if (!this.#takeAfterBlanks(':')) throw this.#error("Expecting ':' delimiter");
        members.push([name, this.value(depth + 1)]);
      } while (this.#takeAfterBlanks(','));
      if (!this.#takeAfterBlanks('}')) throw this.#error('Expecting object');
    }
    // A null prototype would show in comparisons; fromEntries defines even `__proto__` as a member.
    return Object.fromEntries(members);
  }

  #list(depth: number): ApiValue {
    const items: ApiValue[] = [];
    this.#at += 1;
    if (this.#takeAfterBlanks(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#takeAfterBlanks(','));
    if (!this.#takeAfterBlanks(']')) throw this.#error('Expecting object');
    return items;
  }

  #string(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.#error('No JSON object could be decoded');
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') {
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch {
      // Unterminated, a raw control character, a wrong escape.
      throw this.#error('Invalid string');
    }
  }

  #number(): ApiValue {
    const match = this.#match(NUMBER);
    if (!match) throw this.#error('No JSON object could be decoded');
    const isWhole = match[1] === undefined && match[2] === undefined;
    return isWhole ? integerValue(BigInt(match[0])) : new Float(Number(match[0]));
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #takeAfterBlanks(word: string): boolean {
    this.#skipBlanks();
    return this.#take(word);
  }

  #skipBlanks(): void {
    this.#match(/[ \t\n\r]*/y);
  }

  #error(what: string): JsonSyntaxError {
    return new JsonSyntaxError(`${what}: char ${this.#at}`);
  }
}
