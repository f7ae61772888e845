/** One SQLite database: opening, typed statements, transactions. Used inside the store worker only. */
import {
  DatabaseSync,
  type DatabaseSyncInstance,
  type StatementSyncInstance,
} from '@photostructure/sqlite';

export type SqlValue = null | number | bigint | string | Uint8Array;

/** Which of the two databases: what may be done about damage differs. */
export type DatabaseRole = 'mail' | 'network';

/**
 * How long SQLite waits for a lock that another program holds on the file (a backup, a shell),
 * milliseconds. Petrel itself has one connection per file and one process per directory.
 */
const BUSY_TIMEOUT_MS = 5_000;

/** A prepared statement; parameters in order of their `?`. */
export class Statement<Row = never> {
  readonly #statement: StatementSyncInstance;

  constructor(statement: StatementSyncInstance) {
    this.#statement = statement;
  }

  get(...parameters: SqlValue[]): Row | undefined {
    return this.#statement.get(...parameters) as Row | undefined;
  }

  all(...parameters: SqlValue[]): Row[] {
    return this.#statement.all(...parameters) as Row[];
  }

  /** Row by row; ends when the loop over it does. */
  each(...parameters: SqlValue[]): Iterable<Row> {
    return this.#statement.iterate(...parameters) as Iterable<Row>;
  }

  /** @returns the number of rows changed. */
  run(...parameters: SqlValue[]): number {
    return this.#statement.run(...parameters).changes;
  }

  /** @returns the number of the inserted row. */
  insert(...parameters: SqlValue[]): number {
    return Number(this.#statement.run(...parameters).lastInsertRowid);
  }

  /** Integers are read as bigint from now on: for columns that use all 64 bits. */
  withBigInts(): this {
    this.#statement.setReadBigInts(true);
    return this;
  }
}

export class Connection {
  readonly path: string;
  readonly role: DatabaseRole;
  readonly #database: DatabaseSyncInstance;

  /** Opens the file, creating it when missing. @throws SQLite's error, see database-errors.ts. */
  constructor(path: string, role: DatabaseRole) {
    this.path = path;
    this.role = role;
    this.#database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  }

  prepare<Row = never>(sql: string): Statement<Row> {
    return new Statement<Row>(this.#database.prepare(sql));
  }

  /** Runs statements that have neither parameters nor results. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** The first column of each row that a pragma answers with. */
  pragma(text: string): unknown[] {
    const rows = this.#database.prepare(`PRAGMA ${text}`).all() as Record<string, unknown>[];
    return rows.map((row) => Object.values(row)[0]);
  }

  /** Runs `work` in one transaction: all of its changes are committed when it returns, none when it throws. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk makes SQLite roll back by itself: then there is nothing left to undo.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Writes the WAL back into the file and closes it. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}
