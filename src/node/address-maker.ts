/**
 * Makes the keys of new addresses away from the main thread: the search takes from a millisecond to,
 * with three zero bytes, half a minute.
 */
import type { AddressKeys, DeterministicKeys } from '../crypto/keys.js';
import { systemClock, type Clock } from '../util/clock.js';
import { nullLog, type Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import { SearchThread, type SearchJob } from './address-search.js';
import { PassphraseSearch } from './passphrase-search.js';

export interface RandomKeysRequest {
  /** Zero bytes the ripe begins with; every one makes the search 256 times longer. */
  readonly leadingZeroBytes: number;
}

export interface DeterministicKeysRequest {
  readonly passphrase: Uint8Array;
  /** How many addresses; each is searched behind the one before. */
  readonly count: number;
  readonly leadingZeroBytes: number;
}

/**
 * The address's version and stream play no part in the search: who has the ripe encodes any of them.
 * Both methods reject with the signal's reason when it is aborted. `onTries` is told now and then how
 * many pairs of keys have been tried: 256 are expected for each address with one zero byte.
 */
export interface AddressMaker {
  random(
    request: RandomKeysRequest,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<AddressKeys>;
  deterministic(
    request: DeterministicKeysRequest,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<DeterministicKeys[]>;
}

/** The search for more would take hours. */
const MAX_LEADING_ZERO_BYTES = 3;

/** One search of a passphrase is shared by all; a random one takes one of them. */
const THREADS = 2;

/**
 * Searches in threads, which are kept for a while for the next one. When all are busy, what comes waits
 * for its turn; one that waits rejects then.
 */
export class WorkerAddressMaker implements AddressMaker, Service {
  readonly #threads: SearchThread[];
  readonly #free: SearchThread[];
  /** Of those that wait for a thread, in order. */
  readonly #queue: ((thread: SearchThread) => void)[] = [];
  readonly #jobs = new Set<Promise<unknown>>();
  #stopping = new AbortController();

  constructor({ log = nullLog, clock = systemClock }: { log?: Log; clock?: Clock } = {}) {
    this.#threads = Array.from({ length: THREADS }, () => new SearchThread({ log, clock }));
    this.#free = [...this.#threads];
  }

  start(): Promise<void> {
    if (this.#stopping.signal.aborted) this.#stopping = new AbortController();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the node is stopping'));
    while (this.#jobs.size > 0) await Promise.allSettled(this.#jobs);
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  async random(
    request: RandomKeysRequest,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<AddressKeys> {
    checkRequest(request.leadingZeroBytes);
    const job = { type: 'random', ...request } as const;
    const [keys] = await this.#run<AddressKeys>(job, this.#aborted(signal), onTries);
    if (!keys) throw new Error('the search ended without keys');
    return keys;
  }

  async deterministic(
    request: DeterministicKeysRequest,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<DeterministicKeys[]> {
    const { leadingZeroBytes, count, passphrase } = request;
    checkRequest(leadingZeroBytes, count);
    const search = new PassphraseSearch({ ...request, passphrase: passphrase.slice() });
    const failed = new AbortController();
    const aborted = AbortSignal.any([this.#aborted(signal), failed.signal]);
    const threads = search.threads(THREADS);
    const lane = async (): Promise<void> => {
      while (!search.isDone) {
        const range = search.nextRange(threads);
        const job = { type: 'range', ...range, leadingZeroBytes } as const;
        search.add(range, await this.#run<DeterministicKeys>(job, aborted));
        onTries?.(search.tries);
      }
    };
    try {
      // The first to end has all; what the others are at takes some hundredths of a second more.
      await Promise.race(Array.from({ length: threads }, lane));
    } catch (error) {
      failed.abort(error);
      throw error;
    }
    return search.result;
  }

  #aborted(signal: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
  }

  /** A search gives the kind of keys that its job asks for. */
  async #run<Keys extends AddressKeys>(
    job: SearchJob,
    signal: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<Keys[]> {
    const work = this.#inTurn((thread) => thread.run(job, signal, onTries));
    this.#jobs.add(work);
    const forget = (): void => void this.#jobs.delete(work);
    work.then(forget, forget);
    return (await work) as Keys[];
  }

  async #inTurn<Result>(work: (thread: SearchThread) => Promise<Result>): Promise<Result> {
    const thread =
      this.#free.shift() ?? (await new Promise<SearchThread>((take) => this.#queue.push(take)));
    try {
      return await work(thread);
    } finally {
      const next = this.#queue.shift();
      if (next) next(thread);
      else this.#free.unshift(thread);
    }
  }
}

function checkRequest(leadingZeroBytes: number, count = 1): void {
  if (!(leadingZeroBytes >= 0 && leadingZeroBytes <= MAX_LEADING_ZERO_BYTES)) {
    throw new RangeError(`leadingZeroBytes is 0 to ${MAX_LEADING_ZERO_BYTES}`);
  }
  if (!Number.isInteger(count) || count < 0) throw new RangeError('count is a whole number');
}
