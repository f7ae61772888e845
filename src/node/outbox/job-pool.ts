/**
 * Runs one job per key at a time, a limited number at once. Owners take turns, so that bulk mail of
 * one identity does not keep the others' waiting; each owner's go in the order in which they were
 * asked for. What waits is only a key: ten thousand queued messages are a few megabytes.
 */
import { bytesKey } from '../../util/bytes.js';
import { FairQueue } from '../../util/fair-queue.js';

export interface JobPoolOptions {
  readonly maxAtOnce: number;
  /** Of one owner: the others' have places even when these take for ever. */
  readonly maxPerOwner: number;
  /** Must not reject: failures are its own business. */
  readonly run: (key: Uint8Array, signal: AbortSignal) => Promise<void>;
}

interface Job {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Asked for again while running: the state it read may be out of date. */
  again: boolean;
}

interface Waiting {
  readonly key: Uint8Array;
  readonly owner: string;
}

export class JobPool {
  readonly #options: JobPoolOptions;
  readonly #queue = new FairQueue<string>();
  /** By name, of those that wait. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #jobs = new Map<string, Job>();
  /** Jobs that run, by owner. */
  readonly #running = new Map<string, number>();
  #open = false;

  constructor(options: JobPoolOptions) {
    this.#options = options;
  }

  start(): void {
    this.#open = true;
    this.#next();
  }

  /** Aborts what runs, forgets what waits; resolves when nothing runs any more. */
  async stop(reason: Error): Promise<void> {
    this.#open = false;
    this.#queue.clear();
    this.#waiting.clear();
    const jobs = [...this.#jobs.values()];
    for (const job of jobs) job.abort.abort(reason);
    await Promise.all(jobs.map((job) => job.done));
  }

  /** Runs the job of that key, once more when it is running now. */
  add(key: Uint8Array, owner: string): void {
    const name = bytesKey(key);
    const running = this.#jobs.get(name);
    if (running) running.again = true;
    else this.#enqueue(name, { key, owner });
    this.#next();
  }

  /** Aborts the job of that key if it is running. */
  abort(key: Uint8Array, reason: Error): void {
    const name = bytesKey(key);
    this.#queue.delete(name);
    this.#waiting.delete(name);
    this.#jobs.get(name)?.abort.abort(reason);
  }

  /** Jobs running and waiting. */
  get size(): number {
    return this.#jobs.size + this.#queue.size;
  }

  #enqueue(name: string, waiting: Waiting): void {
    this.#queue.add(waiting.owner, name);
    this.#waiting.set(name, waiting);
  }

  #next(): void {
    while (this.#open && this.#jobs.size < this.#options.maxAtOnce) {
      const name = this.#firstWithPlace();
      const waiting = name === undefined ? undefined : this.#waiting.get(name);
      if (name === undefined || !waiting) return;
      this.#queue.take(name);
      this.#waiting.delete(name);
      this.#begin(name, waiting);
    }
  }

  #firstWithPlace(): string | undefined {
    for (const name of this.#queue.firsts()) {
      const owner = this.#waiting.get(name)?.owner ?? '';
      if ((this.#running.get(owner) ?? 0) < this.#options.maxPerOwner) return name;
    }
    return undefined;
  }

  #count(owner: string, by: 1 | -1): void {
    const running = (this.#running.get(owner) ?? 0) + by;
    if (running > 0) this.#running.set(owner, running);
    else this.#running.delete(owner);
  }

  #begin(name: string, { key, owner }: Waiting): void {
    const abort = new AbortController();
    this.#count(owner, 1);
    const done = this.#options.run(key, abort.signal).finally(() => {
      this.#jobs.delete(name);
      this.#count(owner, -1);
      if (job.again && this.#open) this.#enqueue(name, { key, owner });
      this.#next();
    });
    const job: Job = { abort, done, again: false };
    this.#jobs.set(name, job);
  }
}
