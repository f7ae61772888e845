/** The inventory as the rest of Petrel sees it: index in memory here, objects in the worker. */
import { Emitter } from '../util/emitter.js';
import { AddQueue } from './add-queue.js';
import { kindOfType, OBJECT_KINDS, type ObjectKind } from './object-kinds.js';
import { FIRST_BYTES, HashIndex, NOT_STORED, type EntryTest } from './hash-index.js';
import { HASH_LENGTH, type BatchPacker } from './inventory-batch.js';
import type { InventoryRepository } from './inventory-repository.js';
import type { FeedEntry, InventoryEntry } from './repositories.js';
import type { StoreClient } from './store-client.js';
import type { Remote } from './protocol.js';

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

export class Inventory implements InventoryRepository {
  readonly #table: Remote<'inventory'>;
  readonly #index: HashIndex;
  readonly #adding: AddQueue;
  readonly #events = new Emitter<{ added: undefined }>();
  #lastSeq: number;

  /** @param lastSeq of what the index holds */
  constructor({ table, addBatch }: InventoryBackend, index: HashIndex, lastSeq = 0) {
    this.#table = table;
    this.#index = index;
    this.#lastSeq = lastSeq;
    this.#adding = new AddQueue({
      store: addBatch,
      onStored: (hashes, firstSeq) => {
        hashes.forEach((hash, row) => this.#index.setSeq(hash, firstSeq + row));
        this.#lastSeq = Math.max(this.#lastSeq, firstSeq + hashes.length - 1);
        this.#events.emit('added', undefined);
      },
      onFailed: (hashes) => {
        for (const hash of hashes) this.#index.delete(hash);
      },
    });
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
      const { seqs, hashes, expiresS, streams, types } = await backend.table.readIndex(
        last,
        INDEX_PAGE_ROWS,
      );
      seqs.forEach((seq, row) => {
        const hash = hashes.subarray(row * HASH_LENGTH, (row + 1) * HASH_LENGTH);
        const [endS, stream] = [expiresS[row] as number, streams[row] as number];
        const isNew = index.add(hash, endS, stream, seq, kindOfType(types[row] as number));
        if (!isNew) duplicates.push(seq);
      });
      if (seqs.length === 0) break;
      last = seqs.at(-1) as number;
    }
    if (duplicates.length > 0) await backend.table.removeBatch(duplicates);
    return new Inventory(backend, index, last);
  }

  get size(): number {
    return this.#index.size;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  countByKind(): Record<ObjectKind, number> {
    const { counts } = this.#index;
    const entries = OBJECT_KINDS.map((kind, position) => [kind, counts[position] ?? 0] as const);
    return Object.fromEntries(entries) as Record<ObjectKind, number>;
  }

  has(hash: Uint8Array): boolean {
    return this.#index.has(hash);
  }

  list(stream: number, nowS: number, firstByte?: number): Uint8Array[] {
    const isListed: EntryTest = (expiresS, inStream) => inStream === stream && expiresS > nowS;
    return this.#index.select(isListed, firstByte);
  }

  /**
   * The entry is copied before the call returns. When it cannot be stored, the promise rejects and
   * the hash is unknown again. A duplicate of one that is still on its way is a duplicate, too.
   * @throws RangeError for a hash that has not 32 bytes and numbers that are no whole numbers.
   */
  add(entry: InventoryEntry): Promise<boolean> {
    checkEntry(entry);
    const { hash, type, expiresS, stream } = entry;
    const kind = kindOfType(type);
    if (!this.#index.add(hash, expiresS, stream, NOT_STORED, kind)) return Promise.resolve(false);
    return this.#adding.push(entry);
  }

  async get(hash: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#index.seqOf(hash) === NOT_STORED) await this.#adding.settled(hash);
    const seq = this.#index.seqOf(hash);
    return seq === undefined ? undefined : this.#table.get(seq);
  }

  async getMany(
    hashes: readonly Uint8Array[],
    maxBytes: number,
  ): Promise<(Uint8Array | undefined)[]> {
    for (const hash of hashes) {
      if (this.#index.seqOf(hash) === NOT_STORED) await this.#adding.settled(hash);
    }
    const seqs = Float64Array.from(hashes, (hash) => this.#index.seqOf(hash) ?? NOT_STORED);
    const objects = await this.#table.getMany(seqs, maxBytes);
    return objects.map((object) => (object.length > 0 ? object : undefined));
  }

  async findByTag(type: number, tag: Uint8Array): Promise<Uint8Array[]> {
    if (tag.length === 0) return [];
    this.#adding.sendAll();
    return this.#table.findByTag(type, tag);
  }

  readFeed(afterSeq: number, limit: number): Promise<FeedEntry[]> {
    return this.#table.readFeed(afterSeq, limit);
  }

  readFeedOf(
    types: readonly number[],
    afterSeq: number,
    untilSeq: number,
    limit: number,
  ): Promise<FeedEntry[]> {
    return this.#table.readFeedOf(types, afterSeq, untilSeq, limit);
  }

  readEntries(seqs: readonly number[]): Promise<FeedEntry[]> {
    return this.#table.readEntries(seqs);
  }

  ensureSeqAbove(seq: number): Promise<void> {
    this.#adding.sendAll();
    return this.#table.ensureSeqAbove(seq);
  }

  onAdded(handler: () => void): () => void {
    return this.#events.on('added', () => handler());
  }

  async removeExpired(expiredBeforeS: number): Promise<number> {
    await this.flush();
    const isExpired: EntryTest = (expiresS, _stream, seq) =>
      expiresS < expiredBeforeS && seq !== NOT_STORED;
    let removed = 0;
    let slice: Uint8Array[] = [];
    for (let firstByte = 0; firstByte < FIRST_BYTES; firstByte++) {
      for (const hash of this.#index.select(isExpired, firstByte)) {
        if (slice.push(hash) < REMOVE_SLICE_ROWS) continue;
        removed += await this.#remove(slice);
        slice = [];
      }
    }
    return removed + (slice.length > 0 ? await this.#remove(slice) : 0);
  }

  async #remove(hashes: readonly Uint8Array[]): Promise<number> {
    await this.#table.removeBatch(hashes.map((hash) => this.#index.seqOf(hash) ?? NOT_STORED));
    for (const hash of hashes) this.#index.delete(hash);
    return hashes.length;
  }

  /** Resolves when everything added before is stored, or has failed. */
  flush(): Promise<void> {
    return this.#adding.flush();
  }
}

function checkEntry({ hash, type, version, stream, expiresS }: InventoryEntry): void {
  if (hash.length !== HASH_LENGTH) throw new RangeError('an inventory hash has 32 bytes');
  for (const value of [type, version, stream, expiresS]) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  }
}
