/**
 * What crosses the border between the main thread and the store worker: requests naming one of a
 * closed list of operations, plain values, and one answer each. Requests are carried out in order.
 */
import type { StorageTrouble } from './storage-error.js';
import type { PackedRows } from './transfer.js';
import type { AddressListTable } from './tables/address-lists.js';
import type { BackfillTable } from './tables/backfill.js';
import type { ContactTable } from './tables/contacts.js';
import type { IdentityTable } from './tables/identities.js';
import type { InboxTable } from './tables/inbox.js';
import type { InventoryTable } from './tables/inventory.js';
import type { JournalTable } from './tables/journal.js';
import type { MailBulkTable } from './tables/mail-bulk.js';
import type { NetworkBulkTable } from './tables/network-bulk.js';
import type { NodeTable } from './tables/nodes.js';
import type { PubkeyTable } from './tables/pubkeys.js';
import type { SentTable } from './tables/sent.js';
import type { DraftTable } from './tables/drafts.js';
import type { MailboxTable } from './tables/mailbox.js';
import type { SearchTable } from './tables/search.js';
import type { SessionTable } from './tables/sessions.js';
import type { TrashTable } from './tables/trash.js';

/** The tables of mail.db inside the worker. */
export interface MailTables {
  readonly identities: IdentityTable;
  readonly contacts: ContactTable;
  readonly subscriptions: AddressListTable;
  readonly blacklist: AddressListTable;
  readonly whitelist: AddressListTable;
  readonly inbox: InboxTable;
  readonly sent: SentTable;
  readonly trash: TrashTable;
  readonly mailbox: MailboxTable;
  readonly search: SearchTable;
  readonly drafts: DraftTable;
  readonly sessions: SessionTable;
  readonly journal: JournalTable;
  readonly backfill: BackfillTable;
  readonly mailBulk: MailBulkTable;
}

/** The tables of network.db inside the worker. */
export interface NetworkTables {
  readonly inventory: InventoryTable;
  readonly nodes: NodeTable;
  readonly pubkeys: PubkeyTable;
  readonly networkBulk: NetworkBulkTable;
}

export type Tables = MailTables & NetworkTables;
export type TableName = keyof Tables;

/** Every operation that may be asked for. */
export const OPERATIONS = {
  identities: ['list', 'page', 'add', 'update', 'remove'],
  contacts: ['list', 'add', 'rename', 'remove'],
  subscriptions: ['list', 'add', 'update', 'remove'],
  blacklist: ['list', 'add', 'update', 'remove'],
  whitelist: ['list', 'add', 'update', 'remove'],
  inbox: ['list', 'listIds', 'get', 'listByReceiver', 'hasSigHash', 'setRead', 'move', 'count'],
  sent: [
    'list',
    'listIds',
    'get',
    'getByAckData',
    'listBySender',
    'listByStatus',
    'countUnfinished',
    'add',
    'update',
    'count',
  ],
  trash: ['trash', 'deleteSome', 'giveBack'],
  mailbox: [
    'list',
    'threads',
    'thread',
    'get',
    'byRow',
    'counts',
    'label',
    'markAllRead',
    'setTrashed',
    'remove',
    'accept',
    'refuse',
    'correspondents',
  ],
  search: ['find', 'index', 'purge'],
  drafts: ['list', 'get', 'put', 'remove'],
  sessions: ['list', 'put', 'remove'],
  journal: ['commit', 'feedPosition', 'feedProgress', 'listOutgoing', 'removeOutgoing', 'probe'],
  backfill: ['list', 'settle', 'forget'],
  mailBulk: ['addInbox', 'addSent', 'addContacts', 'addListed', 'readInbox', 'readSent'],
  inventory: [
    'addBatch',
    'get',
    'getMany',
    'findByTag',
    'readFeed',
    'readFeedOf',
    'readEntries',
    'ensureSeqAbove',
    'removeBatch',
    'readIndex',
    'probe',
  ],
  nodes: ['list', 'stage', 'replaceByStaged'],
  pubkeys: ['get', 'put', 'markUsed', 'removeUnusedBefore'],
  networkBulk: ['addPubkeys', 'readPubkeys', 'lastSeq'],
} as const satisfies { [Name in TableName]: readonly (keyof Tables[Name])[] };

export type OperationName<Name extends TableName> = (typeof OPERATIONS)[Name][number] &
  keyof Tables[Name];

/** A table as the main thread sees it: the same methods, each answering with a promise. */
export type Remote<Name extends TableName> = {
  readonly [Operation in OperationName<Name>]: Tables[Name][Operation] extends (
    ...parameters: infer Parameters
  ) => infer Result
    ? (...parameters: Parameters) => Promise<Result>
    : never;
};

/** What the worker is started with. */
export interface WorkerOptions {
  readonly mailPath: string;
  readonly networkPath: string;
}

export interface Request {
  readonly id: number;
  readonly table: TableName;
  readonly operation: string;
  readonly parameters: readonly unknown[];
}

/** Asks the worker to close both files, to answer, and to end. */
export interface CloseRequest {
  readonly id: number;
  readonly close: true;
}

/** The worker's first message answers this id: the files are open ({@link OpenResult}) or not. */
export const OPEN_ID = 0;

export interface OpenResult {
  /** Names of the migrations that were applied. */
  readonly migrated: readonly string[];
}

/**
 * An error in plain words; `user` becomes a UserError, `range` a RangeError on the other side, and what
 * has `trouble` a StorageError.
 */
export interface Failure {
  readonly kind: 'user' | 'range' | 'other';
  readonly message: string;
  readonly stack: string | undefined;
  readonly trouble?: StorageTrouble | undefined;
  /** A file turned out to be damaged: nothing that needs it can go on. */
  readonly damage: boolean;
}

/** What is answered: a result as it is or packed, or a failure. */
export type Outcome =
  { readonly result: unknown } | { readonly packed: PackedRows } | { readonly failure: Failure };

/** `tookMs`: milliseconds of work, missing for the opening. */
export type Response = { readonly id: number; readonly tookMs?: number } & Outcome;
