/** Compares a database's tables, columns, indexes and triggers with those that its migrations make. */
import { Connection } from '../connection.js';
import { migrate } from '../migrate.js';
import { MIGRATIONS } from '../migrations/by-role.js';

/** What is missing, a line each; more than there should be is no damage. */
export function missingParts(connection: Connection, schema: number): string[] {
  const model = new Connection(':memory:', connection.role);
  try {
    migrate(model, MIGRATIONS[connection.role].slice(0, schema));
    const there = new Set(partsOf(connection));
    return partsOf(model)
      .filter((part) => !there.has(part))
      .map((part) => `the ${part} is missing`);
  } finally {
    model.close();
  }
}

/** `table inbox`, `column read of inbox`, `index sent_by_msgid`, `trigger inbox_added`. */
function partsOf(connection: Connection): string[] {
  const parts = connection
    .prepare<{ part: string }>(
      "SELECT type || ' ' || name AS part FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
    )
    .all();
  const columns = connection
    .prepare<{ part: string }>(
      `SELECT 'column ' || c.name || ' of ' || t.name AS part
        FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'`,
    )
    .all();
  return [...parts, ...columns].map(({ part }) => part);
}
