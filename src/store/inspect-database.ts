/** Looks at a database of the data directory without changing it; a node may be running on it. */
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { errorText } from '../util/errors.js';
import type { DatabaseRole } from './connection.js';
import { isDamage } from './database-errors.js';
import { MAIL_MIGRATIONS } from './migrations/mail.js';
import { NETWORK_MIGRATIONS } from './migrations/network.js';

export interface DatabaseView {
  /**
   * `foreign`: a SQLite file that is none of Petrel's. `newer`: of a Petrel after this one.
   * `unreadable`: rights, a lock or the disk; `detail` says what.
   */
  readonly state: 'absent' | 'empty' | 'fine' | 'damaged' | 'newer' | 'foreign' | 'unreadable';
  readonly detail: string;
  readonly bytes: number;
  /** Version of its schema, and the one of this program. */
  readonly schema: number;
  readonly knownSchema: number;
  /** Bytes in the file that hold nothing. */
  readonly freeBytes: number;
  /** Every page was looked at. */
  readonly isChecked: boolean;
}

/** How long is waited for a lock, milliseconds: a checkpoint of the node ends before. */
const BUSY_TIMEOUT_MS = 5_000;
const KNOWN: Readonly<Record<DatabaseRole, number>> = {
  mail: MAIL_MIGRATIONS.length,
  network: NETWORK_MIGRATIONS.length,
};

/** @param maxCheckedBytes larger files are not read to the end: `quick_check` takes 1 s per 100 MB or so */
export function inspectDatabase(
  path: string,
  role: DatabaseRole,
  maxCheckedBytes: number,
): DatabaseView {
  const knownSchema = KNOWN[role];
  const nothing = { detail: '', bytes: 0, schema: 0, knownSchema, freeBytes: 0, isChecked: false };
  let bytes: number;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return { ...nothing, state: 'absent' };
    bytes = found.size;
  } catch (error) {
    return { ...nothing, state: 'unreadable', detail: errorText(error) };
  }
  if (bytes === 0) return { ...nothing, state: 'empty' };
  const isQuiet = !existsSync(`${path}-wal`);
  const view = inspectOpened(path, isQuiet, { ...nothing, bytes }, maxCheckedBytes);
  // Somebody may have begun to write meanwhile.
  const isDoubtful = isQuiet && view.state !== 'fine' && existsSync(`${path}-wal`);
  return isDoubtful ? inspectOpened(path, false, { ...nothing, bytes }, maxCheckedBytes) : view;
}

/**
 * @param isQuiet nobody has it open: SQLite neither locks it then nor makes its side files, which would
 *   stay, as files of whoever looks.
 */
function inspectOpened(
  path: string,
  isQuiet: boolean,
  nothing: Omit<DatabaseView, 'state'>,
  maxCheckedBytes: number,
): DatabaseView {
  const { bytes, knownSchema } = nothing;
  let database: DatabaseSyncInstance | undefined;
  try {
    const url = pathToFileURL(path);
    if (isQuiet) url.searchParams.set('immutable', '1');
    database = new DatabaseSync(url, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const schema = pragma(database, 'user_version');
    const freeBytes = pragma(database, 'freelist_count') * pragma(database, 'page_size');
    const view = { ...nothing, schema, freeBytes };
    if (schema > knownSchema) return { ...view, state: 'newer' };
    if (schema <= 0) return { ...view, state: 'foreign' };
    if (bytes > maxCheckedBytes) return { ...view, state: 'fine' };
    const detail = String(firstValue(database, 'quick_check(1)')).replace(/\s+/g, ' ');
    const isFine = detail === 'ok';
    return {
      ...view,
      state: isFine ? 'fine' : 'damaged',
      detail: isFine ? '' : detail,
      isChecked: true,
    };
  } catch (error) {
    const state = isDamage(error) ? 'damaged' : 'unreadable';
    return { ...nothing, state, detail: errorText(error) };
  } finally {
    database?.close();
  }
}

function pragma(database: DatabaseSyncInstance, name: string): number {
  return Number(firstValue(database, name));
}

function firstValue(database: DatabaseSyncInstance, name: string): unknown {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>>;
  return Object.values(row)[0];
}
