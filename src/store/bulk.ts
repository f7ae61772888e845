/** What the store offers for many rows at a time, beside the repositories. */
import type {
  ContactRecord,
  InboxRecord,
  ListedAddress,
  Page,
  PubkeyRecord,
  SentRecord,
} from './repositories.js';

export type { Page } from './repositories.js';

/** What became of a row that was added with many others. */
export type BulkAdded = 'added' | 'present' | 'addedWithoutSigHash';

/**
 * Many rows of mail.db at a time, for taking over and giving back whole mailboxes. Each call is one
 * durable transaction, and keeps other requests waiting: some hundred rows are a good measure.
 */
export interface MailBulk {
  /**
   * Rows whose msgid is there already are left out. One that is there under another msgid by its
   * sigHash is added without it: the schema has each signature once.
   */
  addInbox(records: InboxRecord[]): Promise<BulkAdded[]>;
  /** Rows whose ackData is there already are left out. */
  addSent(records: SentRecord[]): Promise<BulkAdded[]>;
  /** Returns how many were not there yet, by their address. */
  addContacts(records: ContactRecord[]): Promise<number>;
  addListed(
    list: 'subscription' | 'blacklist' | 'whitelist',
    records: ListedAddress[],
  ): Promise<number>;
  readInbox(afterRow: number, limit: number): Promise<Page<InboxRecord>>;
  readSent(afterRow: number, limit: number): Promise<Page<SentRecord>>;
}

/** Like {@link MailBulk}, for network.db. */
export interface NetworkBulk {
  /** Returns how many were not there yet, by their address; those that were stay as they are. */
  addPubkeys(records: PubkeyRecord[]): Promise<number>;
  readPubkeys(afterRow: number, limit: number): Promise<Page<PubkeyRecord>>;
  /** The highest sequence number of the feed that was ever given; 0 when none was. */
  lastSeq(): Promise<number>;
}
