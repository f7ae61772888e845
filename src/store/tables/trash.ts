import type { Connection, Statement } from '../connection.js';
import type { SearchTable } from './search.js';

const TABLES = ['inbox', 'sent'] as const;
const DIRECTION = { inbox: 'in', sent: 'out' } as const;

/** What the store's trash is made of; the main thread's end is ../trash.ts. */
export class TrashTable {
  readonly #connection: Connection;
  readonly #search: SearchTable;
  readonly #trash: readonly Statement[];
  readonly #list: Readonly<Record<(typeof TABLES)[number], Statement<{ id: number }>>>;
  readonly #delete: Readonly<Record<(typeof TABLES)[number], Statement>>;

  constructor(connection: Connection, search: SearchTable) {
    this.#connection = connection;
    this.#search = search;
    this.#trash = TABLES.map((table) =>
      connection.prepare(`UPDATE ${table} SET folder = 'trash' WHERE msgid = ?`),
    );
    const list = (table: string): Statement<{ id: number }> =>
      connection.prepare(`SELECT id FROM ${table} WHERE folder = 'trash' LIMIT ?`);
    const remove = (table: string): Statement =>
      connection.prepare(`DELETE FROM ${table} WHERE id = ?`);
    this.#list = { inbox: list('inbox'), sent: list('sent') };
    this.#delete = { inbox: remove('inbox'), sent: remove('sent') };
  }

  trash(msgid: Uint8Array): void {
    this.#connection.transaction(() => {
      for (const statement of this.#trash) statement.run(msgid);
    });
  }

  /** Deletes up to `limit` messages of the trash for ever; returns how many. */
  deleteSome(limit: number): number {
    return this.#connection.transaction(() => {
      const inbox = this.#list.inbox.all(limit).map(({ id }) => id);
      const sent = this.#list.sent.all(limit - inbox.length).map(({ id }) => id);
      this.remove(inbox, sent);
      return inbox.length + sent.length;
    });
  }

  /** Deletes rows by number, with their words in the index; in the transaction of the caller. */
  remove(inbox: readonly number[], sent: readonly number[]): void {
    const rows = { inbox, sent };
    for (const table of TABLES) {
      this.#search.remove(DIRECTION[table], rows[table]);
      for (const row of rows[table]) this.#delete[table].run(row);
    }
  }

  /**
   * The database is in incremental auto-vacuum mode, so that the space is given back by cutting
   * free pages off: unlike VACUUM this needs no second copy of the mail (in memory or, in the clear,
   * in a temporary directory) and takes time by what was deleted. The pages were overwritten when
   * they became free (secure_delete); emptying the WAL removes their last trace.
   */
  giveBack(): void {
    this.#connection.pragma('incremental_vacuum');
    this.#connection.pragma('wal_checkpoint(TRUNCATE)');
  }
}
