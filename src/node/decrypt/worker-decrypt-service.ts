import { isValidPrivateKey } from '../../crypto/curve.js';
import type { Log } from '../../util/log.js';
import type { Service } from '../../util/service.js';
import { packKeys, type OpenResult } from './decrypt-messages.js';
import { TrialRate } from './trial-rate.js';
import { DecryptSeat, type Batch, type PendingContainer } from './decrypt-seat.js';
import {
  DecryptError,
  type DecryptService,
  type Opened,
  type TrialKey,
} from './decrypt-service.js';

/**
 * Unanswered containers held at most; at the largest object of 256 KiB that is 64 MiB. Who reads the
 * feed waits for answers and never comes near.
 */
const MAX_PENDING = 256;

/** Workers that die so often without any answer in between are given up. */
const MAX_CRASHES_IN_A_ROW = 3;

/**
 * Keys times containers that a worker gets at once: some 0.2 seconds of work. What comes next waits
 * for it, and the end of a batch is when other keys can come in.
 */
const MAX_BATCH_TRIALS = 40_000;

/** Containers that are tried for little more than the price of two: batches have multiples of it. */
const LANES = 4;

/** Containers that a worker gets at once; with more there is nothing left to gain. */
const MAX_BATCH_CONTAINERS = 16;

/** Sockets, store and interface go before trial decryption, and that before proof of work. */
const NICENESS = 5;

const WORKER_FILE = new URL('./decrypt-worker.js', import.meta.url);

export interface WorkerDecryptOptions {
  /** Threads; default 1. */
  readonly workers?: number;
  /** Default {@link MAX_PENDING}. */
  readonly maxPending?: number;
  /** The worker's module; tests give one that crashes. */
  readonly workerFile?: URL;
}

/**
 * Trial decryption in worker threads. What is asked while they are busy is handed out in batches, so
 * that containers share what can be shared. A worker that dies is replaced; the containers that it
 * had are tried again one by one, and the one at which it dies again is answered with an error.
 */
export class WorkerDecryptService implements DecryptService, Service {
  readonly #log: Log;
  readonly #maxPending: number;
  readonly #seats: readonly DecryptSeat[];
  /** Valid ones, by set and id. */
  readonly #sets = new Map<string, Map<string, TrialKey>>();
  /** Not yet with a worker, in order. */
  #waiting: PendingContainer[] = [];
  /** Those of {@link #waiting} that have to be alone; they go first. */
  #suspects: PendingContainer[] = [];
  readonly #pending = new Set<PendingContainer>();
  /** What the workers get done. */
  readonly rate: TrialRate;
  #isRunning = false;
  #isScheduled = false;
  #crashesInARow = 0;

