import type { Connection, Statement } from '../connection.js';
import type { AddressListRepository, ListedAddress } from '../repositories.js';
import { flag } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  address: string;
  label: Uint8Array;
  enabled: number;
}

/** Subscriptions, black list and white list: three tables of one shape. */
export class AddressListTable implements Sync<AddressListRepository> {
  readonly #list: Statement<Row>;
  readonly #add: Statement;
  readonly #update: Statement;
  readonly #remove: Statement;

  constructor(connection: Connection, table: 'subscription' | 'blacklist' | 'whitelist') {
    this.#list = connection.prepare(`SELECT address, label, enabled FROM ${table} ORDER BY id`);
    this.#add = connection.prepare(
      `INSERT INTO ${table} (address, label, enabled) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#update = connection.prepare(
      `UPDATE ${table} SET label = coalesce(?, label), enabled = coalesce(?, enabled) WHERE address = ?`,
    );
    this.#remove = connection.prepare(`DELETE FROM ${table} WHERE address = ?`);
  }

  list(): ListedAddress[] {
    return this.#list.all().map((row) => ({ ...row, enabled: row.enabled !== 0 }));
  }

  add(record: ListedAddress): boolean {
    return this.#add.run(record.address, record.label, flag(record.enabled)) > 0;
  }

  update(address: string, changes: Partial<Omit<ListedAddress, 'address'>>): boolean {
    return this.#update.run(changes.label ?? null, flag(changes.enabled), address) > 0;
  }

  remove(address: string): boolean {
    return this.#remove.run(address) > 0;
  }
}
