import { fromHex, NO_BYTES } from '../../util/bytes.js';
import type { Connection, Statement } from '../connection.js';
import { unpackBatch, type PackedBatch } from '../inventory-batch.js';
import type { FeedEntry } from '../repositories.js';

/** seq is null for the next free number. */
const ADD = `
  INSERT INTO inventory (seq, hash, type, version, stream, expires_s, tag)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

const FIND_BY_TAG = `
  SELECT bytes FROM inventory JOIN object USING (seq)
  WHERE tag = ? AND type = ? ORDER BY inventory.seq`;

const READ_FEED = `
  SELECT inventory.seq, hash, bytes FROM inventory JOIN object USING (seq)
  WHERE inventory.seq > ? ORDER BY inventory.seq LIMIT ?`;

/** The types come as a JSON array: how many there are is open. */
const READ_FEED_OF = `
  SELECT inventory.seq, hash, bytes FROM inventory JOIN object USING (seq)
  WHERE inventory.seq > ? AND inventory.seq <= ? AND type IN (SELECT value FROM json_each(?))
  ORDER BY inventory.seq LIMIT ?`;

const READ_ENTRIES = `
  SELECT inventory.seq, hash, bytes FROM inventory JOIN object USING (seq)
  WHERE inventory.seq IN (SELECT value FROM json_each(?)) ORDER BY inventory.seq`;

/**
 * A page of the index of hashes as five texts, which are a tenth of the work of as many rows. All
 * five see the rows in one order.
 */
const READ_INDEX = `
  SELECT
    json_group_array(seq) AS seqs,
    group_concat(hex(hash), '') AS hashes,
    json_group_array(expires_s) AS expires,
    json_group_array(stream) AS streams,
    json_group_array(type) AS types
  FROM (
    SELECT seq, hash, type, expires_s, stream FROM inventory WHERE seq > ? ORDER BY seq LIMIT ?
  )`;

interface FeedRow {
  seq: number;
  hash: Uint8Array;
  bytes: Uint8Array;
}

interface IndexRow {
  seqs: string;
  /** Null when there are no rows. */
  hashes: string | null;
  expires: string;
  streams: string;
  types: string;
}

/** A part of the index of hashes in order of seq; empty after the last one. */
export interface IndexPage {
  readonly seqs: Float64Array;
  /** 32 bytes each. */
  readonly hashes: Uint8Array;
  readonly expiresS: Float64Array;
  readonly streams: Float64Array;
  readonly types: Float64Array;
}

/** The worker's half of the inventory; the other half is src/store/inventory.ts. */
export class InventoryTable {
  readonly #connection: Connection;
  readonly #add: Statement;
  readonly #addObject: Statement;
  readonly #get: Statement<{ bytes: Uint8Array }>;
  readonly #findByTag: Statement<{ bytes: Uint8Array }>;
  readonly #readFeed: Statement<FeedRow>;
  readonly #readFeedOf: Statement<FeedRow>;
  readonly #readEntries: Statement<FeedRow>;
  readonly #remove: readonly Statement[];
  readonly #readIndex: Statement<IndexRow>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(ADD);
    this.#addObject = connection.prepare('INSERT INTO object (seq, bytes) VALUES (?, ?)');
    this.#get = connection.prepare('SELECT bytes FROM object WHERE seq = ?');
    this.#findByTag = connection.prepare(FIND_BY_TAG);
    this.#readFeed = connection.prepare(READ_FEED);
    this.#readFeedOf = connection.prepare(READ_FEED_OF);
    this.#readEntries = connection.prepare(READ_ENTRIES);
    this.#remove = ['inventory', 'object'].map((table) =>
      connection.prepare(`DELETE FROM ${table} WHERE seq = ?`),
    );
    this.#readIndex = connection.prepare(READ_INDEX);
  }

  /**
   * One transaction. The caller knows that no hash is there already.
   * @returns seq of the first row; the others follow without a gap.
   */
  addBatch(batch: PackedBatch): number {
    return this.#connection.transaction(() => {
      let first: number | undefined;
      let row = 0;
      unpackBatch(batch, ({ hash, type, version, stream, expiresS, tag, object }) => {
        const wanted = first === undefined ? null : first + row;
        const tagOrNull = tag.length > 0 ? tag : null;
        const seq = this.#add.insert(wanted, hash, type, version, stream, expiresS, tagOrNull);
        first ??= seq;
        this.#addObject.run(first + row++, object);
      });
      return first ?? 0;
    });
  }

  get(seq: number): Uint8Array | undefined {
    return this.#get.get(seq)?.bytes;
  }

  /**
   * The objects with the first of these numbers, until they have `maxBytes` together; an empty array
   * for a number that does not exist.
   */
  getMany(seqs: Float64Array, maxBytes: number): Uint8Array[] {
    const objects: Uint8Array[] = [];
    let bytes = 0;
    for (const seq of seqs) {
      const object = this.get(seq) ?? NO_BYTES;
      objects.push(object);
      bytes += object.length;
      if (bytes >= maxBytes) break;
    }
    return objects;
  }

  findByTag(type: number, tag: Uint8Array): Uint8Array[] {
    return this.#findByTag.all(tag, type).map((row) => row.bytes);
  }

  readFeed(afterSeq: number, limit: number): FeedEntry[] {
    return this.#readFeed.all(afterSeq, limit).map(feedEntry);
  }

  readFeedOf(
    types: readonly number[],
    afterSeq: number,
    untilSeq: number,
    limit: number,
  ): FeedEntry[] {
    return this.#readFeedOf.all(afterSeq, untilSeq, JSON.stringify(types), limit).map(feedEntry);
  }

  readEntries(seqs: readonly number[]): FeedEntry[] {
    return this.#readEntries.all(JSON.stringify(seqs)).map(feedEntry);
  }

  /** SQLite keeps the largest seq ever given in `sqlite_sequence`, an ordinary table. */
  ensureSeqAbove(seq: number): void {
    this.#connection.transaction(() => {
      const raised = this.#connection
        .prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'inventory'")
        .run(seq);
      if (raised > 0) return;
      this.#connection
        .prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('inventory', ?)")
        .run(seq);
    });
  }

  /** Writes a page and changes nothing: whether the disk takes anything. */
  probe(): void {
    this.ensureSeqAbove(0);
  }

  /** Removes the rows with these numbers in one transaction. */
  removeBatch(seqs: readonly number[]): void {
    this.#connection.transaction(() => {
      for (const seq of seqs) {
        for (const statement of this.#remove) statement.run(seq);
      }
    });
  }

  /** The next `limit` rows of the index after this seq. */
  readIndex(afterSeq: number, limit: number): IndexPage {
    const row = this.#readIndex.get(afterSeq, limit);
    return {
      seqs: numbers(row?.seqs),
      hashes: fromHex(row?.hashes ?? ''),
      expiresS: numbers(row?.expires),
      streams: numbers(row?.streams),
      types: numbers(row?.types),
    };
  }
}

function numbers(json = '[]'): Float64Array {
  return Float64Array.from(JSON.parse(json) as number[]);
}

function feedEntry({ seq, hash, bytes }: FeedRow): FeedEntry {
  return { seq, hash, object: bytes };
}
