import type { Connection, Statement } from '../connection.js';
import type { NetworkBulk, Page } from '../bulk.js';
import type { PubkeyRecord } from '../repositories.js';
import type { PubkeyTable } from './pubkeys.js';
import type { Sync } from './sync.js';

/** SQLite's own count of AUTOINCREMENT numbers: rows that were removed count, too. */
const LAST_SEQ = "SELECT seq FROM sqlite_sequence WHERE name = 'inventory'";

export class NetworkBulkTable implements Sync<NetworkBulk> {
  readonly #connection: Connection;
  readonly #pubkeys: PubkeyTable;
  readonly #lastSeq: Statement<{ seq: number }>;

  constructor(connection: Connection, pubkeys: PubkeyTable) {
    this.#connection = connection;
    this.#pubkeys = pubkeys;
    this.#lastSeq = connection.prepare(LAST_SEQ);
  }

  addPubkeys(records: PubkeyRecord[]): number {
    return this.#connection.transaction(() => {
      const missing = records.filter((record) => !this.#pubkeys.get(record.address));
      for (const record of missing) this.#pubkeys.put(record);
      return missing.length;
    });
  }

  readPubkeys(afterRow: number, limit: number): Page<PubkeyRecord> {
    return this.#pubkeys.page(afterRow, limit);
  }

  lastSeq(): number {
    return this.#lastSeq.get()?.seq ?? 0;
  }
}
