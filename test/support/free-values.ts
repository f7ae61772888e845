/**
 * Compares a recorded result with a new one. What differs between two nodes (random addresses,
 * message ids, times, how far the work is) is learnt or left open.
 */
const ADDRESS = /^BM-[1-9A-HJ-NP-Za-km-z]{25,45}$/;
const HEX = /^[0-9a-f]{24,}$/;
const SECONDS = /^1[6-9]\d{8}$/;
/** Numbers above are times. */
const FIRST_TIME_S = 1.6e9;
const STATUSES = new Set([
  ...['msgqueued', 'doingpubkeypow', 'awaitingpubkey', 'doingmsgpow', 'msgsent', 'ackreceived'],
  ...['msgsentnoackexpected', 'broadcastqueued', 'doingbroadcastpow', 'broadcastsent'],
]);
const FREE_MEMBERS = new Set([
  ...['softwareName', 'softwareVersion', 'userAgent', 'pendingDownload'],
  ...['numberOfPubkeysProcessed', 'numberOfMessagesProcessed', 'numberOfBroadcastsProcessed'],
]);

type Struct = Readonly<Record<string, unknown>>;

export class FreeValues {
  /** Recorded text to the text of the node under test. */
  #known = new Map<string, string>();

  /** Puts what was learnt into a later request. */
  substitute(text: string): string {
    let out = text;
    for (const [recorded, actual] of this.#known) out = out.replaceAll(recorded, actual);
    return out;
  }

  /** What `compare` learnt counts only when it found no difference. */
  attempt(compare: () => string[]): string[] {
    const before = new Map(this.#known);
    const differences = compare();
    if (differences.length > 0) this.#known = before;
    return differences;
  }

  /** Differences, a line each. @param random whether new addresses may be learnt here */
  compare(recorded: unknown, actual: unknown, random: boolean, path = 'result'): string[] {
    const differs = [`${path}: ${show(recorded)} became ${show(actual)}`];
    if (typeof actual === 'string') {
      // A bare list of ids does not say which message is which.
      if (/MessageIds\[\d+\]\.msgid$/.test(path)) return HEX.test(actual) ? [] : differs;
      if (typeof recorded !== 'string') return differs;
      const isOtherId = /\.msgid$/.test(path) && recorded.length !== actual.length;
      return isOtherId || this.#sameText(recorded, actual, random) ? [] : differs;
    }
    if (typeof recorded === 'number' && typeof actual === 'number') {
      const areTimes = recorded > FIRST_TIME_S && actual > FIRST_TIME_S;
      return recorded === actual || areTimes ? [] : differs;
    }
    if (Array.isArray(recorded) && Array.isArray(actual)) {
      return this.#compareLists(recorded, actual, random, path);
    }
    if (isStruct(recorded) && isStruct(actual)) {
      return this.#compareStructs(recorded, actual, random, path);
    }
    return recorded === actual ? [] : differs;
  }

  #sameText(recorded: string, actual: string, random: boolean): boolean {
    if (recorded === actual || this.#known.get(recorded) === actual) return true;
    const isNewAddress = random && ADDRESS.test(recorded) && ADDRESS.test(actual);
    const isNewId = HEX.test(recorded) && HEX.test(actual) && recorded.length === actual.length;
    if ((isNewAddress || isNewId) && !this.#known.has(recorded)) {
      this.#known.set(recorded, actual);
      return true;
    }
    if (SECONDS.test(recorded) && SECONDS.test(actual)) return true;
    if (STATUSES.has(recorded) && STATUSES.has(actual)) return true;
    const [inner, mine] = [parsed(recorded), parsed(actual)];
    if (inner === undefined || mine === undefined) return false;
    return this.compare(inner, mine, random, '').length === 0;
  }

  /** The same entries in another order are the same. */
  #compareLists(
    recorded: readonly unknown[],
    actual: readonly unknown[],
    random: boolean,
    path: string,
  ): string[] {
    if (recorded.length !== actual.length) {
      return [`${path}: ${recorded.length} entries became ${actual.length}`];
    }
    const inOrder = this.attempt(() =>
      recorded.flatMap((item, i) => this.compare(item, actual[i], random, `${path}[${i}]`)),
    );
    const rest = inOrder.length > 0 ? [...actual] : [];
    if (rest.length === 0) return [];
    for (const item of recorded) {
      const found = rest.findIndex(
        (one) => this.attempt(() => this.compare(item, one, random, path)).length === 0,
      );
      if (found < 0) return inOrder;
      rest.splice(found, 1);
    }
    return [];
  }

  #compareStructs(recorded: Struct, actual: Struct, random: boolean, path: string): string[] {
    const names = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
    return [...names].flatMap((name) => {
      const place = `${path}.${name}`;
      if (!Object.hasOwn(recorded, name)) return [`${place}: new`];
      if (!Object.hasOwn(actual, name)) return [`${place}: missing`];
      if (!FREE_MEMBERS.has(name)) {
        return this.compare(recorded[name], actual[name], random, place);
      }
      return typeof recorded[name] === typeof actual[name] ? [] : [`${place}: another type`];
    });
  }
}

function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  if (!/^\s*["[{n]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Longest piece of a value in a message. */
const SHOWN_CHARACTERS = 160;

export function show(value: unknown): string {
  return (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, SHOWN_CHARACTERS);
}
