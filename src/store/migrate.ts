/** Brings a database to the schema of this program: numbered steps, each in one transaction. */
import { UserError } from '../util/errors.js';
import type { Connection } from './connection.js';
import { damagedFileError } from './database-errors.js';

/** One step; its number is its place in the list, counted from 1. Never changed once released. */
export interface Migration {
  /** File name without ending, e.g. `mail-001-initial`. */
  readonly name: string;
  readonly sql: string;
  /** Runs after it in the same transaction: what SQL cannot compute. */
  readonly fill?: (connection: Connection) => void;
}

/** Version of the schema that the file has; 0 for a new one. */
function schemaVersion(connection: Connection): number {
  return Number(connection.pragma('user_version')[0]);
}

/**
 * Says whether this program may touch the file at all; changes nothing.
 * @returns the version of its schema.
 * @throws UserError for a file of a newer Petrel, and for a SQLite file that is none of ours.
 */
export function checkSchema(connection: Connection, migrations: readonly Migration[]): number {
  const found = schemaVersion(connection);
  if (found > migrations.length) {
    throw new UserError(
      `${connection.path} was written by a newer Petrel (schema ${found}, this one knows up to ` +
        `${migrations.length}); start that version, or restore a backup made before it`,
    );
  }
  if (found < 0) throw damagedFileError(connection, `schema version ${found}`);
  if (found === 0 && hasTables(connection)) {
    throw new UserError(
      `${connection.path} is not a database of Petrel; move it away, or use another --data-dir`,
    );
  }
  return found;
}

/**
 * Applies the steps that the file lacks. An interrupted step leaves the file as it was before it.
 * @returns the names of the applied steps.
 */
export function migrate(connection: Connection, migrations: readonly Migration[]): string[] {
  const found = schemaVersion(connection);
  const missing = migrations.slice(found);
  missing.forEach((migration, index) => {
    connection.transaction(() => {
      connection.exec(migration.sql);
      migration.fill?.(connection);
      connection.exec(`PRAGMA user_version = ${found + index + 1}`);
    });
  });
  return missing.map((migration) => migration.name);
}

function hasTables(connection: Connection): boolean {
  return connection.prepare<unknown>('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}
