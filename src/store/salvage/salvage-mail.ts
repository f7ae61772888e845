/**
 * Saves what can be read of a damaged mail.db into a new one.
 *
 * The new file gets the schema that the old one had, as the migrations make it, and then row after row.
 * Of the index of words nothing is taken: the node makes it anew. Everything else is taken as it is.
 */
import { writeFileSync } from 'node:fs';
import { errorText, UserError } from '../../util/errors.js';
import { Connection, type SqlValue, type Statement } from '../connection.js';
import { migrate } from '../migrate.js';
import { MAIL_MIGRATIONS } from '../migrations/mail.js';
import { mendHeader } from './mend-header.js';
import { readableRows } from './readable-rows.js';

const FILE_MODE = 0o600;
/** Made anew from the messages. */
const DERIVED = /^(message_text|search_)/;
/** First schema with an index of words. */
const SEARCH_SCHEMA = 3;

export interface SavedTable {
  readonly table: string;
  /** Rows that are in the new file. */
  readonly saved: number;
  /** Rows that are known to be lost; where a table's end is damaged there may be more. */
  readonly lost: number;
  /** The table could not be found or counted at all. */
  readonly isMissing: boolean;
}

/**
 * @param source copy of the damaged file with its `-wal`; it is written to
 * @param target new file
 * @throws UserError when not even the list of tables can be read
 */
export function salvageMail(source: string, target: string): SavedTable[] {
  mendHeader(source);
  const old = new Connection(source, 'mail');
  writeFileSync(target, '', { flag: 'wx', mode: FILE_MODE });
  const fresh = new Connection(target, 'mail');
  try {
    const schema = schemaOf(old);
    fresh.pragma('auto_vacuum = INCREMENTAL');
    migrate(fresh, MAIL_MIGRATIONS.slice(0, schema));
    const saved = fresh.transaction(() =>
      withoutTriggers(fresh, () => tablesOf(fresh).map((table) => copyTable(old, fresh, table))),
    );
    if (schema >= SEARCH_SCHEMA) queueForIndex(fresh);
    return saved;
  } finally {
    old.close();
    fresh.close();
  }
}

/** A version that nobody can have written is damage: then it is taken for this program's own. */
function schemaOf(old: Connection): number {
  try {
    old.prepare('SELECT name FROM sqlite_schema').all();
  } catch (error) {
    const text = `the list of tables in it cannot be read (${errorText(error)}): nothing can be saved`;
    throw new UserError(text, { cause: error });
  }
  const found = Number(old.pragma('user_version')[0]);
  return found >= 1 && found <= MAIL_MIGRATIONS.length ? found : MAIL_MIGRATIONS.length;
}

function tablesOf(connection: Connection): string[] {
  return connection
    .prepare<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
    .map(({ name }) => name)
    .filter((name) => !DERIVED.test(name));
}

/** What triggers do has been done to the old rows already. */
function withoutTriggers<Result>(connection: Connection, work: () => Result): Result {
  const triggers = connection
    .prepare<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
  const result = work();
  for (const { sql } of triggers) connection.exec(sql);
  return result;
}

function copyTable(old: Connection, fresh: Connection, table: string): SavedTable {
  let [saved, lost] = [0, 0];
  try {
    const columns = commonColumns(old, fresh, table);
    if (columns.length === 0) return { table, saved, lost, isMissing: true };
    const marks = columns.map(() => '?').join(', ');
    const insert = fresh.prepare(
      `INSERT OR ${conflictOf(table)} INTO ${table} (${columns.join(', ')}) VALUES (${marks})`,
    );
    for (const rows of rowsOf(old, table, columns, () => lost++)) {
      for (const row of rows) {
        if (insertRow(insert, columns, row)) saved++;
        else lost++;
      }
    }
    return { table, saved, lost, isMissing: false };
  } catch {
    // Its root is gone: whatever follows is in other tables.
    return { table, saved, lost, isMissing: true };
  }
}

/** The one row of the position is there from the beginning: what was read takes its place. */
function conflictOf(table: string): string {
  return table === 'feed_position' ? 'REPLACE' : 'IGNORE';
}

type Row = Readonly<Record<string, SqlValue>>;

function rowsOf(
  old: Connection,
  table: string,
  columns: readonly string[],
  onLost: () => void,
): Iterable<Row[]> {
  const select = columns.join(', ');
  const hasRowid = !isWithoutRowid(old, table);
  return hasRowid
    ? readableRows<Row>(old, { table, select }, onLost)
    : eachUntilDamage(old, table, onLost);
}

/** Tables without numbers are small; they are read up to where it fails. */
function* eachUntilDamage(old: Connection, table: string, onLost: () => void): Generator<Row[]> {
  try {
    for (const row of old.prepare<Row>(`SELECT * FROM ${table}`).each()) yield [row];
  } catch {
    onLost();
  }
}

function isWithoutRowid(old: Connection, table: string): boolean {
  const row = old
    .prepare<{ wr: number }>("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .get(table);
  return row?.wr === 1;
}

function commonColumns(old: Connection, fresh: Connection, table: string): string[] {
  const columnsOf = (connection: Connection): string[] =>
    connection
      .prepare<{ name: string }>('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => name);
  const there = new Set(columnsOf(old));
  return columnsOf(fresh).filter((column) => there.has(column));
}

/** False for a row that breaks the schema: its bytes are not those that were written. */
function insertRow(insert: Statement, columns: readonly string[], row: Row): boolean {
  try {
    return insert.run(...columns.map((column) => row[column] ?? null)) === 1;
  } catch {
    return false;
  }
}

function queueForIndex(fresh: Connection): void {
  fresh.exec(`
    INSERT OR IGNORE INTO search_queue SELECT id * 2 FROM inbox;
    INSERT OR IGNORE INTO search_queue SELECT id * 2 + 1 FROM sent;
    UPDATE search_purge SET needed = 0;`);
}
