import type { ObjectKind } from './object-kinds.js';
import type { FeedEntry, InventoryEntry } from './repositories.js';

/**
 * The objects this node holds. An index of hashes is kept in memory, so `has` and `list` answer at
 * once; the objects themselves are in network.db. `add` makes the hash visible at once, copies the
 * entry before it returns, and resolves when the object is stored (in batches). When that fails (disk
 * full) it rejects and the hash is unknown again. Who adds many waits for the answers now and then:
 * what waits to be stored is in memory.
 */
export interface InventoryRepository {
  readonly size: number;
  /** The highest seq that was stored; 0 before any. */
  readonly lastSeq: number;
  /** Objects of each kind; from memory. */
  countByKind(): Record<ObjectKind, number>;
  has(hash: Uint8Array): boolean;
  /**
   * Unexpired hashes of that stream in no particular order; views of common buffers.
   * @param firstByte only those that begin with it: a million at once are 100 MB
   */
  list(stream: number, nowS: number, firstByte?: number): Uint8Array[];
  /** False when it was there already, or on its way. */
  add(entry: InventoryEntry): Promise<boolean>;
  get(hash: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * The objects of the first of these hashes, in their order, as many as have `maxBytes` together, and
   * at least one; undefined for one that is not there.
   */
  getMany(hashes: readonly Uint8Array[], maxBytes: number): Promise<(Uint8Array | undefined)[]>;
  /** Objects of that type whose tag is equal, oldest first; also those added just before. */
  findByTag(type: number, tag: Uint8Array): Promise<Uint8Array[]>;
  /** Up to `limit` stored entries with seq > `afterSeq`, in order: the feed. */
  readFeed(afterSeq: number, limit: number): Promise<FeedEntry[]>;
  /**
   * Entries of these types with `afterSeq` < seq <= `untilSeq`, in order, up to `limit`. Looks at every
   * row in between: callers keep the range small.
   */
  readFeedOf(
    types: readonly number[],
    afterSeq: number,
    untilSeq: number,
    limit: number,
  ): Promise<FeedEntry[]>;
  /** The entries with these seqs that are there (still), in order of seq. */
  readEntries(seqs: readonly number[]): Promise<FeedEntry[]>;
  /** Later entries get a seq above this (after network.db was lost or rolled back). */
  ensureSeqAbove(seq: number): Promise<void>;
  /** Calls back after entries became readable in the feed; the returned function ends it. */
  onAdded(handler: () => void): () => void;
  /** Removes what expired before `expiredBeforeS`, in slices; returns how many. */
  removeExpired(expiredBeforeS: number): Promise<number>;
}
