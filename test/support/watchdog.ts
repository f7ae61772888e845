import { Worker } from 'node:worker_threads';

/** Runs beside the blocked main thread. Only a signal to the whole process ends an endless loop. */
const SOURCE = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  setTimeout(() => {
    const text = Buffer.from(workerData.note).toString().replace(/\\0+$/, '');
    writeSync(2, 'does not end: ' + text + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, workerData.limitMs);
`;

/** Bytes of a note. */
const NOTE_BYTES = 200;

/**
 * Ends the whole process when synchronous code never returns, where no timeout of the test runner
 * gets a turn. Not a measurement: the limit is far above what the code takes.
 */
export class Watchdog {
  readonly #note = new Uint8Array(new SharedArrayBuffer(NOTE_BYTES));
  readonly #worker: Worker;

  constructor(limitMs: number) {
    this.#worker = new Worker(SOURCE, { eval: true, workerData: { note: this.#note, limitMs } });
    this.#worker.unref();
  }

  /** What is told when the limit is reached. */
  note(text: string): void {
    this.#note.fill(0);
    new TextEncoder().encodeInto(text, this.#note);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
