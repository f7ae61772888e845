/**
 * Makes the keys of new addresses away from the main thread: the search takes from a tenth of a second
 * to, with three zero bytes, half a minute.
 */
import { Worker } from 'node:worker_threads';
import type { AddressKeys, DeterministicKeys } from '../crypto/keys.js';
import { nullLog, type Log } from '../util/log.js';
import type { Service } from '../util/service.js';

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

/** What the worker is asked. */
export type AddressMakerJob =
  | ({ readonly type: 'random' } & RandomKeysRequest)
  | ({ readonly type: 'deterministic' } & DeterministicKeysRequest);

/** What the worker says: its progress, why it goes the slow way, and at the end what it found. */
export type AddressMakerReply =
  { readonly tries: number } | { readonly warning: string } | { readonly found: AddressKeys[] };

/** The search for more would take hours. */
const MAX_LEADING_ZERO_BYTES = 3;

const WORKER_FILE = new URL('./address-maker-worker.js', import.meta.url);

/**
 * One search after the other, each in a thread of its own: ending the thread is how a search is
 * aborted, and nothing of it can be left behind. One that waits rejects when its turn comes.
 */
export class WorkerAddressMaker implements AddressMaker, Service {
  readonly #log: Log;
  #stopping = new AbortController();
  /** Settles when the last search that was asked for has ended. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ log }: { log: Log } = { log: nullLog }) {
    this.#log = log;
  }

  start(): Promise<void> {
    if (this.#stopping.signal.aborted) this.#stopping = new AbortController();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the node is stopping'));
    await this.#last;
  }

  async random(
    request: RandomKeysRequest,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<AddressKeys> {
    checkRequest(request.leadingZeroBytes);
    const job = { type: 'random', ...request } as const;
    const [keys] = await this.#enqueue<AddressKeys>(job, signal, onTries);
    if (!keys) throw new Error('the search ended without keys');
    return keys;
  }

  async deterministic(
    request: DeterministicKeysRequest,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<DeterministicKeys[]> {
    checkRequest(request.leadingZeroBytes, request.count);
    const passphrase = request.passphrase.slice();
    return this.#enqueue({ type: 'deterministic', ...request, passphrase }, signal, onTries);
  }

  #enqueue<Keys extends AddressKeys>(
    job: AddressMakerJob,
    signal?: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<Keys[]> {
    const aborted = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    const made = this.#last.then(() => this.#search<Keys>(job, aborted, onTries));
    this.#last = made.catch(() => undefined); // Whoever asked hears of it; the next one goes on.
    return made;
  }

  async #search<Keys extends AddressKeys>(
    job: AddressMakerJob,
    signal: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<Keys[]> {
    signal.throwIfAborted();
    const worker = new Worker(WORKER_FILE, { workerData: job });
    try {
      return await new Promise<Keys[]>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        worker.on('message', (reply: AddressMakerReply) => {
          // A search gives the kind of keys that its job asks for.
          if ('found' in reply) resolve(reply.found as Keys[]);
          else if ('tries' in reply) onTries?.(reply.tries);
          else this.#log.warn({ reason: reply.warning }, 'address making goes the slow way');
        });
        worker.once('error', reject);
        worker.once('exit', (code) => reject(new Error(`the search ended early (code ${code})`)));
      });
    } finally {
      await worker.terminate();
    }
  }
}

function checkRequest(leadingZeroBytes: number, count = 1): void {
  if (!(leadingZeroBytes >= 0 && leadingZeroBytes <= MAX_LEADING_ZERO_BYTES)) {
    throw new RangeError(`leadingZeroBytes is 0 to ${MAX_LEADING_ZERO_BYTES}`);
  }
  if (!Number.isInteger(count) || count < 0) throw new RangeError('count is a whole number');
}
