import type { Connection, Statement } from '../connection.js';
import type { MailTrash } from '../repositories.js';
import type { Sync } from './sync.js';

export class TrashTable implements Sync<MailTrash> {
  readonly #connection: Connection;
  readonly #trash: readonly Statement[];

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#trash = ['inbox', 'sent'].map((table) =>
      connection.prepare(`UPDATE ${table} SET folder = 'trash' WHERE msgid = ?`),
    );
  }

  trash(msgid: Uint8Array): void {
    this.#connection.transaction(() => {
      for (const statement of this.#trash) statement.run(msgid);
    });
  }

  /**
   * The database is in incremental auto-vacuum mode, so that the space is given back by cutting
   * free pages off: unlike VACUUM this needs no second copy of the mail (in memory or, in the clear,
   * in a temporary directory) and takes time by what was deleted. The pages were overwritten when
   * they became free (secure_delete); emptying the WAL removes their last trace.
   */
  deleteAndVacuum(): void {
    this.#connection.transaction(() => {
      for (const table of ['inbox', 'sent']) {
        this.#connection.exec(`DELETE FROM ${table} WHERE folder = 'trash'`);
      }
    });
    this.#connection.pragma('incremental_vacuum');
    this.#connection.pragma('wal_checkpoint(TRUNCATE)');
  }
}
