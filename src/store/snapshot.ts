/**
 * A copy of a database as it is at one moment, whether or not a Petrel works on it.
 *
 * `VACUUM INTO` reads in one transaction of the write-ahead log: writers go on meanwhile. The copy is
 * compact and holds nothing that was deleted. It takes as long as reading the file, so it belongs into
 * a worker or a process of its own.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { UserError } from '../util/errors.js';
import { Connection, type DatabaseRole } from './connection.js';
import { databaseUserError } from './database-errors.js';
import { checkSchema } from './migrate.js';
import { MIGRATIONS } from './migrations/by-role.js';

const FILE_MODE = 0o600;

/** What is counted, by the names that people see. */
const COUNTED: Readonly<Record<DatabaseRole, Readonly<Record<string, string>>>> = {
  mail: {
    identities: 'identity',
    received: 'inbox',
    sent: 'sent',
    drafts: 'draft',
    contacts: 'contact',
    subscriptions: 'subscription',
    blacklist: 'blacklist',
    whitelist: 'whitelist',
  },
  network: { objects: 'inventory', nodes: 'node', keys: 'pubkey' },
};

export interface Contents {
  /** Version of the schema. */
  readonly schema: number;
  /** Rows by {@link COUNTED}; tables that an older schema lacks are left out. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Writes the copy to `target`, a new file of mode 0600.
 * @returns its size in bytes and what it holds
 * @throws UserError when there is no such database, or it is damaged, of a newer Petrel, or there is
 *   no room; what was written is left to the caller
 */
export function snapshotDatabase(
  path: string,
  role: DatabaseRole,
  target: string,
): Contents & { readonly bytes: number } {
  if (!existsSync(path)) throw new UserError(`${path} does not exist`);
  writeFileSync(target, '', { flag: 'wx', mode: FILE_MODE });
  withDatabase(path, role, (connection) => {
    checkSchema(connection, MIGRATIONS[role]);
    intoFile(connection, target);
  });
  return { ...withDatabase(target, role, readContents), bytes: statSync(target).size };
}

/** What a database holds. @throws UserError like {@link snapshotDatabase} */
export function readContents(connection: Connection): Contents {
  const { role } = connection;
  const schema = checkSchema(connection, MIGRATIONS[role]);
  const tables = new Set(
    connection
      .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  const counts: Record<string, number> = {};
  for (const [what, table] of Object.entries(COUNTED[role])) {
    if (!tables.has(table)) continue;
    const row = connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).get();
    counts[what] = row?.n ?? 0;
  }
  return { schema, counts };
}

/** Opens, works, closes; SQLite's failures become lines for the user. */
export function withDatabase<Result>(
  path: string,
  role: DatabaseRole,
  work: (connection: Connection) => Result,
): Result {
  let connection: Connection | undefined;
  try {
    connection = new Connection(path, role);
    return work(connection);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw databaseUserError(error, { path, role }) ?? error;
  } finally {
    connection?.close();
  }
}

/** A full disk is that of the copy: its directory is the one to name. */
function intoFile(connection: Connection, target: string): void {
  try {
    connection.prepare('VACUUM INTO ?').run(target);
  } catch (error) {
    const shown = databaseUserError(error, { path: target, role: connection.role });
    if (shown?.message.startsWith('no space')) throw shown;
    throw error;
  }
}
