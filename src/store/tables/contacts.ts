import type { Connection, Statement } from '../connection.js';
import type { ContactRecord, ContactRepository, TextBytes } from '../repositories.js';
import type { Sync } from './sync.js';

export class ContactTable implements Sync<ContactRepository> {
  readonly #list: Statement<ContactRecord>;
  readonly #add: Statement;
  readonly #rename: Statement;
  readonly #remove: Statement;

  constructor(connection: Connection) {
    this.#list = connection.prepare('SELECT address, label FROM contact ORDER BY id');
    this.#add = connection.prepare(
      'INSERT INTO contact (address, label) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#rename = connection.prepare('UPDATE contact SET label = ? WHERE address = ?');
    this.#remove = connection.prepare('DELETE FROM contact WHERE address = ?');
  }

  list(): ContactRecord[] {
    return this.#list.all().map(({ address, label }) => ({ address, label }));
  }

  add(record: ContactRecord): boolean {
    return this.#add.run(record.address, record.label) > 0;
  }

  rename(address: string, label: TextBytes): boolean {
    return this.#rename.run(label, address) > 0;
  }

  remove(address: string): boolean {
    return this.#remove.run(address) > 0;
  }
}
