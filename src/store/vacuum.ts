/** Makes a database file as small as its content. The node must not run on it: the caller has the lock. */
import { statSync } from 'node:fs';
import { damagedFileError } from './database-errors.js';
import type { DatabaseRole } from './connection.js';
import { checkSchema } from './migrate.js';
import { MIGRATIONS } from './migrations/by-role.js';
import { withDatabase } from './snapshot.js';

export interface VacuumResult {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * SQLite copies the content into a temporary file and writes it back in one transaction: a crash leaves
 * the file as it was. It takes up to three times the size of the content on the disk meanwhile.
 * @param scratch directory for that file, which holds mail in the clear
 * @throws UserError for a damaged file, a newer schema, a full disk
 */
export function vacuumDatabase(path: string, role: DatabaseRole, scratch: string): VacuumResult {
  const bytesBefore = statSync(path).size;
  const oldDirectory = process.env['SQLITE_TMPDIR'];
  process.env['SQLITE_TMPDIR'] = scratch;
  try {
    withDatabase(path, role, (connection) => {
      checkSchema(connection, MIGRATIONS[role]);
      const [finding] = connection.pragma('quick_check(1)');
      if (finding !== 'ok') throw damagedFileError(connection, String(finding));
      for (const pragma of ['synchronous = FULL', 'secure_delete = ON', 'temp_store = FILE']) {
        connection.pragma(pragma);
      }
      connection.exec('VACUUM');
      connection.pragma('wal_checkpoint(TRUNCATE)');
    });
  } finally {
    if (oldDirectory === undefined) delete process.env['SQLITE_TMPDIR'];
    else process.env['SQLITE_TMPDIR'] = oldDirectory;
  }
  return { bytesBefore, bytesAfter: statSync(path).size };
}
