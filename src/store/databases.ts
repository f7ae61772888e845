/** Opens the two databases: settings of SQLite, check for damage, migrations. */
import { statSync } from 'node:fs';
import { UserError } from '../util/errors.js';
import { Connection, type DatabaseRole } from './connection.js';
import { damagedFileError, databaseUserError } from './database-errors.js';
import { checkSchema, migrate, type Migration } from './migrate.js';
import { MAIL_MIGRATIONS } from './migrations/mail.js';
import { NETWORK_MIGRATIONS } from './migrations/network.js';

/**
 * Up to this size mail.db is checked as a whole at each start, bytes: `quick_check` reads every page,
 * 0.1 s for 100 MB that the system has in memory, a second or two from a slow disk. Larger files are
 * checked by header and schema only; damage found later ends with the same line, when the page is read.
 */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

/**
 * mail.db. FULL: each commit is on the disk before it is answered, the mail survives a power cut.
 * secure_delete: what was deleted is overwritten. temp_store: no part of a mail in a temporary file.
 */
const MAIL_PRAGMAS: readonly string[] = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'journal_size_limit = 4194304',
  'fullfsync = ON',
  'checkpoint_fullfsync = ON',
  'secure_delete = ON',
  'temp_store = MEMORY',
];

/** Has to be set before the first page is written; see TrashTable.giveBack. */
const NEW_MAIL_PRAGMAS: readonly string[] = ['auto_vacuum = INCREMENTAL'];

/**
 * network.db. NORMAL: a commit is safe against a crash of Petrel at once and against a power cut
 * after the next checkpoint; the file cannot be damaged by either, and the few objects that a power
 * cut takes are fetched from peers again. It saves one fsync per batch of objects.
 * Checkpoints come each 4,000 pages (16 MB), each costs an fsync. The page cache is in KiB when
 * negative.
 */
const NETWORK_PRAGMAS: readonly string[] = [
  'journal_mode = WAL',
  'synchronous = NORMAL',
  'wal_autocheckpoint = 4000',
  'journal_size_limit = 67108864',
  'cache_size = -16384',
  'temp_store = MEMORY',
];

export interface OpenedDatabase {
  readonly connection: Connection;
  /** Names of the migrations that were applied. */
  readonly migrated: string[];
}

interface DatabasePlan {
  readonly role: DatabaseRole;
  readonly newPragmas: readonly string[];
  readonly pragmas: readonly string[];
  readonly migrations: readonly Migration[];
  readonly check: (connection: Connection) => void;
}

/** @throws UserError when the file cannot be used, is damaged or of a newer schema. */
export function openMailDatabase(path: string): OpenedDatabase {
  return open(path, {
    role: 'mail',
    newPragmas: NEW_MAIL_PRAGMAS,
    pragmas: MAIL_PRAGMAS,
    migrations: MAIL_MIGRATIONS,
    check: checkPages,
  });
}

/**
 * Not checked beforehand: it may be large, and its content can be fetched again. The start reads the
 * whole index of hashes; damage elsewhere is told when the page is read (see StoreOptions.onFailure).
 * @throws UserError like {@link openMailDatabase}.
 */
export function openNetworkDatabase(path: string): OpenedDatabase {
  return open(path, {
    role: 'network',
    newPragmas: [],
    pragmas: NETWORK_PRAGMAS,
    migrations: NETWORK_MIGRATIONS,
    check: () => undefined,
  });
}

function open(path: string, plan: DatabasePlan): OpenedDatabase {
  const { role, newPragmas, pragmas, migrations, check } = plan;
  let connection: Connection | undefined;
  try {
    connection = new Connection(path, role);
    const isNew = checkSchema(connection, migrations) === 0;
    for (const pragma of isNew ? [...newPragmas, ...pragmas] : pragmas) connection.pragma(pragma);
    check(connection);
    return { connection, migrated: migrate(connection, migrations) };
  } catch (error) {
    connection?.close();
    if (error instanceof UserError) throw error;
    throw databaseUserError(error, { path, role }) ?? error;
  }
}

function checkPages(connection: Connection): void {
  if (statSync(connection.path).size > MAX_CHECKED_BYTES) return;
  const [finding] = connection.pragma('quick_check(1)');
  if (finding !== 'ok') throw damagedFileError(connection, String(finding).replace(/\s+/g, ' '));
}
