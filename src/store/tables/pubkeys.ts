import type { Connection, Statement } from '../connection.js';
import type { Page } from '../bulk.js';
import type { PubkeyRecord, PubkeyRepository } from '../repositories.js';
import { flag } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  address: string;
  key_block: Uint8Array;
  stored_s: number;
  used_personally: number;
}

const PUT = `
  INSERT INTO pubkey (address, stored_s, used_personally, key_block) VALUES (?, ?, ?, ?)
  ON CONFLICT (address) DO UPDATE SET
    stored_s = excluded.stored_s,
    used_personally = max(used_personally, excluded.used_personally),
    key_block = excluded.key_block`;

export class PubkeyTable implements Sync<PubkeyRepository> {
  readonly #get: Statement<Row>;
  readonly #put: Statement;
  readonly #markUsed: Statement;
  readonly #removeUnused: Statement;
  readonly #page: Statement<Row & { id: number }>;

  constructor(connection: Connection) {
    this.#get = connection.prepare('SELECT * FROM pubkey WHERE address = ?');
    this.#put = connection.prepare(PUT);
    this.#markUsed = connection.prepare('UPDATE pubkey SET used_personally = 1 WHERE address = ?');
    this.#page = connection.prepare('SELECT * FROM pubkey WHERE id > ? ORDER BY id LIMIT ?');
    this.#removeUnused = connection.prepare(
      'DELETE FROM pubkey WHERE used_personally = 0 AND stored_s < ?',
    );
  }

  get(address: string): PubkeyRecord | undefined {
    const row = this.#get.get(address);
    return row && fromRow(row);
  }

  put(record: PubkeyRecord): void {
    this.#put.run(record.address, record.storedS, flag(record.usedPersonally), record.keyBlock);
  }

  markUsed(address: string): void {
    this.#markUsed.run(address);
  }

  removeUnusedBefore(storedBeforeS: number): number {
    return this.#removeUnused.run(storedBeforeS);
  }

  /** For {@link NetworkBulkTable}. */
  page(afterRow: number, limit: number): Page<PubkeyRecord> {
    const rows = this.#page.all(afterRow, limit);
    return { rows: rows.map(fromRow), lastRow: rows.at(-1)?.id };
  }
}

function fromRow(row: Row): PubkeyRecord {
  return {
    address: row.address,
    keyBlock: row.key_block,
    storedS: row.stored_s,
    usedPersonally: row.used_personally !== 0,
  };
}
