/**
 * Reads the pickles that PyBitmessage wrote its known nodes in before it took JSON: dictionaries,
 * numbers, texts and one kind of tuple, `Peer(host, port)`. A pickle is a program; here only the
 * instructions that make such values exist, and only that one class can be named. Nothing is called.
 * [Python: Lib/pickle.py, protocols 0 to 2]
 */

/** The pickle holds what no list of nodes holds. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

export type PickleValue =
  null | boolean | number | string | PickleValue[] | Map<PickleValue, PickleValue> | PicklePeer;

export interface PicklePeer {
  readonly host: string;
  readonly port: number;
}

/** A full list has 20,000 nodes with some values each; more is no list of nodes. */
const MAX_VALUES = 2_000_000;

/** Where the class has been in the course of time; also `network.node`. */
const PEER_MODULES = new Set(['shared', 'state', 'network.node', 'pybitmessage.network.node']);

/** Things on the stack that are no values. */
const MARK = Symbol('mark');
const PEER_CLASS = Symbol('Peer');
const TUPLE_CLASS = Symbol('tuple');
const RECONSTRUCTOR = Symbol('reconstructor');
type Item = PickleValue | symbol;

export function readPickle(bytes: Uint8Array): PickleValue {
  return new Unpickler(bytes).read();
}

class Unpickler {
  readonly #bytes: Buffer;
  #at = 0;
  #stack: Item[] = [];
  readonly #memo = new Map<string, Item>();

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): PickleValue {
    for (let count = 0; count < MAX_VALUES; count++) {
      const code = String.fromCharCode(this.#take(1)[0] ?? 0);
      if (code === '.') return this.#popValue();
      this.#step(code);
    }
    throw new PickleError('too many values');
  }

  #step(code: string): void {
    const number = this.#number(code);
    if (number !== undefined) {
      this.#stack.push(number);
      return;
    }
    const text = this.#text(code);
    if (text !== undefined) {
      this.#stack.push(text);
      return;
    }
    if (!this.#memoStep(code) && !this.#containerStep(code)) this.#otherStep(code);
  }

  #number(code: string): number | boolean | undefined {
    switch (code) {
      case 'I': {
        const line = this.#line();
        if (line === '00' || line === '01') return line === '01';
        return numberOf(line);
      }
      case 'L':
        return numberOf(this.#line().replace(/L$/, ''));
      case 'F':
        return numberOf(this.#line());
      case 'J':
        return this.#take(4).readInt32LE();
      case 'K':
        return this.#take(1).readUInt8();
      case 'M':
        return this.#take(2).readUInt16LE();
      case 'G':
        return this.#take(8).readDoubleBE();
      case '\x8a':
        return longOf(this.#take(this.#take(1).readUInt8()));
      case '\x88':
        return true;
      case '\x89':
        return false;
      default:
        return undefined;
    }
  }

  #text(code: string): string | undefined {
    switch (code) {
      case 'S':
        return unquoted(this.#line());
      case 'V':
        return this.#line();
      case 'U':
        return this.#take(this.#take(1).readUInt8()).toString('latin1');
      case 'T':
      case 'X':
        return this.#take(this.#take(4).readUInt32LE()).toString('utf8');
      default:
        return undefined;
    }
  }

  #memoStep(code: string): boolean {
    switch (code) {
      case 'p':
        this.#memo.set(this.#line(), this.#top());
        return true;
      case 'q':
        this.#memo.set(String(this.#take(1).readUInt8()), this.#top());
        return true;
      case 'r':
        this.#memo.set(String(this.#take(4).readUInt32LE()), this.#top());
        return true;
      case 'g':
        this.#recall(this.#line());
        return true;
      case 'h':
        this.#recall(String(this.#take(1).readUInt8()));
        return true;
      case 'j':
        this.#recall(String(this.#take(4).readUInt32LE()));
        return true;
      default:
        return false;
    }
  }

  #containerStep(code: string): boolean {
    switch (code) {
      case '(':
        this.#stack.push(MARK);
        return true;
      case '}':
        this.#stack.push(new Map());
        return true;
      case ')':
        this.#stack.push([]);
        return true;
      case 'd':
        this.#stack.push(pairs(new Map(), this.#untilMark()));
        return true;
      case 't':
        this.#pushTuple(this.#untilMark());
        return true;
      case '\x85':
      case '\x86':
      case '\x87':
        this.#pushTuple(this.#popMany(code.charCodeAt(0) - 0x84));
        return true;
      case 's': {
        const pair = this.#popMany(2);
        pairs(this.#map(), pair);
        return true;
      }
      case 'u': {
        const items = this.#untilMark();
        pairs(this.#map(), items);
        return true;
      }
      default:
        return false;
    }
  }

  #otherStep(code: string): void {
    switch (code) {
      case 'N':
        this.#stack.push(null);
        return;
      case '\x80':
        this.#take(1);
        return;
      case 'c':
        this.#stack.push(knownClass(this.#line(), this.#line()));
        return;
      case 'R':
      case '\x81': {
        const values = this.#arguments.get(this.#popValue() as PickleValue[]);
        this.#stack.push(makePeer(code, this.#pop(), values ?? []));
        return;
      }
      default:
        throw new PickleError(`instruction 0x${code.charCodeAt(0).toString(16)} is not allowed`);
    }
  }

  /** Tuples may hold classes, for {@link makePeer} alone: those are kept apart from the values. */
  readonly #arguments = new Map<PickleValue[], Item[]>();

  #pushTuple(items: Item[]): void {
    const values = items.map((item) => (typeof item === 'symbol' ? null : item));
    this.#arguments.set(values, items);
    this.#stack.push(values);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new PickleError('it ends early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleError('it ends early');
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return line.replace(/\r$/, '');
  }

  #top(): Item {
    const top = this.#stack.at(-1);
    if (top === undefined) throw new PickleError('its stack is empty');
    return top;
  }

  #pop(): Item {
    const top = this.#top();
    this.#stack.pop();
    return top;
  }

  #popValue(): PickleValue {
    const top = this.#pop();
    if (typeof top === 'symbol') throw new PickleError('a value is missing');
    return top;
  }

  #popMany(count: number): Item[] {
    if (this.#stack.length < count) throw new PickleError('its stack is empty');
    return this.#stack.splice(-count);
  }

  #untilMark(): Item[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new PickleError('a mark is missing');
    const items = this.#stack.splice(mark);
    return items.slice(1);
  }

  #map(): Map<PickleValue, PickleValue> {
    const top = this.#top();
    if (!(top instanceof Map)) throw new PickleError('a dictionary is missing');
    return top;
  }

  #recall(name: string): void {
    const item = this.#memo.get(name);
    if (item === undefined) throw new PickleError('it refers to nothing');
    this.#stack.push(item);
  }
}

