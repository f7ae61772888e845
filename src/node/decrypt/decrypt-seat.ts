import { Worker } from 'node:worker_threads';
import { errorText } from '../../util/errors.js';
import type { Log } from '../../util/log.js';
import {
  packKeys,
  type DecryptReply,
  type DecryptRequest,
  type DecryptWorkerData,
  type OpenResult,
  type PackedKeys,
} from './decrypt-messages.js';
import type { DecryptError, Opened, TrialKey } from './decrypt-service.js';

/** Requests that a worker has at a time: one to work on and one to go on with. */
const MAX_BATCHES = 2;

/** A container that waits for its answer. */
export interface PendingContainer {
  readonly set: string;
  readonly container: Uint8Array;
  /** A worker died while it had this one: from now on it is tried alone. */
  isSuspect: boolean;
  readonly resolve: (opened: Opened[]) => void;
  readonly reject: (error: DecryptError) => void;
}

/** Containers of one set that a worker gets together. */
export type Batch = readonly PendingContainer[];

export interface SeatOptions {
  readonly workerFile: URL;
  readonly niceness: number;
  /** Every set's keys, as they are when a worker starts. */
  readonly keys: () => Iterable<readonly [string, readonly TrialKey[]]>;
  /** `workedMs`: since the worker got the batch, or was done with the one before. */
  readonly onAnswer: (batch: Batch, results: readonly OpenResult[], workedMs: number) => void;
  /** The worker died by itself; `unanswered` is what it had, oldest first. */
  readonly onDeath: (unanswered: Batch[], exitCode: number) => void;
  readonly log: Log;
}

/** The place of one worker thread: what it has to do, and a new worker when it dies. */
export class DecryptSeat {
  readonly #options: SeatOptions;
  #worker: Worker | undefined;
  #batches: Batch[] = [];
  /** When the worker turned to the first of them. */
  #begunMs = 0;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  /** Starts a worker; it knows all keys before it gets anything to open. */
  start(): void {
    const { workerFile, niceness, log } = this.#options;
    const worker = new Worker(workerFile, {
      workerData: { niceness } satisfies DecryptWorkerData,
    });
    this.#worker = worker;
    worker.on('message', (reply: DecryptReply) => this.#onReply(reply));
    worker.on('error', (error) => {
      log.error({ error: errorText(error) }, 'a decryption worker failed');
    });
    worker.on('exit', (exitCode) => {
      if (this.#worker === worker) this.#onExit(exitCode);
    });
    for (const [set, keys] of this.#options.keys()) {
      this.postKeys('setKeys', set, packKeys(keys));
    }
  }

  /** Ends the worker; what it had is not answered any more. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#batches = [];
    await worker?.terminate();
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  get isIdle(): boolean {
    return this.#worker !== undefined && this.#batches.length === 0;
  }

  /** Behind a suspect nothing is posted: its death shall take nobody else along. */
  get hasRoom(): boolean {
    const isWatching = this.#batches[0]?.some(({ isSuspect }) => isSuspect) === true;
    return this.#worker !== undefined && this.#batches.length < MAX_BATCHES && !isWatching;
  }

  get batches(): number {
    return this.#batches.length;
  }

  postKeys(type: 'setKeys' | 'addKeys', set: string, packed: PackedKeys): void {
    this.#worker?.postMessage({ type, set, packed } satisfies DecryptRequest);
  }

  removeKeys(set: string, ids: readonly string[]): void {
    this.#worker?.postMessage({ type: 'removeKeys', set, ids } satisfies DecryptRequest);
  }

  /** @param batch not empty, all of one set */
  open(batch: Batch): void {
    const set = batch[0]?.set ?? '';
    if (this.#batches.length === 0) this.#begunMs = performance.now();
    this.#batches.push(batch);
    // Copied, not transferred: they have to be here still when the worker dies.
    const containers = batch.map(({ container }) => container);
    this.#worker?.postMessage({ type: 'open', set, containers } satisfies DecryptRequest);
  }

  #onReply(reply: DecryptReply): void {
    if ('warning' in reply) {
      this.#options.log.warn({ reason: reply.warning }, 'trial decryption goes the slow way');
      return;
    }
    const batch = this.#batches.shift();
    const begunMs = this.#begunMs;
    this.#begunMs = performance.now();
    if (batch) this.#options.onAnswer(batch, reply.results, this.#begunMs - begunMs);
  }

  #onExit(exitCode: number): void {
    this.#worker = undefined;
    const unanswered = this.#batches;
    this.#batches = [];
    this.#options.onDeath(unanswered, exitCode);
  }
}
