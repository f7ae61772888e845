/**
 * What the store offers, as promise-based interfaces: plain values in and out, so that the same
 * repositories can later stand on another database or behind a process boundary.
 *
 * Two databases (docs/architecture.md): mail.db is precious and durable at every commit; network.db
 * can be fetched again and has relaxed durability. A change that must be whole is ONE method here,
 * done in one transaction: see {@link MailJournal}. Nothing spans both databases; what mail.db decides
 * about objects goes through `outgoing` and is put into the inventory again after a crash.
 */
import type {
  DraftRepository,
  MailboxRepository,
  SearchRepository,
  SessionRepository,
} from './mailbox/mailbox-repository.js';
import type { InventoryRepository } from './inventory-repository.js';

/** Bytes that a person wrote (label, subject, body): normally UTF-8, kept as they are. */
export type TextBytes = Uint8Array;

/** Rows in order of insertion; `lastRow` is where the next page goes on, undefined at the end. */
export interface Page<Row> {
  rows: Row[];
  lastRow: number | undefined;
}

// ---------------------------------------------------------------- mail.db

/** An own address with its private keys. */
export interface IdentityRecord {
  /** Canonical `BM-…` text; the key. */
  address: string;
  label: TextBytes;
  enabled: boolean;
  /** Shared-key chan: no acknowledgement, no public key, network-minimum difficulty. */
  chan: boolean;
  /** 32 bytes each. */
  signingKey: Uint8Array;
  encryptionKey: Uint8Array;
  /** Difficulty demanded from senders. */
  nonceTrialsPerByte: number;
  payloadLengthExtraBytes: number;
  /** Unix seconds; 0 when never published. */
  lastPubkeySendS: number;
  dontSendAck: boolean;
  mailingList: boolean;
  mailingListName: TextBytes;
  /** Options of PyBitmessage's section that Petrel has no use for, kept for export. */
  extra: Record<string, string>;
}

export interface IdentityRepository {
  /** All, in order of creation. */
  list(): Promise<IdentityRecord[]>;
  /** At most `limit` of those behind that row (0 at first), in order of creation. */
  page(afterRow: number, limit: number): Promise<Page<IdentityRecord>>;
  /** Adds those whose address is not there yet, in one transaction; returns the added addresses. */
  add(records: IdentityRecord[]): Promise<string[]>;
  /** Changes the given fields; false when the address is unknown. */
  update(address: string, changes: Partial<Omit<IdentityRecord, 'address'>>): Promise<boolean>;
  remove(address: string): Promise<boolean>;
}

export interface ContactRecord {
  address: string;
  label: TextBytes;
}

export interface ContactRepository {
  /** In order of insertion. */
  list(): Promise<ContactRecord[]>;
  /** False when the address is already there. */
  add(record: ContactRecord): Promise<boolean>;
  rename(address: string, label: TextBytes): Promise<boolean>;
  remove(address: string): Promise<boolean>;
}

/** A subscription, or an entry of the black or white list. */
export interface ListedAddress {
  address: string;
  label: TextBytes;
  enabled: boolean;
}

export interface AddressListRepository {
  list(): Promise<ListedAddress[]>;
  add(record: ListedAddress): Promise<boolean>;
  update(address: string, changes: Partial<Omit<ListedAddress, 'address'>>): Promise<boolean>;
  remove(address: string): Promise<boolean>;
}

export type InboxFolder = 'inbox' | 'trash';

export interface InboxRecord {
  /** 32-byte inventory hash (imported rows may hold other lengths); unique. */
  msgid: Uint8Array;
  /** Last 32 bytes of double SHA-512 of the signature; unique unless empty (imported old rows). */
  sigHash: Uint8Array;
  /** Own address, or `[Broadcast subscribers]`. */
  toAddress: string;
  fromAddress: string;
  subject: TextBytes;
  body: TextBytes;
  encoding: number;
  receivedS: number;
  folder: InboxFolder;
  read: boolean;
}

export interface InboxRepository {
  /** Messages in that folder by time received, then by insertion. */
  list(folder: InboxFolder): Promise<InboxRecord[]>;
  /** Their msgids alone, in the same order: lower-case hex with a blank between them; '' for none. */
  listIds(folder: InboxFolder): Promise<string>;
  /** In whatever folder. */
  get(msgid: Uint8Array): Promise<InboxRecord | undefined>;
  /** In folder inbox, exact text match, in order of insertion. */
  listByReceiver(toAddress: string): Promise<InboxRecord[]>;
  hasSigHash(sigHash: Uint8Array): Promise<boolean>;
  setRead(msgid: Uint8Array, read: boolean): Promise<boolean>;
  move(msgid: Uint8Array, folder: InboxFolder): Promise<boolean>;
  count(): Promise<number>;
}

export type SentFolder = 'sent' | 'trash' | 'draft';