function pairs(
  map: Map<PickleValue, PickleValue>,
  items: readonly Item[],
): Map<PickleValue, PickleValue> {
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (typeof key === 'symbol' || typeof value === 'symbol') {
      throw new PickleError('a value is missing');
    }
    map.set(key ?? null, value ?? null);
  }
  return map;
}

function knownClass(module: string, name: string): symbol {
  if (name === 'Peer' && PEER_MODULES.has(module)) return PEER_CLASS;
  if (name === 'tuple' && module === '__builtin__') return TUPLE_CLASS;
  if (name === '_reconstructor' && module === 'copy_reg') return RECONSTRUCTOR;
  throw new PickleError(`it names ${module}.${name}, which no list of nodes does`);
}

/** `Peer(host, port)`, or protocol 0's `_reconstructor(Peer, tuple, (host, port))`. */
function makePeer(code: string, called: Item, items: readonly Item[]): PicklePeer {
  let fields: unknown = items;
  if (called === RECONSTRUCTOR && code === 'R') {
    const [made, base, values] = items;
    if (made !== PEER_CLASS || base !== TUPLE_CLASS) throw new PickleError('it makes no node');
    fields = values;
  } else if (called !== PEER_CLASS) {
    throw new PickleError('it calls what is no node');
  }
  const [host, port] = Array.isArray(fields) ? (fields as unknown[]) : [];
  if (typeof host !== 'string' || typeof port !== 'number') {
    throw new PickleError('a node without host or port');
  }
  return { host, port };
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new PickleError('a number is none');
  return value;
}

/** Little-endian two's complement; ports and times are far below what is exact. */
function longOf(bytes: Buffer): number {
  if (bytes.length > 6) throw new PickleError('a number is too long');
  return bytes.length === 0 ? 0 : bytes.readIntLE(0, bytes.length);
}

/** Hosts hold no escapes; a text that does is none of ours. */
function unquoted(line: string): string {
  const match = /^(['"])([^\\]*)\1$/.exec(line);
  if (!match) throw new PickleError('a text is not plain');
  return match[2] ?? '';
}
