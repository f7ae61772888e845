import { fromHex } from '../../util/bytes.js';
import type { Connection, Statement } from '../connection.js';
import { HASH_LENGTH, unpackBatch, type PackedBatch } from '../inventory-batch.js';
import type { FeedEntry } from '../repositories.js';

const ADD = `
  INSERT INTO inventory (hash, type, version, stream, expires_s, tag, object)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

/**
 * A page of the index of hashes as three texts, which are a tenth of the work of as many rows.
 * Answered from inventory_by_hash alone (see the migration). All three see the rows in one order.
 */
const INDEX_PAGE = `
  SELECT
    group_concat(hex(hash), '') AS hashes,
    json_group_array(expires_s) AS expires,
    json_group_array(stream) AS streams
  FROM (SELECT hash, expires_s, stream FROM inventory WHERE hash > ? ORDER BY hash LIMIT ?)`;

interface IndexRow {
  /** Null when there are no rows. */
  hashes: string | null;
  expires: string;
  streams: string;
}

/** A part of the index of hashes, in order of hash; empty after the last one. */
export interface IndexPage {
  /** 32 bytes each. */
  readonly hashes: Uint8Array;
  readonly expiresS: Float64Array;
  readonly streams: Float64Array;
}

/** The worker's half of the inventory; the other half is src/store/inventory.ts. */
export class InventoryTable {
  readonly #connection: Connection;
  readonly #add: Statement;
  readonly #get: Statement<{ object: Uint8Array }>;
  readonly #findByTag: Statement<{ object: Uint8Array }>;
  readonly #readFeed: Statement<FeedEntry>;
  readonly #remove: Statement;
  readonly #indexPage: Statement<IndexRow>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(ADD);
    this.#get = connection.prepare('SELECT object FROM inventory WHERE hash = ?');
    this.#findByTag = connection.prepare(
      'SELECT object FROM inventory WHERE tag = ? AND type = ? ORDER BY seq',
    );
    this.#readFeed = connection.prepare(
      'SELECT seq, hash, object FROM inventory WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    this.#remove = connection.prepare('DELETE FROM inventory WHERE hash = ?');
    this.#indexPage = connection.prepare(INDEX_PAGE);
  }

  /** One transaction; rows whose hash is there already are left out. */
  addBatch(batch: PackedBatch): void {
    this.#connection.transaction(() =>
      unpackBatch(batch, ({ hash, type, version, stream, expiresS, tag, object }) => {
        const tagOrNull = tag.length > 0 ? tag : null;
        this.#add.run(hash, type, version, stream, expiresS, tagOrNull, object);
      }),
    );
  }

  get(hash: Uint8Array): Uint8Array | undefined {
    return this.#get.get(hash)?.object;
  }

  findByTag(type: number, tag: Uint8Array): Uint8Array[] {
    return this.#findByTag.all(tag, type).map((row) => row.object);
  }

  readFeed(afterSeq: number, limit: number): FeedEntry[] {
    return this.#readFeed.all(afterSeq, limit).map(({ seq, hash, object }) => ({
      seq,
      hash,
      object,
    }));
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

  /** Removes the rows with these hashes, 32 bytes each, in one transaction. */
  removeBatch(hashes: Uint8Array): void {
    this.#connection.transaction(() => {
      for (let at = 0; at < hashes.length; at += HASH_LENGTH) {
        this.#remove.run(hashes.subarray(at, at + HASH_LENGTH));
      }
    });
  }

  /** The next `limit` hashes after this one (empty: from the beginning). */
  readIndex(afterHash: Uint8Array, limit: number): IndexPage {
    const row = this.#indexPage.get(afterHash, limit);
    return {
      hashes: fromHex(row?.hashes ?? ''),
      expiresS: Float64Array.from(JSON.parse(row?.expires ?? '[]') as number[]),
      streams: Float64Array.from(JSON.parse(row?.streams ?? '[]') as number[]),
    };
  }
}
