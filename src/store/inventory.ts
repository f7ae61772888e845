/** The inventory as the rest of Petrel sees it: index in memory here, objects in the worker. */
import { Emitter } from '../util/emitter.js';
import { HashIndex, NOT_STORED } from './hash-index.js';
import { BatchPacker, HASH_LENGTH } from './inventory-batch.js';
import type { FeedEntry, InventoryEntry, InventoryRepository } from './repositories.js';
import type { StoreClient } from './store-client.js';
import type { Remote } from './protocol.js';

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

/** Rows removed in one transaction. */
const REMOVE_SLICE_ROWS = 500;

/** Hashes read at a time when the index is loaded. */
const INDEX_PAGE_ROWS = 20_000;

/** The part of the client that is needed here; tests put a failing one in its place. */
export interface InventoryBackend {
  readonly table: Remote<'inventory'>;
  /** Resolves with the seq of the first row; the others follow without a gap. */
  addBatch: (packer: BatchPacker) => Promise<number>;
}

export function inventoryBackend(client: StoreClient): InventoryBackend {
  return {
    table: client.remote('inventory'),
    addBatch: async (packer) => {
      const batch = packer.finish();
      const buffers = [batch.fields.buffer, batch.bytes.buffer];
      return (await client.call('inventory', 'addBatch', [batch], buffers)) as number;
    },
  };
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
 * Adds are gathered while the worker is busy with earlier ones, and sent at the end of the current
 * turn of the event loop when it is not: batches are as large as the load asks for, and no timer
 * delays a single object.
 */
export class Inventory implements InventoryRepository {
  readonly #backend: InventoryBackend;
  readonly #index: HashIndex;
  readonly #events = new Emitter<{ added: undefined }>();
  /** Not yet sent; only the last one may have room. */
  #waiting: Batch[] = [];
  readonly #inWorker = new Set<Batch>();
  #scheduled = false;

  constructor(backend: InventoryBackend, index: HashIndex) {
    this.#backend = backend;
    this.#index = index;
  }

  /**
   * Loads the index of what is stored. A hash that is there twice (its transaction was reported as
   * failed and was not) is there once afterwards.
   */
  static async open(backend: InventoryBackend): Promise<Inventory> {
    const index = new HashIndex();
    const duplicates: number[] = [];
    let last = 0;
    for (;;) {
      const { seqs, hashes, expiresS, streams } = await backend.table.readIndex(
        last,
        INDEX_PAGE_ROWS,
      );
      seqs.forEach((seq, row) => {
        const hash = hashes.subarray(row * HASH_LENGTH, (row + 1) * HASH_LENGTH);
        const isNew = index.add(hash, expiresS[row] as number, streams[row] as number, seq);
        if (!isNew) duplicates.push(seq);
      });
      if (seqs.length === 0) break;
      last = seqs.at(-1) as number;
    }
    if (duplicates.length > 0) await backend.table.removeBatch(duplicates);
    return new Inventory(backend, index);
  }

  get size(): number {
    return this.#index.size;
  }

  has(hash: Uint8Array): boolean {
    return this.#index.has(hash);
  }

  list(stream: number, nowS: number): Uint8Array[] {
    return this.#index.select((expiresS, inStream) => inStream === stream && expiresS > nowS);
  }

  /**
   * The entry is copied before the call returns. When it cannot be stored, the promise rejects and
   * the hash is unknown again. A duplicate of one that is still on its way is a duplicate, too.
   * @throws RangeError for a hash that has not 32 bytes and numbers that are no whole numbers.
   */
  add(entry: InventoryEntry): Promise<boolean> {
    checkEntry(entry);
    const { hash, expiresS, stream } = entry;
    if (!this.#index.add(hash, expiresS, stream, NOT_STORED)) return Promise.resolve(false);
    let batch = this.#waiting.at(-1);
    if (!batch || batch.isFull) {
      batch = new Batch();
      this.#waiting.push(batch);
    }
    batch.packer.push(entry);
    this.#schedule();
    return batch.stored;
  }

  async get(hash: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#index.seqOf(hash) === NOT_STORED) await this.#settled(hash);
    const seq = this.#index.seqOf(hash);
    return seq === undefined ? undefined : this.#backend.table.get(seq);
  }

  async findByTag(type: number, tag: Uint8Array): Promise<Uint8Array[]> {
    if (tag.length === 0) return [];
    this.#sendAll();
    return this.#backend.table.findByTag(type, tag);
  }

  readFeed(afterSeq: number, limit: number): Promise<FeedEntry[]> {
    return this.#backend.table.readFeed(afterSeq, limit);
  }

  ensureSeqAbove(seq: number): Promise<void> {
    this.#sendAll();
    return this.#backend.table.ensureSeqAbove(seq);
  }

  onAdded(handler: () => void): () => void {
    return this.#events.on('added', () => handler());
  }

  async removeExpired(expiredBeforeS: number): Promise<number> {
    await this.flush();
    const expired = this.#index.select((expiresS) => expiresS < expiredBeforeS);
    for (let at = 0; at < expired.length; at += REMOVE_SLICE_ROWS) {
      const slice = expired.slice(at, at + REMOVE_SLICE_ROWS);
      await this.#backend.table.removeBatch(slice.map((hash) => this.#index.seqOf(hash) ?? 0));
      for (const hash of slice) this.#index.delete(hash);
    }
    return expired.length;
  }

  /** Resolves when everything added before is stored, or has failed. */
  async flush(): Promise<void> {
    this.#sendAll();
    await Promise.allSettled([...this.#inWorker].map((batch) => batch.stored));
  }

  /** Resolves when that hash is stored, or is not to be. */
  async #settled(hash: Uint8Array): Promise<void> {
    const batches = [...this.#inWorker, ...this.#waiting];
    const batch = batches.find(({ packer }) => packer.has(hash));
    this.#sendAll();
    await batch?.stored.catch(() => false); // Told to who added it.
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

  /** Puts all adds made so far before whatever is asked next. */
  #sendAll(): void {
    const batches = this.#waiting;
    this.#waiting = [];
    for (const batch of batches) void this.#send(batch);
  }

  async #send(batch: Batch): Promise<void> {
    this.#inWorker.add(batch);
    try {
      const first = await this.#backend.addBatch(batch.packer);
      batch.packer.hashes().forEach((hash, row) => this.#index.setSeq(hash, first + row));
      batch.settle(undefined);
      this.#events.emit('added', undefined);
    } catch (error) {
      for (const hash of batch.packer.hashes()) this.#index.delete(hash);
      batch.settle(error as Error);
    } finally {
      this.#inWorker.delete(batch);
      this.#sendSome();
    }
  }
}

function checkEntry({ hash, type, version, stream, expiresS }: InventoryEntry): void {
  if (hash.length !== HASH_LENGTH) throw new RangeError('an inventory hash has 32 bytes');
  for (const value of [type, version, stream, expiresS]) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  }
}
