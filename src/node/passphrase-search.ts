import { MAX_SEARCH_PAIRS, type PairRange } from '../crypto/key-search.js';
import type { DeterministicKeys } from '../crypto/keys.js';
import type { DeterministicKeysRequest } from './address-maker.js';

/** Fewest pairs of a range: fewer would not fill the kernel's batches. */
const MIN_PAIRS = 128;
/** Up to so many pairs one thread does alone: a second would not be there in time. */
const PAIRS_FOR_ONE = 512;
/** Each thread's share of what is left is cut so, that the last ranges are short. */
const CUTS = 2;

/** Cuts the search for a passphrase's keys into ranges, and puts together what they give, in order. */
export class PassphraseSearch {
  readonly #request: DeterministicKeysRequest;
  readonly #pairsPerHit: number;
  /** Ranges that have been searched, behind one that has not, by their first pair. */
  readonly #ahead = new Map<number, { pairs: number; keys: DeterministicKeys[] }>();
  readonly #found: DeterministicKeys[] = [];
  /** Pairs given out; searched without a gap; searched in all; and hits among those. */
  #given = 0;
  #complete = 0;
  #searched = 0;
  #hits = 0;

  constructor(request: DeterministicKeysRequest) {
    this.#request = request;
    this.#pairsPerHit = 256 ** request.leadingZeroBytes;
  }

  get isDone(): boolean {
    return this.#found.length >= this.#request.count;
  }

  /** Pairs that have been tried. */
  get tries(): number {
    return this.#searched;
  }

  get result(): DeterministicKeys[] {
    return this.#found.slice(0, this.#request.count);
  }

  /** How many of so many threads are of use. */
  threads(most: number): number {
    return this.#request.count * this.#pairsPerHit > PAIRS_FOR_ONE ? most : 1;
  }

  nextRange(threads: number): PairRange {
    const wanted = Math.max(1, this.#request.count - this.#hits) * this.#pairsPerHit;
    const share = Math.ceil(threads === 1 ? wanted : wanted / (threads * CUTS));
    const pairs = Math.min(MAX_SEARCH_PAIRS, Math.max(MIN_PAIRS, share));
    const first = this.#given;
    this.#given += pairs;
    return { passphrase: this.#request.passphrase, first, pairs };
  }

  add({ first, pairs }: PairRange, keys: DeterministicKeys[]): void {
    this.#searched += pairs;
    this.#hits += keys.length;
    this.#ahead.set(first, { pairs, keys });
    for (let next; (next = this.#ahead.get(this.#complete));) {
      this.#ahead.delete(this.#complete);
      this.#complete += next.pairs;
      for (const one of next.keys) this.#found.push(one);
    }
  }
}
