/**
 * Reads a messages.dat of any schema version, whole or damaged.
 *
 * It is read on a private copy: SQLite plays a journal back that a crash left, and writes for that.
 * Nothing is upgraded: what columns a version lacks is told by the tables of ./mail-rows.ts and ./list-rows.ts.
 */
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { errorText } from '../util/errors.js';

/** A row: bytes for what was asked for as bytes, else numbers; null stands for NULL. */
export type RawRow = Readonly<Record<string, Uint8Array | number | null>>;

/** Columns to read, each as bytes or as a number. */
export type Columns = Readonly<Record<string, 'bytes' | 'number'>>;

/** Rows read at a time: some hundred kilobytes. */
const PAGE_ROWS = 200;

/** Reading a damaged table row by row ends after so many numbers without a row. */
const MAX_MISSES = 20_000;

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
/** Offsets in the file's header, https://www.sqlite.org/fileformat.html#the_database_header. */
const PAGE_SIZE_AT = 16;
const PAGE_COUNT_AT = 28;
const HEADER_BYTES = 100;
/** A page count beyond this factor of what is there is taken for damage, too. */
const MAX_GROWTH = 64;

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
    const page = this.#database.prepare(
      `SELECT rowid AS row_id, ${select} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ROWS}`,
    );
    let last = 0;
    for (;;) {
      let rows: RawRow[];
      try {
        rows = page.all(last) as RawRow[];
      } catch {
        yield* this.#salvage(table, select, last, onLost);
        return;
      }
      if (rows.length === 0) return;
      yield rows;
      last = rows.at(-1)?.['row_id'] as number;
    }
  }

  /** One row after the other, each found from the root of the table: damage in one hides only some. */
  *#salvage(table: string, select: string, after: number, onLost: () => void): Generator<RawRow[]> {
    const one = this.#database.prepare(
      `SELECT rowid AS row_id, ${select} FROM ${table} WHERE rowid = ?`,
    );
    const last = this.#lastRow(table);
    let misses = 0;
    let lostSince = 0;
    for (let row = after + 1; row <= last && misses < MAX_MISSES; row++) {
      try {
        const found = one.get(row) as RawRow | undefined;
        if (!found) {
          misses++;
          const next = this.#nextRow(table, row);
          if (next === Infinity) break;
          row = next - 1;
          continue;
        }
        for (; lostSince > 0; lostSince--) onLost();
        misses = 0;
        yield [found];
      } catch {
        // Past the last row everything "fails" where the end of the table is damaged.
        lostSince++;
        misses++;
      }
    }
    if (last !== Infinity || lostSince < MAX_MISSES) for (; lostSince > 0; lostSince--) onLost();
    else onLost();
  }

  #lastRow(table: string): number {
    try {
      const row: unknown = this.#database.prepare(`SELECT max(rowid) AS n FROM ${table}`).get();
      return (row as { n: number | null }).n ?? 0;
    } catch {
      return Infinity;
    }
  }

  /** The first row behind a gap that deleted rows have left; the next number where that is unknown. */
  #nextRow(table: string, after: number): number {
    const sql = `SELECT rowid AS n FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT 1`;
    try {
      const row: unknown = this.#database.prepare(sql).get(after);
      return (row as { n: number } | undefined)?.n ?? Infinity;
    } catch {
      return after + 1;
    }
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

/**
 * A file that was cut off is refused by SQLite as a whole; made as long as it was, with zeros, only
 * the rows of the lost pages are. The magic text is put back where it is damaged.
 */
function mendHeader(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const size = fstatSync(file).size;
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return;
    if (!header.subarray(0, MAGIC.length).equals(MAGIC)) writeSync(file, MAGIC, 0, MAGIC.length, 0);
    const stored = header.readUInt16BE(PAGE_SIZE_AT);
    const pageSize = stored === 1 ? 65_536 : stored;
    const whole = header.readUInt32BE(PAGE_COUNT_AT) * pageSize;
    if (whole > size && whole <= size * MAX_GROWTH) ftruncateSync(file, whole);
  } finally {
    closeSync(file);
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