/** spec of the states: src/node/outbox/state.ts. */
export type SentStatus =
  | 'msgqueued'
  | 'doingpubkeypow'
  | 'awaitingpubkey'
  | 'doingmsgpow'
  | 'forcepow'
  | 'msgsent'
  | 'msgsentnoackexpected'
  | 'ackreceived'
  | 'toodifficult'
  | 'badkey'
  | 'broadcastqueued'
  | 'doingbroadcastpow'
  | 'broadcastsent';

export interface SentRecord {
  /** Identifies the message for its whole life (38 bytes at stealth levels 0 and 1); unique. */
  ackData: Uint8Array;
  /** 16 random bytes until the object exists, then its 32-byte inventory hash. */
  msgid: Uint8Array;
  toAddress: string;
  /** 20 bytes: ripe of the recipient, of the sender for broadcasts. */
  toRipe: Uint8Array;
  fromAddress: string;
  subject: TextBytes;
  body: TextBytes;
  encoding: number;
  sentS: number;
  lastActionS: number;
  /** Unix seconds before which nothing is tried again. */
  sleepUntilS: number;
  retryNumber: number;
  /** Seconds, as asked for by the user. */
  ttlS: number;
  folder: SentFolder;
  status: SentStatus;
  /** Why it is in this state when that is worth telling (e.g. what the recipient demands); ''. */
  reason: string;
}

export type SentChanges = Partial<
  Pick<
    SentRecord,
    | 'msgid'
    | 'lastActionS'
    | 'sleepUntilS'
    | 'retryNumber'
    | 'folder'
    | 'status'
    | 'reason'
    | 'ttlS'
  >
>;

/** Mail that is on its way, or has not got there. */
export interface UnfinishedCount {
  status: SentStatus;
  count: number;
  /** Unix seconds of the last step of the one that has waited longest for its next. */
  oldestActionS: number;
}

export interface SentRepository {
  /** By time of last action, then by insertion. */
  list(folder: SentFolder): Promise<SentRecord[]>;
  /** As that of the inbox. */
  listIds(folder: SentFolder): Promise<string>;
  get(msgid: Uint8Array): Promise<SentRecord | undefined>;
  getByAckData(ackData: Uint8Array): Promise<SentRecord | undefined>;
  /** In folder sent, exact match on the sender, by time of last action. */
  listBySender(fromAddress: string): Promise<SentRecord[]>;
  /** In folder sent, in order of insertion. */
  listByStatus(statuses: SentStatus[]): Promise<SentRecord[]>;
  /** What is in folder sent and not arrived or given out for good, by state; states without any are left out. */
  countUnfinished(): Promise<UnfinishedCount[]>;
  /** Durable when it resolves. */
  add(record: SentRecord): Promise<void>;
  /** With `onlyFrom`: only when the row has one of these states now. False when no row was meant. */
  update(ackData: Uint8Array, changes: SentChanges, onlyFrom?: SentStatus[]): Promise<boolean>;
  count(): Promise<number>;
}

/** An object that mail.db has decided to publish and that may not be in the inventory yet. */
export interface OutgoingObject {
  /** 32-byte inventory hash; unique. */
  hash: Uint8Array;
  /** The whole object, nonce first, proof of work done. */
  object: Uint8Array;
  /** Unix milliseconds: published then (acknowledgements and key answers wait a random time). */
  publishAtMs: number;
}

/** Whose objects of the past are looked for: keys of an own address, or of one subscribed to. */
export type BackfillKind = 'identity' | 'subscription';

/**
 * An enabled address whose key was not tried with the objects of the feed after `doneSeq`, up to
 * `untilSeq`; undefined as long as that was not settled.
 */
export interface BackfillRange {
  kind: BackfillKind;
  address: string;
  doneSeq: number;
  untilSeq: number | undefined;
}

/** All addresses with exactly this range have had everything up to `toSeq`. */
export interface BackfillProgress {
  kind: BackfillKind;
  doneSeq: number;
  untilSeq: number;
  toSeq: number;
}

/**
 * What new addresses have missed. Rows come by themselves in the transaction that adds or disables an
 * identity or subscription, and go when it is removed or when {@link MailChanges.backfill} has
 * reached their end.
 */
export interface BackfillRepository {
  /** Those of enabled addresses, in order of creation. */
  list(): Promise<BackfillRange[]>;
  /** Says where the ranges end that have no end yet; empty ones go. */
  settle(kind: BackfillKind, addresses: readonly string[], untilSeq: number): Promise<void>;
  /** Nobody can have written to these before they were here. */
  forget(kind: BackfillKind, addresses: readonly string[]): Promise<void>;
}

/** How far the feed has been processed. */
export interface FeedProgress {
  /** Every object up to this one has had its effect. */
  seq: number;
  /** Which of those above have had it, too: bit n, from the lowest of byte 0, stands for seq + 1 + n. */
  doneAbove: Uint8Array;
}

