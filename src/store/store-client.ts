/** The main thread's end of the store worker: sends requests, hands out answers. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../util/errors.js';
import {
  OPEN_ID,
  OPERATIONS,
  type CloseRequest,
  type Failure,
  type OpenResult,
  type Remote,
  type Request,
  type Response,
  type TableName,
  type WorkerOptions,
} from './protocol.js';
import { StorageError } from './storage-error.js';
import { StoreTimes, storeRequest, type StoreRequest } from './store-times.js';
import { unpackRows, withoutPartialViews } from './transfer.js';

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly kind: StoreRequest;
  readonly sentMs: number;
}

export class StoreClient {
  readonly #worker: Worker;
  readonly #onFailure: (error: Error) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #lastId = OPEN_ID;
  /** Why no request is taken any more. */
  #refusal: Error | undefined;
  #closing: Promise<void> | undefined;
  readonly times = new StoreTimes();
  /** Settles when the worker has opened both files. */
  readonly opened: Promise<OpenResult>;
  /** Told of each request that the disk refused, before its promise rejects. */
  onTrouble: (error: StorageError) => void = () => undefined;

  /**
   * @param onFailure told once when the worker dies or a file turns out to be damaged after it was
   *   opened: the store is of no use any more and the node has to stop.
   * @param workerUrl another program in place of the worker; for tests.
   */
  constructor(
    options: WorkerOptions,
    onFailure: (error: Error) => void,
    workerUrl = new URL('./store-worker.js', import.meta.url),
  ) {
    let reported = false;
    this.#onFailure = (error) => {
      if (!reported) onFailure(error);
      reported = true;
    };
    this.opened = new Promise((resolve, reject) => {
      const sentMs = performance.now();
      this.#pending.set(OPEN_ID, { resolve, reject, kind: 'other', sentMs });
    });
    this.#worker = new Worker(workerUrl, { workerData: options });
    this.#worker.on('message', (response: Response) => this.#onResponse(response));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#fail(undefined);
        resolve();
      });
    });
  }

  /**
   * Has the worker carry out an operation.
   * @param transfer buffers inside the parameters that the caller gives away.
   * @throws UserError (by rejecting) for what a user can put right: full disk, damaged file.
   */
  call(
    table: TableName,
    operation: string,
    parameters: readonly unknown[],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<unknown> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    const request = { table, operation, parameters: parameters.map(withoutPartialViews) };
    return this.#send(request, transfer, storeRequest(table, operation));
  }

  /** Requests without an answer yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** A table's operations as methods. */
  remote<Name extends TableName>(table: Name): Remote<Name> {
    const operations: readonly string[] = OPERATIONS[table];
    const methods = operations.map((operation) => [
      operation,
      (...parameters: unknown[]) => this.call(table, operation, parameters),
    ]);
    return Object.fromEntries(methods) as Remote<Name>;
  }

  /** Finishes what was asked for before, closes both files, ends the worker. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const alive = this.#refusal === undefined;
    this.#refusal ??= new Error('the store is closed');
    try {
      if (alive) await this.#send({ close: true }, [], 'other');
    } finally {
      await this.#ended;
    }
  }

  #send(
    message: Omit<Request, 'id'> | Omit<CloseRequest, 'id'>,
    transfer: readonly ArrayBuffer[],
    kind: StoreRequest,
  ): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, ...message }, [...transfer]);
      this.#pending.set(id, { resolve, reject, kind, sentMs: performance.now() });
    });
  }

  #onResponse(response: Response): void {
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if (pending && response.tookMs !== undefined) {
      this.times.add(pending.kind, performance.now() - pending.sentMs, response.tookMs);
    }
    if ('result' in response) {
      pending?.resolve(response.result as never);
      return;
    }
    if ('packed' in response) {
      pending?.resolve(unpackRows(response.packed) as never);
      return;
    }
    const error = toError(response.failure);
    if (error instanceof StorageError && response.id !== OPEN_ID) this.onTrouble(error);
    pending?.reject(error);
    if (response.id === OPEN_ID) this.#refusal ??= error;
    else if (response.failure.damage) this.#onFailure(error);
  }

  /** The worker is gone, or about to: nothing that is pending will be answered. */
  #fail(cause: unknown): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    if (this.#refusal && pending.length === 0) return;
    const error = new Error('the store worker has ended unexpectedly', { cause });
    this.#refusal ??= error;
    for (const { reject } of pending) reject(error);
    this.#onFailure(error);
  }
}

function toError({ kind, message, stack, trouble }: Failure): Error {
  if (trouble) return new StorageError(trouble, message);
  if (kind === 'user') return new UserError(message);
  const error = kind === 'range' ? new RangeError(message) : new Error(message);
  if (stack !== undefined)
    error.stack = `${error.stack ?? message}\nin the store worker:\n${stack}`;
  return error;
}
