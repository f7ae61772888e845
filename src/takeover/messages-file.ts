/**
 * Reads a messages.dat of any schema version, whole or damaged.
 *
 * It is read on a private copy: SQLite plays a journal back that a crash left, and writes for that.
 * Nothing is upgraded: what columns a version lacks is told by the tables of ./mail-rows.ts and ./list-rows.ts.
 */
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { mendHeader } from '../store/salvage/mend-header.js';
import { readableRows } from '../store/salvage/readable-rows.js';
import { errorText } from '../util/errors.js';

/** A row: bytes for what was asked for as bytes, else numbers; null stands for NULL. */
export type RawRow = Readonly<Record<string, Uint8Array | number | null>>;

/** Columns to read, each as bytes or as a number. */
export type Columns = Readonly<Record<string, 'bytes' | 'number'>>;

export class MessagesFile {
  readonly #database: DatabaseSyncInstance;
  readonly #tables: ReadonlyMap<string, ReadonlySet<string>>;
  /** What SQLite says is wrong with the file; undefined when nothing is. */
  readonly damage: string | undefined;
  /** Version of the schema; 0 for files from before there was one. */
  readonly version: number;

  private constructor(database: DatabaseSyncInstance) {
    this.#database = database;
    this.damage = damageOf(database);
    this.#tables = readTables(database);
    this.version = this.#readVersion();
  }

  /**
   * @param path of a copy that may be written to
   * @throws Error when the file's description of its tables cannot be read
   */
  static open(path: string): MessagesFile {
    mendHeader(path);
    const database = new DatabaseSync(path);
    try {
      return new MessagesFile(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  has(table: string): boolean {
    return this.#tables.has(table);
  }

  hasColumn(table: string, column: string): boolean {
    return this.#tables.get(table)?.has(column) ?? false;
  }

  /** Undefined when the table cannot be counted. */
  count(table: string): number | undefined {
    if (!this.has(table)) return 0;
    try {
      const row: unknown = this.#database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
      return (row as { n: number }).n;
    } catch {
      return undefined; // Damaged: said once, when its rows are read.
    }
  }

  /**
   * All rows in order of insertion, some at a time; columns that the table lacks are left out.
   * @param onLost told of each row that cannot be read any more
   */
  *pages(table: string, columns: Columns, onLost: () => void): Generator<RawRow[]> {
    if (!this.has(table)) return;
    const select = this.#select(table, columns);
    yield* readableRows<RawRow>(this.#database, { table, select }, onLost);
  }

  /** Text columns may hold any bytes: only as BLOB do they come as they are. */
  #select(table: string, columns: Columns): string {
    return Object.entries(columns)
      .filter(([column]) => this.hasColumn(table, column))
      .map(
        ([column, kind]) => `CAST(${column} AS ${kind === 'bytes' ? 'BLOB' : 'REAL'}) AS ${column}`,
      )
      .join(', ');
  }

  #readVersion(): number {
    if (!this.has('settings')) return 0;
    const sql = "SELECT CAST(value AS REAL) AS n FROM settings WHERE key = 'version'";
    try {
      const row = this.#database.prepare(sql).get() as { n: number } | undefined;
      return row ? Math.trunc(row.n) : 0;
    } catch {
      return NaN; // Damaged: the columns say what matters.
    }
  }
}

function damageOf(database: DatabaseSyncInstance): string | undefined {
  try {
    const [row] = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
    const finding = row?.quick_check ?? 'ok';
    return finding === 'ok' ? undefined : finding.replace(/\s+/g, ' ');
  } catch (error) {
    return errorText(error);
  }
}

function readTables(database: DatabaseSyncInstance): Map<string, ReadonlySet<string>> {
  const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const tables = new Map<string, ReadonlySet<string>>();
  for (const { name } of rows as { name: string }[]) {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(name);
    tables.set(name, new Set((columns as { name: string }[]).map((column) => column.name)));
  }
  return tables;
}
