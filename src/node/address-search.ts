/** A thread that searches for the keys of addresses. */
import { Worker } from 'node:worker_threads';
import type { PairRange } from '../crypto/key-search.js';
import type { AddressKeys, RipeCondition } from '../crypto/keys.js';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';

/** What a thread is asked: new keys, or which of a passphrase's keys fit. */
export type SearchJob =
  | ({ readonly type: 'random' } & RipeCondition)
  | ({ readonly type: 'range' } & PairRange & RipeCondition);

/** What the thread says: its progress, why it goes the slow way, and at the end what it found. */
export type SearchReply =
  { readonly tries: number } | { readonly warning: string } | { readonly found: AddressKeys[] };

/** A thread without work is ended after this time; to start one takes some hundredths of a second. */
const IDLE_MS = 20_000;

const WORKER_FILE = new URL('./address-maker-worker.js', import.meta.url);

/** One job at a time; ending the thread is how a search is aborted, so that nothing of it is left. */
export class SearchThread {
  readonly #log: Log;
  readonly #clock: Clock;
  #worker: Worker | undefined;
  #idle: Timer | undefined;

  constructor({ log, clock }: { log: Log; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Rejects with the signal's reason when that is aborted. */
  async run(
    job: SearchJob,
    signal: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<AddressKeys[]> {
    signal.throwIfAborted();
    this.#clock.clear(this.#idle);
    this.#worker ??= this.#start();
    try {
      const found = await this.#ask(this.#worker, job, signal, onTries);
      this.#idle = this.#clock.setTimeout(() => void this.end(), IDLE_MS);
      return found;
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  #start(): Worker {
    const worker = new Worker(WORKER_FILE);
    // Whoever has a job there hears of it, too.
    worker.on('error', (error) => {
      this.#log.error({ error: errorText(error) }, 'an address search failed');
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  async end(): Promise<void> {
    this.#clock.clear(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(
    worker: Worker,
    job: SearchJob,
    signal: AbortSignal,
    onTries?: (tries: number) => void,
  ): Promise<AddressKeys[]> {
    let stopListening = (): void => undefined;
    try {
      return await new Promise((resolve, reject) => {
        const onMessage = (reply: SearchReply): void => {
          if ('found' in reply) resolve(reply.found);
          else if ('tries' in reply) onTries?.(reply.tries);
          else this.#log.warn({ reason: reply.warning }, 'address making goes the slow way');
        };
        const onExit = (code: number): void =>
          reject(new Error(`the search ended early (code ${code})`));
        const onAbort = (): void => reject(signal.reason as Error);
        stopListening = () => {
          worker.off('message', onMessage).off('error', reject).off('exit', onExit);
          signal.removeEventListener('abort', onAbort);
        };
        worker.on('message', onMessage).on('error', reject).on('exit', onExit);
        signal.addEventListener('abort', onAbort);
        worker.postMessage(job);
      });
    } finally {
      stopListening();
    }
  }
}
