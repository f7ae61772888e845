/** Runs one job per key at a time, a limited number at once, in the order in which they were asked. */
import { bytesKey } from '../../util/bytes.js';

export interface JobPoolOptions {
  readonly maxAtOnce: number;
  /** Must not reject: failures are its own business. */
  readonly run: (key: Uint8Array, signal: AbortSignal) => Promise<void>;
}

interface Job {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Asked for again while running: the state it read may be out of date. */
  again: boolean;
}

export class JobPool {
  readonly #options: JobPoolOptions;
  readonly #queue = new Map<string, Uint8Array>();
  readonly #jobs = new Map<string, Job>();
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
    const jobs = [...this.#jobs.values()];
    for (const job of jobs) job.abort.abort(reason);
    await Promise.all(jobs.map((job) => job.done));
  }

  /** Runs the job of that key, once more when it is running now. */
  add(key: Uint8Array): void {
    const name = bytesKey(key);
    const running = this.#jobs.get(name);
    if (running) running.again = true;
    else this.#queue.set(name, key);
    this.#next();
  }

  /** Aborts the job of that key if it is running. */
  abort(key: Uint8Array, reason: Error): void {
    const name = bytesKey(key);
    this.#queue.delete(name);
    this.#jobs.get(name)?.abort.abort(reason);
  }

  /** Jobs running and waiting. */
  get size(): number {
    return this.#jobs.size + this.#queue.size;
  }

  #next(): void {
    for (const [name, key] of this.#queue) {
      if (!this.#open || this.#jobs.size >= this.#options.maxAtOnce) return;
      this.#queue.delete(name);
      this.#begin(name, key);
    }
  }

  #begin(name: string, key: Uint8Array): void {
    const abort = new AbortController();
    const done = this.#options.run(key, abort.signal).finally(() => {
      this.#jobs.delete(name);
      if (job.again && this.#open) this.#queue.set(name, key);
      this.#next();
    });
    const job: Job = { abort, done, again: false };
    this.#jobs.set(name, job);
  }
}
