/**
 * The mailbox as people look at it: received and own mail together, by folder, conversation and label,
 * page by page. What the rows are is in ../repositories.ts.
 */
import type { InboxFolder, SentFolder, SentStatus, TextBytes } from '../repositories.js';
import type { MailKind } from './address-kind.js';

/** `all`: everything but the trash. */
export type MailboxFolder =
  | 'inbox'
  | 'requests'
  | 'chans'
  | 'feeds'
  | 'sent'
  | 'outbox'
  | 'archive'
  | 'starred'
  | 'trash'
  | 'all';

/** Which messages: all conditions hold. */
export interface MailboxScope {
  readonly folder: MailboxFolder;
  /** Own address: receiver of received mail, sender of own. */
  readonly identity?: string | undefined;
  /** Receiver. */
  readonly chan?: string | undefined;
  /** Of received mail. */
  readonly sender?: string | undefined;
  readonly unread?: boolean | undefined;
  readonly starred?: boolean | undefined;
}

/** Names a message: msgid of a received one, ack data of an own one. */
export interface MailboxKey {
  readonly direction: 'in' | 'out';
  readonly id: Uint8Array;
}

/** A place in a list: after this row. Rows of one second are told apart by direction and row. */
export interface MailboxPosition {
  readonly timeS: number;
  readonly direction: 'in' | 'out';
  readonly row: number;
}

export interface MailboxRow extends MailboxKey {
  /** Number within its direction; given again only when the newest was deleted for ever. */
  readonly row: number;
  /** 12 bytes; see thread.ts. */
  readonly thread: Uint8Array;
  readonly fromAddress: string;
  readonly toAddress: string;
  readonly subject: TextBytes;
  /** The body, or its first {@link HEAD_BYTES}. */
  readonly body: TextBytes;
  /** Subject and body. */
  readonly sizeBytes: number;
  readonly encoding: number;
  /** Received, or written. */
  readonly timeS: number;
  readonly read: boolean;
  readonly starred: boolean;
  readonly archived: boolean;
  readonly folder: InboxFolder | SentFolder;
  /** Of received mail; `direct` for own. */
  readonly place: MailKind | 'request';
  readonly sending?: SendingColumns;
}

/** What tells how far an own message has come. */
export interface SendingColumns {
  readonly status: SentStatus;
  readonly reason: string;
  readonly sentS: number;
  readonly lastActionS: number;
  readonly sleepUntilS: number;
  readonly retryNumber: number;
  readonly ttlS: number;
}

export interface ThreadRow {
  /** Newest of the folder. */
  readonly newest: MailboxRow;
  /** Of all folders but the trash. */
  readonly messages: number;
  readonly unread: number;
  readonly starred: boolean;
}

export interface MailboxCounts {
  readonly folders: Readonly<
    Record<
      Exclude<MailboxFolder, 'all' | 'starred'>,
      { readonly total: number; readonly unread: number }
    >
  >;
  readonly starred: number;
  readonly drafts: number;
  /** Addresses with unread mail: receivers of direct mail, chans, senders of broadcasts. */
  readonly identities: readonly UnreadCount[];
  readonly chans: readonly UnreadCount[];
  readonly feeds: readonly UnreadCount[];
}

export interface UnreadCount {
  readonly address: string;
  readonly unread: number;
}

/** Messages by name, and all of conversations. */
export interface MailboxTarget {
  readonly keys: readonly MailboxKey[];
  readonly threads: readonly Uint8Array[];
}

export interface MailboxLabels {
  readonly read?: boolean | undefined;
  readonly starred?: boolean | undefined;
  readonly archived?: boolean | undefined;
}

/** Messages that a change was about. */
export interface MailboxChange {
  readonly changed: number;
  /** At most {@link MAX_NAMED}; shorter than `changed` when there are more. */
  readonly keys: readonly MailboxKey[];
}

/** Bytes of a body that lists read: 160 characters of up to 4 bytes. */
export const HEAD_BYTES = 640;
/** Changed messages that are named one by one. */
export const MAX_NAMED = 1_000;

export interface MailboxRepository {
  /** Newest first; with the beginnings of the bodies. */
  list(
    scope: MailboxScope,
    after: MailboxPosition | undefined,
    limit: number,
  ): Promise<MailboxRow[]>;
  /** Conversations by their newest message in the scope. */
  threads(
    scope: MailboxScope,
    after: MailboxPosition | undefined,
    limit: number,
  ): Promise<ThreadRow[]>;
  /** Messages of one conversation with their bodies, newest first, and how many there are. */
  thread(
    thread: Uint8Array,
    after: MailboxPosition | undefined,
    limit: number,
  ): Promise<{ rows: MailboxRow[]; total: number }>;
  /** With the whole body. */
  get(key: MailboxKey): Promise<MailboxRow | undefined>;
  /** By {@link MailboxRow.row}; with the beginning of the body. */
  byRow(direction: MailboxKey['direction'], row: number): Promise<MailboxRow | undefined>;
  counts(): Promise<MailboxCounts>;
  /** What is left out stays. */
  label(target: MailboxTarget, labels: MailboxLabels): Promise<MailboxChange>;
  markAllRead(scope: MailboxScope): Promise<number>;
  /** Into the trash, or out of it. */
  setTrashed(target: MailboxTarget, trashed: boolean): Promise<MailboxChange>;
  /** Deletes for ever, wherever they are. */
  remove(target: MailboxTarget): Promise<MailboxChange>;
  /** Later mail of that sender is no request, either; returns how many messages were. */
  accept(address: string): Promise<number>;
  /** Trashes the requests of a sender and forgets that it was accepted; returns how many. */
  refuse(address: string): Promise<number>;
  /** People written to, last first, whose address begins so (`BM-` may be left out). */
  correspondents(prefix: string, limit: number): Promise<string[]>;
}

export interface SearchRequest {
  readonly query: string;
  readonly scope: MailboxScope;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface SearchResult {
  readonly rows: MailboxRow[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
  readonly notIndexed: number;
}

export interface SearchRepository {
  /** Newest first. Undefined when the query has nothing that can be looked for. */
  find(request: SearchRequest): Promise<SearchResult | undefined>;
  /** Indexes up to `limit` messages that came; returns how many are left. */
  index(limit: number): Promise<number>;
  /** Takes a step of removing deleted words from old parts of the index; false when none are left. */
  purge(): Promise<boolean>;
}

export interface DraftRecord {
  readonly id: string;
  readonly savedS: number;
  readonly kind: 'message' | 'broadcast';
  readonly fromAddress: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly ttlS: number | undefined;
  readonly inReplyTo: string | undefined;
}

export interface DraftRepository {
  /** The last saved first, after the one of that time and id. */
  list(after: { savedS: number; id: string } | undefined, limit: number): Promise<DraftRecord[]>;
  get(id: string): Promise<DraftRecord | undefined>;
  /** Adds or replaces; false when there are `max` others. */
  put(record: DraftRecord, max: number): Promise<boolean>;
  remove(id: string): Promise<boolean>;
}

/** A log-in. Its token is not here, only what recognises it. */
export interface SessionRecord {
  readonly tokenHash: Uint8Array;
  /** Changes with user and password: of an old login when it differs. */
  readonly loginMac: Uint8Array;
  readonly createdS: number;
  readonly lastUsedS: number;
}

export interface SessionRepository {
  list(): Promise<SessionRecord[]>;
  /** Adds or replaces. */
  put(record: SessionRecord): Promise<void>;
  remove(tokenHashes: readonly Uint8Array[]): Promise<void>;
}
