import type { Connection, Statement } from '../connection.js';
import { addressKindOf, type MailKind } from '../mailbox/address-kind.js';
import { threadOf } from '../mailbox/thread.js';
import type { Page } from '../bulk.js';
import type { InboxFolder, InboxRecord, InboxRepository } from '../repositories.js';
import { flag } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  msgid: Uint8Array;
  sig_hash: Uint8Array;
  to_address: string;
  from_address: string;
  subject: Uint8Array;
  body: Uint8Array;
  encoding: number;
  received_s: number;
  folder: InboxFolder;
  read: number;
}

/** Both uniqueness rules (msgid, non-empty sig_hash) are constraints of the schema. */
const ADD = `
  INSERT INTO inbox (
    msgid, sig_hash, to_address, from_address, encoding, received_s, folder, read, thread, place, subject,
    body
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

/** Anybody the user had to do with: their direct mail is no request. */
const IS_KNOWN = `
  SELECT EXISTS (SELECT 1 FROM accepted_sender WHERE address = ?1)
    OR EXISTS (SELECT 1 FROM contact WHERE address = ?1)
    OR EXISTS (SELECT 1 FROM subscription WHERE address = ?1)
    OR EXISTS (SELECT 1 FROM whitelist WHERE address = ?1)
    OR EXISTS (SELECT 1 FROM identity WHERE address = ?1)
    OR EXISTS (SELECT 1 FROM sent WHERE to_address = ?1) AS known`;

/** One text: thousands of small byte arrays would take longer to hand over than to read. */
const LIST_IDS = `
  SELECT group_concat(lower(hex(msgid)), ' ') AS ids
  FROM (SELECT msgid FROM inbox WHERE folder = ? ORDER BY received_s, id)`;

/** `length(sig_hash) > 0` lets SQLite use the index, which holds those rows only. */
const HAS_SIG_HASH = 'SELECT 1 FROM inbox WHERE sig_hash = ? AND length(sig_hash) > 0';

export class InboxTable implements Sync<InboxRepository> {
  readonly #list: Statement<Row>;
  readonly #listIds: Statement<{ ids: string | null }>;
  readonly #get: Statement<Row>;
  readonly #listByReceiver: Statement<Row>;
  readonly #hasSigHash: Statement<unknown>;
  readonly #setRead: Statement;
  readonly #move: Statement;
  readonly #count: Statement<{ count: number }>;
  readonly #add: Statement;
  readonly #page: Statement<Row & { id: number }>;
  readonly #kindOf: (toAddress: string) => MailKind;
  readonly #isKnown: Statement<{ known: number }>;

  constructor(connection: Connection) {
    this.#list = connection.prepare('SELECT * FROM inbox WHERE folder = ? ORDER BY received_s, id');
    this.#listIds = connection.prepare(LIST_IDS);
    this.#get = connection.prepare('SELECT * FROM inbox WHERE msgid = ?');
    this.#listByReceiver = connection.prepare(
      "SELECT * FROM inbox WHERE folder = 'inbox' AND to_address = ? ORDER BY id",
    );
    this.#hasSigHash = connection.prepare(HAS_SIG_HASH);
    this.#setRead = connection.prepare('UPDATE inbox SET read = ? WHERE msgid = ?');
    this.#move = connection.prepare('UPDATE inbox SET folder = ? WHERE msgid = ?');
    this.#count = connection.prepare('SELECT count(*) AS count FROM inbox');
    this.#add = connection.prepare(ADD);
    this.#kindOf = addressKindOf(connection);
    this.#isKnown = connection.prepare(IS_KNOWN);
    this.#page = connection.prepare('SELECT * FROM inbox WHERE id > ? ORDER BY id LIMIT ?');
  }

  list(folder: InboxFolder): InboxRecord[] {
    return this.#list.all(folder).map(fromRow);
  }

  listIds(folder: InboxFolder): string {
    return this.#listIds.get(folder)?.ids ?? '';
  }

  get(msgid: Uint8Array): InboxRecord | undefined {
    const row = this.#get.get(msgid);
    return row && fromRow(row);
  }

  listByReceiver(toAddress: string): InboxRecord[] {
    return this.#listByReceiver.all(toAddress).map(fromRow);
  }

  hasSigHash(sigHash: Uint8Array): boolean {
    return this.#hasSigHash.get(sigHash) !== undefined;
  }

  setRead(msgid: Uint8Array, read: boolean): boolean {
    return this.#setRead.run(flag(read), msgid) > 0;
  }

  move(msgid: Uint8Array, folder: InboxFolder): boolean {
    return this.#move.run(folder, msgid) > 0;
  }

  count(): number {
    return this.#count.get()?.count ?? 0;
  }

  /** For {@link MailBulkTable}. */
  page(afterRow: number, limit: number): Page<InboxRecord> {
    const rows = this.#page.all(afterRow, limit);
    return { rows: rows.map(fromRow), lastRow: rows.at(-1)?.id };
  }

  /** For {@link JournalTable}: false when msgid or non-empty sigHash is there already. */
  insert(record: InboxRecord): boolean {
    const { toAddress, fromAddress, subject } = record;
    const kind = this.#kindOf(toAddress);
    const isKnown = kind !== 'direct' || this.#isKnown.get(fromAddress)?.known === 1;
    const added = this.#add.run(
      record.msgid,
      record.sigHash,
      record.toAddress,
      record.fromAddress,
      record.encoding,
      record.receivedS,
      record.folder,
      flag(record.read),
      threadOf({ kind, toAddress, fromAddress, subject }),
      isKnown ? kind : 'request',
      record.subject,
      record.body,
    );
    return added > 0;
  }
}

function fromRow(row: Row): InboxRecord {
  return {
    msgid: row.msgid,
    sigHash: row.sig_hash,
    toAddress: row.to_address,
    fromAddress: row.from_address,
    subject: row.subject,
    body: row.body,
    encoding: row.encoding,
    receivedS: row.received_s,
    folder: row.folder,
    read: row.read !== 0,
  };
}
