/** The rows of a table that can still be read, in a database that may be damaged. */

/** What is needed of a database: SQLite's own class and Connection have it. */
export interface RowSource {
  prepare(sql: string): {
    get(...parameters: number[]): unknown;
    all(...parameters: number[]): unknown[];
  };
}

export interface WantedRows {
  readonly table: string;
  /** What stands behind SELECT, beside the row's number. */
  readonly select: string;
}

/** Rows read at a time: some hundred kilobytes. */
const PAGE_ROWS = 200;

/** Reading a damaged table row by row ends after so many numbers without a row. */
const MAX_MISSES = 20_000;

/**
 * All rows in order of insertion, some at a time, each with its number as `row_id`.
 * @param onLost told of each row that cannot be read any more
 */
export function* readableRows<Row extends object>(
  database: RowSource,
  wanted: WantedRows,
  onLost: () => void,
): Generator<Row[]> {
  const { table, select } = wanted;
  const page = database.prepare(
    `SELECT rowid AS row_id, ${select} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ROWS}`,
  );
  let last = 0;
  for (;;) {
    let rows: Row[];
    try {
      rows = page.all(last) as Row[];
    } catch {
      yield* singleRows<Row>(database, wanted, last, onLost);
      return;
    }
    if (rows.length === 0) return;
    yield rows;
    last = numberOf(rows.at(-1));
  }
}

/** One row after the other, each found from the root of the table: damage in one hides only some. */
function* singleRows<Row extends object>(
  database: RowSource,
  { table, select }: WantedRows,
  after: number,
  onLost: () => void,
): Generator<Row[]> {
  const one = database.prepare(`SELECT rowid AS row_id, ${select} FROM ${table} WHERE rowid = ?`);
  const last = lastRow(database, table);
  let misses = 0;
  let lostSince = 0;
  for (let row = after + 1; row <= last && misses < MAX_MISSES; row++) {
    try {
      const found = one.get(row) as Row | undefined;
      if (!found) {
        misses++;
        const next = nextRow(database, table, row);
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

function lastRow(database: RowSource, table: string): number {
  try {
    const row = database.prepare(`SELECT max(rowid) AS row_id FROM ${table}`).get();
    return numberOf(row);
  } catch {
    return Infinity;
  }
}

/** The first row behind a gap that deleted rows have left; the next number where that is unknown. */
function nextRow(database: RowSource, table: string, after: number): number {
  const sql = `SELECT rowid AS row_id FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT 1`;
  try {
    const row = database.prepare(sql).get(after);
    return row === undefined ? Infinity : numberOf(row);
  } catch {
    return after + 1;
  }
}

/** 0 for an empty table's NULL. */
function numberOf(row: unknown): number {
  return (row as { row_id: number | null } | undefined)?.row_id ?? 0;
}
