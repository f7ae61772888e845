import { addressKindOf } from '../mailbox/address-kind.js';
import { threadOf } from '../mailbox/thread.js';
import type { Connection } from '../connection.js';
import type { Migration } from '../migrate.js';

/**
 * What a mailbox of today needs: conversations, labels, unknown senders apart, drafts, full-text
 * search, log-ins that outlive a restart.
 *
 * `place` of received mail: `direct`, `request` (direct, of a sender nobody knows), `chan`, `feed`. It is
 * decided when a row comes (tables/inbox.ts); the triggers move requests when their sender becomes known.
 * Senders of mail that was here before count as accepted: nothing vanishes from anybody's inbox.
 *
 * `message_text` holds no text, only the index. Its row ids are those of search-key.ts: newest first is
 * the order of the index. Rows are indexed some time after they came (`search_queue`: twice the id, plus
 * one for sent), so that a takeover is not held up. `search_purge` is above 0 while deleted words may
 * still be in old parts of the index (tables/search.ts).
 *
 * Columns at the end of a row with a large body are slow to read: the indexes hold what lists look at.
 */
export const mail003Mailbox: Migration = {
  name: 'mail-003-mailbox',
  sql: `
    ALTER TABLE inbox ADD COLUMN place TEXT NOT NULL DEFAULT 'direct';
    ALTER TABLE inbox ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE inbox ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE inbox ADD COLUMN thread BLOB NOT NULL DEFAULT x'';
    ALTER TABLE sent ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sent ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sent ADD COLUMN thread BLOB NOT NULL DEFAULT x'';

    CREATE TABLE accepted_sender (address TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    INSERT INTO accepted_sender SELECT DISTINCT from_address FROM inbox;

    CREATE TABLE draft (
      id TEXT NOT NULL PRIMARY KEY,
      saved_s INTEGER NOT NULL,
      kind TEXT NOT NULL,
      from_address TEXT NOT NULL,
      recipients TEXT NOT NULL, -- JSON array of strings
      subject TEXT NOT NULL,
      ttl_s INTEGER,
      in_reply_to TEXT,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX draft_by_time ON draft (saved_s);

    CREATE TABLE session (
      token_hash BLOB NOT NULL PRIMARY KEY,
      login_mac BLOB NOT NULL,
      created_s INTEGER NOT NULL,
      last_used_s INTEGER NOT NULL
    ) STRICT;

    CREATE VIRTUAL TABLE message_text USING fts5(
      subject, body, addresses,
      content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2"
    );
    INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);
    CREATE TABLE search_purge (id INTEGER PRIMARY KEY CHECK (id = 1), needed INTEGER NOT NULL) STRICT;
    INSERT INTO search_purge VALUES (1, 0);
    CREATE TABLE search_queue (key INTEGER PRIMARY KEY) STRICT;
    INSERT INTO search_queue SELECT id * 2 FROM inbox;
    INSERT INTO search_queue SELECT id * 2 + 1 FROM sent;
    CREATE TRIGGER inbox_added AFTER INSERT ON inbox BEGIN
      INSERT INTO search_queue VALUES (NEW.id * 2);
    END;
    CREATE TRIGGER sent_added AFTER INSERT ON sent BEGIN
      INSERT INTO search_queue VALUES (NEW.id * 2 + 1);
      UPDATE inbox SET place = 'direct' WHERE place = 'request' AND from_address = NEW.to_address;
    END;
    ${['accepted_sender', 'contact', 'subscription', 'whitelist'].map(accepting).join('')}
  `,
  fill,
};

/** What lists and counts go by. They are made when the rows are as they shall be. */
const INDEXES = `
  CREATE INDEX inbox_by_place ON inbox (folder, place, archived, received_s);
  CREATE INDEX inbox_by_receiver_place ON inbox (to_address, folder, place, archived, received_s);
  CREATE INDEX inbox_by_sender ON inbox (from_address, received_s);
  CREATE INDEX inbox_by_thread ON inbox (thread, received_s, folder, place, archived, read, starred);
  CREATE INDEX inbox_requests ON inbox (from_address) WHERE place = 'request';
  CREATE INDEX inbox_unread ON inbox (place, to_address, from_address)
    WHERE read = 0 AND archived = 0 AND folder = 'inbox';
  CREATE INDEX inbox_archived ON inbox (received_s) WHERE archived = 1;
  CREATE INDEX inbox_starred ON inbox (received_s) WHERE starred = 1;
  DROP INDEX inbox_by_receiver;
  CREATE INDEX sent_by_time ON sent (folder, sent_s);
  CREATE INDEX sent_by_sender_time ON sent (from_address, folder, sent_s);
  CREATE INDEX sent_by_recipient ON sent (to_address, folder, sent_s);
  CREATE INDEX sent_by_thread ON sent (thread, sent_s, folder, archived, starred);
  CREATE INDEX sent_archived ON sent (sent_s) WHERE archived = 1;
  CREATE INDEX sent_starred ON sent (sent_s) WHERE starred = 1;`;

function accepting(table: string): string {
  return `
    CREATE TRIGGER ${table}_accepts AFTER INSERT ON ${table} BEGIN
      UPDATE inbox SET place = 'direct' WHERE place = 'request' AND from_address = NEW.address;
    END;`;
}

interface Addressed {
  readonly id: number;
  readonly to_address: string;
  readonly from_address: string;
  readonly subject: Uint8Array;
}

const PAGE_ROWS = 500;

/** Conversations and places of the mail that is there. */
function fill(connection: Connection): void {
  const kindOf = addressKindOf(connection);
  const setInbox = connection.prepare('UPDATE inbox SET thread = ?, place = ? WHERE id = ?');
  for (const { id, ...row } of eachRow(connection, 'inbox')) {
    const { to_address: toAddress, from_address: fromAddress, subject } = row;
    const kind = kindOf(toAddress);
    setInbox.run(threadOf({ kind, toAddress, fromAddress, subject }), kind, id);
  }
  const setSent = connection.prepare('UPDATE sent SET thread = ? WHERE id = ?');
  for (const { id, ...row } of eachRow(connection, 'sent')) {
    const { to_address: toAddress, from_address: fromAddress, subject } = row;
    const kind = kindOf(toAddress);
    setSent.run(threadOf({ kind, toAddress, fromAddress, subject }), id);
  }
  connection.exec(INDEXES);
}

function* eachRow(connection: Connection, table: 'inbox' | 'sent'): Generator<Addressed> {
  const page = connection.prepare<Addressed>(
    `SELECT id, to_address, from_address, subject FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
  );
  for (let last = 0; ;) {
    const rows = page.all(last, PAGE_ROWS);
    yield* rows;
    const end = rows.at(-1);
    if (!end) return;
    last = end.id;
  }
}
