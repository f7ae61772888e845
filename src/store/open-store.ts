/** Opens the store: data directory, lock, worker, repositories. */
import { statSync } from 'node:fs';
import type { Clock } from '../util/clock.js';
import { UserError } from '../util/errors.js';
import type { Log } from '../util/log.js';
import {
  dataDirPaths,
  ensurePrivateFile,
  prepareDataDir,
  protectSideFiles,
  refuseUnfinishedRestore,
  warnIfReadable,
  type DataDirPaths,
} from './data-dir.js';
import { Inventory, inventoryBackend } from './inventory.js';
import { lockDataDir } from './lock.js';
import { Nodes } from './nodes.js';
import type { MailBulk, NetworkBulk } from './bulk.js';
import type { Repositories } from './repositories.js';
import type { StorageError } from './storage-error.js';
import { StoreClient } from './store-client.js';
import type { StoreTimes } from './store-times.js';
import { Trash } from './trash.js';

export interface StoreOptions {
  /** Holds mail.db, network.db and the lock; made when missing. */
  readonly dataDir: string;
  /**
   * Told once when an open store is of no use any more: its worker died (then everything asked of it
   * rejects), or a file turned out to be damaged (then what needs it does). The node has to stop.
   */
  readonly onFailure?: (error: Error) => void;
  /** Told of each request that the disk refused (full, read-only, failing), before it rejects. */
  readonly onTrouble?: (error: StorageError) => void;
}

export interface Store extends Repositories {
  readonly mailBulk: MailBulk;
  readonly networkBulk: NetworkBulk;
  /** Writes to both files and changes nothing. @throws StorageError (by rejecting) when it cannot. */
  probe(): Promise<void>;
  readonly times: StoreTimes;
  /** Requests that the worker has not answered yet. */
  readonly pendingRequests: number;
  /** Stores what was added, closes the files, ends the worker and the lock. More than once is fine. */
  close(): Promise<void>;
}

/**
 * @throws UserError (by rejecting) when the directory cannot be used, another Petrel runs on it, a
 *   database is damaged or of a newer Petrel, or the disk is full: one line each.
 */
export async function openStore(
  { dataDir, onFailure, onTrouble }: StoreOptions,
  { log, clock }: { log: Log; clock: Clock },
): Promise<Store> {
  const startedMs = clock.monotonicMs();
  const paths = dataDirPaths(dataDir);
  prepareDataDir(paths.directory, log);
  const lock = await lockDataDir(paths.directory);
  let client: StoreClient | undefined;
  let isOpen = false;
  const onClientFailure = (error: Error): void => {
    if (!isOpen) return; // Opening ends with the same error.
    log.error({ error }, 'the store has failed');
    onFailure?.(error);
  };
  try {
    refuseUnfinishedRestore(paths.directory);
    prepareDatabaseFiles(paths, log);
    const files = { mailPath: paths.mail, networkPath: paths.network };
    client = new StoreClient(files, onClientFailure);
    if (onTrouble) client.onTrouble = onTrouble;
    const { migrated } = await client.opened;
    const inventory = await Inventory.open(inventoryBackend(client));
    isOpen = true;
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    log.info({ dataDir: paths.directory, objects: inventory.size, migrated, tookMs }, 'store open');
    return storeOf(client, inventory, () => lock.release());
  } catch (error) {
    await client?.close();
    await lock.release();
    throw error;
  }
}

function storeOf(client: StoreClient, inventory: Inventory, unlock: () => Promise<void>): Store {
  const close = async (): Promise<void> => {
    try {
      await inventory.flush();
      await client.close();
    } finally {
      await unlock();
    }
  };
  let closing: Promise<void> | undefined;
  const nodes = new Nodes(client.remote('nodes'));
  return {
    identities: client.remote('identities'),
    contacts: client.remote('contacts'),
    subscriptions: client.remote('subscriptions'),
    blacklist: client.remote('blacklist'),
    whitelist: client.remote('whitelist'),
    inbox: client.remote('inbox'),
    sent: client.remote('sent'),
    trash: new Trash(client.remote('trash')),
    mailbox: client.remote('mailbox'),
    search: client.remote('search'),
    drafts: client.remote('drafts'),
    sessions: client.remote('sessions'),
    journal: client.remote('journal'),
    backfill: client.remote('backfill'),
    inventory,
    nodes,
    pubkeys: client.remote('pubkeys'),
    mailBulk: client.remote('mailBulk'),
    networkBulk: client.remote('networkBulk'),
    probe: async () => {
      await client.call('journal', 'probe', []);
      await client.call('inventory', 'probe', []);
    },
    times: client.times,
    get pendingRequests() {
      return client.pending;
    },
    close: () => (closing ??= close()),
  };
}

/**
 * Makes the files before SQLite does, with their modes. mail.db of no length that was there before
 * is refused: SQLite would take it for a new one, and a mailbox that a file system emptied after a
 * power cut would look like a fresh start.
 */
function prepareDatabaseFiles(paths: DataDirPaths, log: Log): void {
  const created = ensurePrivateFile(paths.mail);
  if (!created && statSync(paths.mail).size === 0) {
    throw new UserError(
      `${paths.mail} is damaged (it is empty); put a backup in its place, ` +
        'or delete it to start without mail and identities',
    );
  }
  ensurePrivateFile(paths.network);
  for (const path of [paths.mail, paths.network]) protectSideFiles(path);
  warnIfReadable(paths.mail, log);
}
