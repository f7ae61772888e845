/**
 * Builds the values of an XML-RPC call out of its elements, as leniently as Python 2's xmlrpclib:
 * unknown elements count for nothing unless they begin a value, text directly in `<value>` is a
 * string [xmlrpclib.py:Unmarshaller].
 */
import { TransportFault } from './errors.js';
import { utf8 } from '../util/bytes.js';
import { pythonRepr } from './python-text.js';
import { Binary, Float, integerValue, type ApiValue } from './values.js';

/** Deeper nesting than any call needs; a bound on the recursion of what handles the values. */
const MAX_DEPTH = 100;

/** Elements that the reference knows; any other one is no type of a value. */
const KNOWN_TAGS: ReadonlySet<string> = new Set(
  'array base64 boolean dateTime.iso8601 double fault i4 i8 int methodName name nil params string struct value'.split(
    ' ',
  ),
);

const RESPONSE_ERROR = "<class 'xmlrpclib.ResponseError'>";

export interface MethodCall {
  /** '' when the call names none. */
  readonly name: string;
  readonly params: readonly ApiValue[];
}

export class ValueBuilder {
  #stack: ApiValue[] = [];
  /** Where on the stack the open arrays and structs begin. */
  readonly #marks: number[] = [];
  #text: string[] = [];
  /** True between `<value>` and the first element in it. */
  #isBare = false;
  #name: string | undefined;
  #sawParams = false;

  open(tag: string): void {
    if (tag === 'array' || tag === 'struct') {
      if (this.#marks.length >= MAX_DEPTH) {
        throw new TransportFault('RuntimeError', 'maximum recursion depth exceeded');
      }
      this.#marks.push(this.#stack.length);
    }
    if (this.#isBare && !KNOWN_TAGS.has(tag)) {
      const quoted = `"unknown tag ${pythonRepr(tag, 'unicode')}"`;
      throw new TransportFault(RESPONSE_ERROR, `ResponseError(${quoted},)`);
    }
    this.#text = [];
    this.#isBare = tag === 'value';
  }

  text(text: string): void {
    this.#text.push(text);
  }

  close(tag: string): void {
    if (tag === 'methodName') this.#name = this.#taken();
    else if (tag === 'params') this.#sawParams = true;
    else if (tag !== 'value') this.#push(this.#valueOf(tag));
    else if (this.#isBare) this.#push(this.#taken());
  }

  /** Undefined for elements that are no value. */
  #valueOf(tag: string): ApiValue | undefined {
    switch (tag) {
      case 'name':
      case 'string':
        return this.#taken();
      case 'int':
      case 'i4':
      case 'i8':
        return integerOf(this.#taken());
      case 'double':
        return floatOf(this.#taken());
      case 'boolean':
        return booleanOf(this.#taken());
      case 'nil':
        return null;
      case 'base64':
        return new Binary(Buffer.from(this.#taken(), 'base64'));
      case 'dateTime.iso8601':
        return new Binary(utf8(this.#taken()));
      case 'array':
        return this.#sinceMark();
      case 'struct':
        return structOf(this.#sinceMark());
      default:
        return undefined;
    }
  }

  /** @throws TransportFault when it was no call. */
  finish(): MethodCall {
    if ((this.#name === undefined && !this.#sawParams) || this.#marks.length > 0) {
      throw new TransportFault(RESPONSE_ERROR, 'ResponseError()');
    }
    return { name: this.#name ?? '', params: this.#stack };
  }

  #taken(): string {
    return this.#text.join('');
  }

  #push(value: ApiValue | undefined): void {
    if (value === undefined) return;
    this.#stack.push(value);
    this.#isBare = false;
  }

  #sinceMark(): ApiValue[] {
    return this.#stack.splice(this.#marks.pop() ?? 0);
  }
}

function integerOf(text: string): ApiValue {
  if (!/^[+-]?\d+$/.test(text.trim())) {
    const shown = pythonRepr(text, 'bytes');
    throw new TransportFault('ValueError', `invalid literal for int() with base 10: ${shown}`);
  }
  return integerValue(BigInt(text.trim().replace(/^\+/, '')));
}

const INFINITE = /^([+-]?)(?:inf|infinity)$/i;

function floatOf(text: string): Float {
  const trimmed = text.trim();
  const infinite = INFINITE.exec(trimmed);
  if (infinite) return new Float(infinite[1] === '-' ? -Infinity : Infinity);
  if (/^[+-]?nan$/i.test(trimmed)) return new Float(NaN);
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) {
    throw new TransportFault('ValueError', `could not convert string to float: ${text}`);
  }
  return new Float(Number(trimmed));
}

function booleanOf(text: string): boolean {
  if (text === '0' || text === '1') return text === '1';
  throw new TransportFault('TypeError', 'bad boolean value');
}

/** Names and values in turn. */
function structOf(items: readonly ApiValue[]): ApiValue {
  if (items.length % 2 !== 0) throw new TransportFault('IndexError', 'list index out of range');
  const members: [string, ApiValue][] = [];
  for (let index = 0; index < items.length; index += 2) {
    const name = items[index] ?? null;
    const text = typeof name === 'string' ? name : pythonRepr(name, 'bytes');
    members.push([text, items[index + 1] ?? null]);
  }
  return Object.fromEntries(members);
}
