/** Objects on their way from the main thread into network.db: gathered into batches, in order. */
import { BatchPacker } from './inventory-batch.js';
import type { InventoryEntry } from './repositories.js';

/** Rows in one transaction: larger ones keep other requests waiting and are hardly quicker. */
const MAX_BATCH_ROWS = 200;

/** A batch of large objects ends here, bytes. */
const MAX_BATCH_BYTES = 1024 * 1024;

const INITIAL_BATCH_BYTES = 16 * 1024;

/**
 * Batches that the worker is given at a time: one to work on and one to go on with. The others wait
 * here, so that a request for mail has two batches before it and not a whole synchronisation.
 */
const MAX_BATCHES_IN_WORKER = 2;

export interface AddQueueOptions {
  /** Stores a batch; resolves with the seq of its first row, the others follow without a gap. */
  readonly store: (packer: BatchPacker) => Promise<number>;
  /** Called before the promises of {@link AddQueue.push} settle. */
  readonly onStored: (hashes: Uint8Array[], firstSeq: number) => void;
  readonly onFailed: (hashes: Uint8Array[]) => void;
}

class Batch {
  readonly packer = new BatchPacker(MAX_BATCH_ROWS, INITIAL_BATCH_BYTES);
  readonly stored: Promise<true>;
  /** Ends the promise: rejects it with the error, or resolves it. */
  settle: (error: Error | undefined) => void = () => undefined;

  constructor() {
    this.stored = new Promise((resolve, reject) => {
      this.settle = (error) => {
        if (error) reject(error);
        else resolve(true);
      };
    });
  }

  get isFull(): boolean {
    return this.packer.isFull || this.packer.byteLength >= MAX_BATCH_BYTES;
  }
}

/**
 * Entries are gathered while the worker is busy with earlier ones, and sent at the end of the current
 * turn of the event loop when it is not: batches are as large as the load asks for, and no timer
 * delays a single object.
 */
export class AddQueue {
  readonly #options: AddQueueOptions;
  /** Not yet sent; only the last one may have room. */
  #waiting: Batch[] = [];
  readonly #inWorker = new Set<Batch>();
  #scheduled = false;

  constructor(options: AddQueueOptions) {
    this.#options = options;
  }

  /** Copies the entry; the promise settles when it is stored, or cannot be. */
  push(entry: InventoryEntry): Promise<true> {
    let batch = this.#waiting.at(-1);
    if (!batch || batch.isFull) {
      batch = new Batch();
      this.#waiting.push(batch);
    }
    batch.packer.push(entry);
    this.#schedule();
    return batch.stored;
  }

  /** Sends all entries pushed so far, so that what is asked of the worker next comes after them. */
  sendAll(): void {
    const batches = this.#waiting;
    this.#waiting = [];
    for (const batch of batches) void this.#send(batch);
  }

  /** Resolves when everything pushed before is stored, or has failed. */
  async flush(): Promise<void> {
    this.sendAll();
    await Promise.allSettled([...this.#inWorker].map((batch) => batch.stored));
  }

  /** Resolves when the entry with that hash is stored, or has failed; at once when it is not here. */
  async settled(hash: Uint8Array): Promise<void> {
    const batches = [...this.#inWorker, ...this.#waiting];
    const batch = batches.find(({ packer }) => packer.has(hash));
    this.sendAll();
    await batch?.stored.catch(() => false); // Told to who pushed it.
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#sendSome();
    });
  }

  #sendSome(): void {
    while (this.#inWorker.size < MAX_BATCHES_IN_WORKER) {
      const batch = this.#waiting.shift();
      if (!batch) return;
      void this.#send(batch);
    }
  }

  async #send(batch: Batch): Promise<void> {
    this.#inWorker.add(batch);
    try {
      const firstSeq = await this.#options.store(batch.packer);
      this.#options.onStored(batch.packer.hashes(), firstSeq);
      batch.settle(undefined);
    } catch (error) {
      this.#options.onFailed(batch.packer.hashes());
      batch.settle(error as Error);
    } finally {
      this.#inWorker.delete(batch);
      this.#sendSome();
    }
  }
}
