import type { Connection, Statement } from '../connection.js';
import type { BulkAdded, MailBulk, Page } from '../bulk.js';
import type { ContactRecord, InboxRecord, ListedAddress, SentRecord } from '../repositories.js';
import { NO_BYTES } from '../../util/bytes.js';
import type { AddressListTable } from './address-lists.js';
import type { ContactTable } from './contacts.js';
import type { InboxTable } from './inbox.js';
import type { SentTable } from './sent.js';
import type { Sync } from './sync.js';

export interface MailBulkTables {
  readonly inbox: InboxTable;
  readonly sent: SentTable;
  readonly contacts: ContactTable;
  readonly lists: Readonly<Record<'subscription' | 'blacklist' | 'whitelist', AddressListTable>>;
}

export class MailBulkTable implements Sync<MailBulk> {
  readonly #connection: Connection;
  readonly #tables: MailBulkTables;
  readonly #accept: Statement;

  constructor(connection: Connection, tables: MailBulkTables) {
    this.#connection = connection;
    this.#tables = tables;
    this.#accept = connection.prepare(
      'INSERT INTO accepted_sender VALUES (?) ON CONFLICT DO NOTHING',
    );
  }

  addInbox(records: InboxRecord[]): BulkAdded[] {
    return this.#connection.transaction(() => {
      // It was in somebody's inbox already, beside mail of people known there.
      for (const sender of new Set(records.map(({ fromAddress }) => fromAddress))) {
        this.#accept.run(sender);
      }
      return records.map((record) => this.#addMessage(record));
    });
  }

  addSent(records: SentRecord[]): BulkAdded[] {
    const { sent } = this.#tables;
    return this.#connection.transaction(() =>
      records.map((record) => {
        if (sent.getByAckData(record.ackData)) return 'present';
        sent.add(record);
        return 'added';
      }),
    );
  }

  addContacts(records: ContactRecord[]): number {
    const { contacts } = this.#tables;
    return this.#connection.transaction(
      () => records.filter((record) => contacts.add(record)).length,
    );
  }

  addListed(list: keyof MailBulkTables['lists'], records: ListedAddress[]): number {
    const table = this.#tables.lists[list];
    return this.#connection.transaction(() => records.filter((record) => table.add(record)).length);
  }

  readInbox(afterRow: number, limit: number): Page<InboxRecord> {
    return this.#tables.inbox.page(afterRow, limit);
  }

  readSent(afterRow: number, limit: number): Page<SentRecord> {
    return this.#tables.sent.page(afterRow, limit);
  }

  #addMessage(record: InboxRecord): BulkAdded {
    const { inbox } = this.#tables;
    if (inbox.insert(record)) return 'added';
    const isPresent = inbox.get(record.msgid) !== undefined;
    if (isPresent) return 'present';
    inbox.insert({ ...record, sigHash: NO_BYTES });
    return 'addedWithoutSigHash';
  }
}
