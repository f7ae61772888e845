/** The store's thread: holds both databases, carries out one request after the other. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { UserError, errorText } from '../util/errors.js';
import type { Connection } from './connection.js';
import { databaseUserError, isConstraintViolation, isDamage } from './database-errors.js';
import { openMailDatabase, openNetworkDatabase } from './databases.js';
import {
  OPEN_ID,
  OPERATIONS,
  type CloseRequest,
  type Failure,
  type MailTables,
  type NetworkTables,
  type OpenResult,
  type Request,
  type Response,
  type TableName,
  type WorkerOptions,
} from './protocol.js';
import { AddressListTable } from './tables/address-lists.js';
import { BackfillTable } from './tables/backfill.js';
import { ContactTable } from './tables/contacts.js';
import { IdentityTable } from './tables/identities.js';
import { InboxTable } from './tables/inbox.js';
import { InventoryTable } from './tables/inventory.js';
import { JournalTable } from './tables/journal.js';
import { MailBulkTable } from './tables/mail-bulk.js';
import { NetworkBulkTable } from './tables/network-bulk.js';
import { NodeTable } from './tables/nodes.js';
import { PubkeyTable } from './tables/pubkeys.js';
import { SentTable } from './tables/sent.js';
import { DraftTable } from './tables/drafts.js';
import { MailboxLists } from './mailbox/mailbox-lists.js';
import { Statements } from './mailbox/statements.js';
import { MailboxTable } from './tables/mailbox.js';
import { SearchTable } from './tables/search.js';
import { SessionTable } from './tables/sessions.js';
import { StorageError } from './storage-error.js';
import { TrashTable } from './tables/trash.js';
import { packRows, transferableBuffers } from './transfer.js';

function mailTables(connection: Connection): MailTables {
  const identities = new IdentityTable(connection);
  const inbox = new InboxTable(connection);
  const backfill = new BackfillTable(connection);
  const sent = new SentTable(connection);
  const contacts = new ContactTable(connection);
  const statements = new Statements(connection);
  const mailboxLists = new MailboxLists(statements);
  const search = new SearchTable(connection, mailboxLists);
  const trash = new TrashTable(connection, search);
  const lists = {
    subscription: new AddressListTable(connection, 'subscription'),
    blacklist: new AddressListTable(connection, 'blacklist'),
    whitelist: new AddressListTable(connection, 'whitelist'),
  };
  return {
    identities,
    contacts,
    subscriptions: lists.subscription,
    blacklist: lists.blacklist,
    whitelist: lists.whitelist,
    inbox,
    sent,
    trash,
    mailbox: new MailboxTable(connection, { statements, lists: mailboxLists, trash }),
    search,
    drafts: new DraftTable(connection),
    sessions: new SessionTable(connection),
    journal: new JournalTable(connection, { identities, inbox, sent, backfill }),
    backfill,
    mailBulk: new MailBulkTable(connection, { inbox, sent, contacts, lists }),
  };
}

function networkTables(connection: Connection): NetworkTables {
  const pubkeys = new PubkeyTable(connection);
  return {
    inventory: new InventoryTable(connection),
    nodes: new NodeTable(connection),
    pubkeys,
    networkBulk: new NetworkBulkTable(connection, pubkeys),
  };
}

function failureOf(error: unknown, connection: Connection | undefined): Failure {
  const known = error instanceof UserError;
  const shown = known ? error : connection && databaseUserError(error, connection);
  const isRange = error instanceof RangeError || isConstraintViolation(error);
  return {
    kind: shown ? 'user' : isRange ? 'range' : 'other',
    message: errorText(shown ?? error),
    stack: error instanceof Error ? error.stack : undefined,
    trouble: shown instanceof StorageError ? shown.trouble : undefined,
    damage: isDamage(error),
  };
}

class StoreWorker {
  readonly #port: MessagePort;
  readonly #connections: Connection[] = [];
  readonly #tables = new Map<TableName, { connection: Connection; methods: object }>();

  constructor(port: MessagePort) {
    this.#port = port;
  }

  start({ mailPath, networkPath }: WorkerOptions): void {
    try {
      const mail = this.#use(openMailDatabase(mailPath), mailTables);
      const network = this.#use(openNetworkDatabase(networkPath), networkTables);
      const result: OpenResult = { migrated: [...mail, ...network] };
      this.#port.on('message', (request: Request | CloseRequest) => this.#onRequest(request));
      this.#answer({ id: OPEN_ID, result });
    } catch (error) {
      this.#answer({ id: OPEN_ID, failure: failureOf(error, undefined) });
      this.#close();
    }
  }

  #use(
    { connection, migrated }: { connection: Connection; migrated: string[] },
    tables: (connection: Connection) => object,
  ): string[] {
    this.#connections.push(connection);
    for (const [name, methods] of Object.entries(tables(connection))) {
      this.#tables.set(name as TableName, { connection, methods: methods as object });
    }
    return migrated;
  }

  #onRequest(request: Request | CloseRequest): void {
    if ('close' in request) {
      this.#answer(this.#tryClose(request.id));
      this.#port.close();
    } else this.#answer(this.#carryOut(request));
  }

  #carryOut({ id, table, operation, parameters }: Request): Response {
    const target = this.#tables.get(table);
    const startMs = performance.now();
    try {
      const listed: readonly string[] = OPERATIONS[table];
      if (!target || !listed.includes(operation)) {
        throw new TypeError(`no such operation: ${table}.${operation}`);
      }
      const methods = target.methods as Record<string, (...parameters: unknown[]) => unknown>;
      const result = methods[operation]?.(...parameters);
      return { id, tookMs: performance.now() - startMs, result };
    } catch (error) {
      const failure = failureOf(error, target?.connection);
      return { id, tookMs: performance.now() - startMs, failure };
    }
  }

  #tryClose(id: number): Response {
    try {
      this.#close();
      return { id, result: undefined };
    } catch (error) {
      return { id, failure: failureOf(error, this.#connections[0]) };
    }
  }

  #close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #answer(response: Response): void {
    const result = 'result' in response ? response.result : undefined;
    const packed = packRows(result);
    if (packed) {
      const buffers = [packed.bytes.buffer, packed.lengths.buffer] as ArrayBuffer[];
      const { id, tookMs = 0 } = response;
      this.#port.postMessage({ id, tookMs, packed } satisfies Response, buffers);
    } else this.#port.postMessage(response, transferableBuffers(result));
  }
}

if (!parentPort) throw new TypeError('store-worker.js runs in a worker thread');
new StoreWorker(parentPort).start(workerData as WorkerOptions);