/**
 * Changes of mail.db that belong together: all of them happen, or none. `feedPosition` is the
 * sequence number of the inventory feed up to which objects have been processed, `doneAbove` (see
 * {@link FeedProgress}; none by default) goes with it: stored with what was made from them, a
 * restart neither skips nor repeats. The position never moves back.
 */
export interface MailChanges {
  /** Inserted unless msgid or non-empty sigHash is there already. */
  inbox?: InboxRecord;
  sent?: { ackData: Uint8Array; changes: SentChanges; onlyFrom?: SentStatus[] }[];
  /** New rows of `sent` (mailing lists re-send what they receive). */
  newSent?: SentRecord[];
  outgoing?: OutgoingObject[];
  identity?: { address: string; changes: Partial<Omit<IdentityRecord, 'address'>> };
  feedPosition?: number;
  /** Without `feedPosition` it has no effect. */
  doneAbove?: Uint8Array;
  backfill?: BackfillProgress;
}

export interface MailChangesResult {
  /** False when `inbox` was given and already there. */
  inboxAdded: boolean;
  /** For each entry of `sent`: whether a row changed. */
  sentChanged: boolean[];
}

export interface MailJournal {
  /**
   * One durable transaction. When `inbox` is a duplicate, `newSent` and `outgoing` are left out, too;
   * `sent`, `identity`, `feedPosition` and `backfill` are applied all the same. An entry of `sent` that matches
   * no row holds nothing up: its `outgoing` is published unless the caller removes it.
   */
  commit(changes: MailChanges): Promise<MailChangesResult>;
  feedPosition(): Promise<number>;
  feedProgress(): Promise<FeedProgress>;
  listOutgoing(): Promise<OutgoingObject[]>;
  removeOutgoing(hash: Uint8Array): Promise<void>;
}

export interface MailTrash {
  /** Moves to trash in inbox and sent what has that msgid. */
  trash(msgid: Uint8Array): Promise<void>;
  /** Deletes the trash for ever and gives the space back; returns how many messages it was. */
  deleteAndVacuum(): Promise<number>;
}

// ---------------------------------------------------------------- network.db

export interface InventoryEntry {
  /** First 32 bytes of double SHA-512 of the object. */
  hash: Uint8Array;
  type: number;
  version: number;
  stream: number;
  expiresS: number;
  /** First 32 payload bytes of pubkey v4, broadcast v5 and getpubkey v4; otherwise empty. */
  tag: Uint8Array;
  /** The whole object, nonce first. */
  object: Uint8Array;
}

/** An object as the feed hands it out: `seq` grows with every accepted object, without repeats. */
export interface FeedEntry {
  seq: number;
  hash: Uint8Array;
  object: Uint8Array;
}

export interface NodeRecord {
  host: string;
  port: number;
  stream: number;
  services: bigint;
  lastSeenS: number;
  /** -1..1 */
  rating: number;
  /** Own address: never dialled. */
  self: boolean;
  /** Network group of the peer that told of it; left out when nobody else did. */
  source?: string;
  /** Was an outbound peer when last saved; left out when not. */
  anchor?: boolean;
}

export interface NodeRepository {
  list(): Promise<NodeRecord[]>;
  /** Replaces the whole table in one transaction. */
  replaceAll(records: NodeRecord[]): Promise<void>;
}

/** Public keys of others. */
export interface PubkeyRecord {
  address: string;
  /** vi(version) ‖ vi(stream) ‖ bitfield(4) ‖ signing(64) ‖ encryption(64) [‖ vi N ‖ vi E]. */
  keyBlock: Uint8Array;
  storedS: number;
  /** Kept for ever; others go after 28 days. */
  usedPersonally: boolean;
}

export interface PubkeyRepository {
  get(address: string): Promise<PubkeyRecord | undefined>;
  /** Adds or replaces; `usedPersonally` is never lowered. */
  put(record: PubkeyRecord): Promise<void>;
  markUsed(address: string): Promise<void>;
  /** Removes those not used personally that are older. */
  removeUnusedBefore(storedBeforeS: number): Promise<number>;
}

// ---------------------------------------------------------------- both

export interface Repositories {
  readonly identities: IdentityRepository;
  readonly contacts: ContactRepository;
  readonly subscriptions: AddressListRepository;
  readonly blacklist: AddressListRepository;
  readonly whitelist: AddressListRepository;
  readonly inbox: InboxRepository;
  readonly sent: SentRepository;
  readonly trash: MailTrash;
  readonly mailbox: MailboxRepository;
  readonly search: SearchRepository;
  readonly drafts: DraftRepository;
  readonly sessions: SessionRepository;
  readonly journal: MailJournal;
  readonly backfill: BackfillRepository;
  readonly inventory: InventoryRepository;
  readonly nodes: NodeRepository;
  readonly pubkeys: PubkeyRepository;
}
