import { Worker } from 'node:worker_threads';
import { isValidPrivateKey } from '../../crypto/curve.js';
import { errorText } from '../../util/errors.js';
import type { Log } from '../../util/log.js';
import type { Service } from '../../util/service.js';
import type { DecryptReply, DecryptRequest } from './decrypt-messages.js';
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

/** A worker that dies so often without answering anything in between is given up. */
const MAX_CRASHES_IN_A_ROW = 3;

const WORKER_FILE = new URL('./decrypt-worker.js', import.meta.url);

interface Pending {
  readonly set: string;
  readonly container: Uint8Array;
  /** The present worker has it. */
  posted: boolean;
  readonly resolve: (opened: Opened[]) => void;
  readonly reject: (error: DecryptError) => void;
}

export interface WorkerDecryptOptions {
  /** Default {@link MAX_PENDING}. */
  readonly maxPending?: number;
  /** The worker's module; tests give one that crashes. */
  readonly workerFile?: URL;
}

/**
 * Trial decryption in a worker thread. A worker that dies is replaced: the container it was at is
 * tried once more and then answered with an error, all others are tried again.
 */
export class WorkerDecryptService implements DecryptService, Service {
  readonly #log: Log;
  readonly #maxPending: number;
  readonly #workerFile: URL;
  readonly #sets = new Map<string, TrialKey[]>();
  /** By request number, in the order the worker gets and answers them. */
  readonly #pending = new Map<number, Pending>();
  #lastRequest = 0;
  #worker: Worker | undefined;
  #crashesInARow = 0;

  constructor(options: WorkerDecryptOptions, { log }: { log: Log }) {
    this.#log = log;
    this.#maxPending = options.maxPending ?? MAX_PENDING;
    this.#workerFile = options.workerFile ?? WORKER_FILE;
  }

  start(): Promise<void> {
    if (!this.#worker) {
      this.#crashesInARow = 0;
      this.#startWorker();
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rejectAll(new DecryptError('stopped', 'trial decryption was stopped'));
    await worker?.terminate();
  }

  setKeys(set: string, keys: readonly TrialKey[]): void {
    const usable = this.#usable(set, keys);
    this.#sets.set(set, usable);
    if (this.#worker) postKeys(this.#worker, 'setKeys', set, usable);
  }

  addKeys(set: string, keys: readonly TrialKey[]): void {
    const usable = this.#usable(set, keys);
    const all = this.#sets.get(set) ?? [];
    for (const key of usable) all.push(key);
    this.#sets.set(set, all);
    if (this.#worker) postKeys(this.#worker, 'addKeys', set, usable);
  }

  open(set: string, container: Uint8Array): Promise<Opened[]> {
    return new Promise((resolve, reject) => {
      if (!this.#worker) {
        throw this.#crashesInARow > MAX_CRASHES_IN_A_ROW
          ? new DecryptError('broken', 'the decryption worker failed again and again')
          : new DecryptError('stopped', 'trial decryption is not running');
      }
      if (this.#pending.size >= this.#maxPending) {
        throw new DecryptError('busy', 'too many containers wait for decryption');
      }
      const request = ++this.#lastRequest;
      const copy = container.slice();
      this.#pending.set(request, { set, container: copy, posted: false, resolve, reject });
      this.#postWaiting(this.#worker);
    });
  }

  #startWorker(): void {
    const worker = new Worker(this.#workerFile);
    this.#worker = worker;
    worker.on('message', (reply: DecryptReply) => this.#onReply(reply));
    worker.on('error', (error) => {
      this.#log.error({ error: errorText(error) }, 'the decryption worker failed');
    });
    worker.on('exit', (exitCode) => {
      if (this.#worker === worker) this.#onCrash(exitCode);
    });
    for (const [set, keys] of this.#sets) postKeys(worker, 'setKeys', set, keys);
    this.#postWaiting(worker);
  }

  /** Copies of the valid ones, and no views: posting a view would post the whole buffer behind it. */
  #usable(set: string, keys: readonly TrialKey[]): TrialKey[] {
    const usable = keys.filter(({ key }) => isValidPrivateKey(key));
    if (usable.length < keys.length) {
      this.#log.warn({ set, count: keys.length - usable.length }, 'invalid private keys left out');
    }
    return usable.map(({ id, key }) => ({ id, key: key.slice() }));
  }

  /**
   * Posts what the worker does not have yet. After a crash only the oldest container, until it is
   * answered: so the next crash shows which one to blame, whatever answers got lost in the first.
   */
  #postWaiting(worker: Worker): void {
    for (const [request, pending] of this.#pending) {
      if (!pending.posted) {
        const { set, container } = pending;
        // Copied, not transferred: it has to be here still when the worker dies.
        worker.postMessage({ type: 'open', request, set, container } satisfies DecryptRequest);
        pending.posted = true;
      }
      if (this.#crashesInARow > 0) return;
    }
  }

  #onReply(reply: DecryptReply): void {
    if ('warning' in reply) {
      this.#log.warn({ reason: reply.warning }, 'trial decryption goes the slow way');
      return;
    }
    const pending = this.#pending.get(reply.request);
    if (!pending) return;
    this.#pending.delete(reply.request);
    if ('opened' in reply) pending.resolve(reply.opened);
    else pending.reject(new DecryptError('failed', reply.failure));
    if (this.#crashesInARow > 0 && this.#worker) {
      this.#crashesInARow = 0;
      this.#postWaiting(this.#worker);
    }
  }

  #onCrash(exitCode: number): void {
    this.#worker = undefined;
    this.#crashesInARow++;
    const inARow = this.#crashesInARow;
    this.#log.error({ exitCode, inARow }, 'the decryption worker died');
    if (inARow > MAX_CRASHES_IN_A_ROW) {
      this.#rejectAll(new DecryptError('broken', 'the decryption worker failed again and again'));
      return;
    }
    if (inARow > 1) this.#blameOldest();
    for (const pending of this.#pending.values()) pending.posted = false;
    this.#startWorker();
  }

  #blameOldest(): void {
    const [oldest] = this.#pending;
    if (!oldest) return;
    const [request, pending] = oldest;
    this.#pending.delete(request);
    pending.reject(new DecryptError('failed', 'the decryption worker died at this container'));
  }

  #rejectAll(error: DecryptError): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of all) reject(error);
  }
}

function postKeys(
  worker: Worker,
  type: 'setKeys' | 'addKeys',
  set: string,
  keys: readonly TrialKey[],
): void {
  worker.postMessage({ type, set, keys } satisfies DecryptRequest);
}