  constructor(options: WorkerDecryptOptions, { log }: { log: Log }) {
    this.#log = log;
    this.#maxPending = options.maxPending ?? MAX_PENDING;
    this.rate = new TrialRate(options.workers ?? 1);
    const seat = (): DecryptSeat =>
      new DecryptSeat({
        workerFile: options.workerFile ?? WORKER_FILE,
        niceness: NICENESS,
        keys: () => [...this.#sets].map(([set, keys]) => [set, [...keys.values()]] as const),
        onAnswer: (batch, results, workedMs) => this.#onAnswer(batch, results, workedMs),
        onDeath: (unanswered, exitCode) => this.#onDeath(unanswered, exitCode),
        log,
      });
    this.#seats = Array.from({ length: options.workers ?? 1 }, seat);
  }

  start(): Promise<void> {
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#crashesInARow = 0;
      for (const seat of this.#seats) seat.start();
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#crashesInARow = 0;
    await this.#end(new DecryptError('stopped', 'trial decryption was stopped'));
  }

  setKeys(set: string, keys: readonly TrialKey[]): void {
    this.#sets.delete(set);
    this.#put('setKeys', set, keys);
  }

  addKeys(set: string, keys: readonly TrialKey[]): void {
    this.#put('addKeys', set, keys);
  }

  removeKeys(set: string, ids: readonly string[]): void {
    const all = this.#sets.get(set);
    for (const id of ids) all?.delete(id);
    for (const seat of this.#seats) seat.removeKeys(set, ids);
  }

  open(set: string, container: Uint8Array): Promise<Opened[]> {
    return new Promise((resolve, reject) => {
      if (!this.#isRunning) throw this.#refusal();
      if (this.#pending.size >= this.#maxPending) {
        throw new DecryptError('busy', 'too many containers wait for decryption');
      }
      const copy = container.slice();
      const pending = { set, container: copy, isSuspect: false, resolve, reject };
      this.#pending.add(pending);
      this.#waiting.push(pending);
      this.#schedule();
    });
  }

  /** Keys in the set with that name. */
  keyCount(set: string): number {
    return this.#sets.get(set)?.size ?? 0;
  }

  #refusal(): DecryptError {
    return this.#crashesInARow > MAX_CRASHES_IN_A_ROW
      ? new DecryptError('broken', 'the decryption workers failed again and again')
      : new DecryptError('stopped', 'trial decryption is not running');
  }

  #put(type: 'setKeys' | 'addKeys', set: string, keys: readonly TrialKey[]): void {
    const usable = keys.filter(({ key }) => isValidPrivateKey(key));
    if (usable.length < keys.length) {
      this.#log.warn({ set, count: keys.length - usable.length }, 'invalid private keys left out');
    }
    const all = this.#sets.get(set) ?? new Map<string, TrialKey>();
    for (const { id, key } of usable) all.set(id, { id, key });
    this.#sets.set(set, all);
    const packed = packKeys(usable);
    for (const seat of this.#seats) seat.postKeys(type, set, packed);
  }

  /** After everything that is asked for in this turn, so that the first request is no batch of one. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#handOut();
    });
  }

  #handOut(): void {
    for (const seat of this.#seats) {
      const suspect = seat.isIdle ? this.#suspects.shift() : undefined;
      if (suspect) seat.open([suspect]);
    }
    while (this.#waiting.length > 0) {
      const free = this.#seats
        .filter((seat) => seat.hasRoom)
        .sort((one, other) => one.batches - other.batches);
      // A suspect waits for its worker to be idle.
      const [seat] = this.#suspects.length > 0 ? [] : free;
      if (!seat) return;
      seat.open(this.#nextBatch(free.length));
    }
  }

  /** What is first in the queue, as far as it is of one set; leaves the others their share. */
  #nextBatch(workers: number): Batch {
    const set = this.#waiting[0]?.set ?? '';
    const keys = this.keyCount(set);
    const share = Math.min(
      Math.max(LANES, Math.floor(MAX_BATCH_TRIALS / Math.max(1, keys))),
      Math.ceil(this.#waiting.length / workers),
    );
    // Fewer than three gain nothing from the lanes: rather one for each worker.
    const lanes = share < LANES - 1 ? share : Math.ceil(share / LANES) * LANES;
    const most = Math.min(MAX_BATCH_CONTAINERS, lanes);
    const other = this.#waiting.findIndex((pending) => pending.set !== set);
    const length = Math.min(Math.max(1, most), other < 0 ? this.#waiting.length : other);
    return this.#waiting.splice(0, length);
  }

  #onAnswer(batch: Batch, results: readonly OpenResult[], workedMs: number): void {
    this.#crashesInARow = 0;
    this.rate.add(batch.length * this.keyCount(batch[0]?.set ?? ''), workedMs);
    batch.forEach((pending, i) => {
      const result = results[i] ?? { failure: 'no answer' };
      this.#pending.delete(pending);
      if ('opened' in result) pending.resolve(result.opened);
      else pending.reject(new DecryptError('failed', result.failure));
    });
    this.#schedule();
  }

  /**
   * Any of the unanswered may be to blame, also a later one: answers to the earlier ones may have got
   * lost. Only of a container that was there alone it is certain.
   */
  #onDeath(unanswered: Batch[], exitCode: number): void {
    this.#crashesInARow++;
    this.#log.error({ exitCode, inARow: this.#crashesInARow }, 'a decryption worker died');
    if (this.#crashesInARow > MAX_CRASHES_IN_A_ROW) {
      this.#isRunning = false;
      void this.#end(this.#refusal());
      return;
    }
    for (const pending of unanswered.flat()) {
      if (pending.isSuspect) {
        this.#pending.delete(pending);
        pending.reject(new DecryptError('failed', 'a decryption worker died at this container'));
      } else {
        pending.isSuspect = true;
        this.#suspects.push(pending);
      }
    }
    for (const seat of this.#seats) if (!seat.isRunning) seat.start();
    this.#schedule();
  }

  async #end(error: DecryptError): Promise<void> {
    const all = [...this.#pending];
    this.#pending.clear();
    this.#waiting = [];
    this.#suspects = [];
    for (const { reject } of all) reject(error);
    await Promise.all(this.#seats.map((seat) => seat.stop()));
  }
}
