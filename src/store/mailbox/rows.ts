/** Rows of the two tables of mail, as the mailbox gives them out. */
import { HEAD_BYTES, type MailboxRow } from './mailbox-repository.js';
import type { InboxFolder, SentFolder, SentStatus } from '../repositories.js';
import type { Direction } from './scope.js';

const BOTH = `id, thread, from_address, to_address, subject, encoding, starred, archived, folder,
  length(subject) + length(body) AS size_bytes`;
const COLUMNS: Readonly<Record<Direction, string>> = {
  in: `${BOTH}, msgid AS key, received_s AS time_s, read, place`,
  out: `${BOTH}, ack_data AS key, sent_s AS time_s, status, reason, last_action_s, sleep_until_s,
    retry_number, ttl_s`,
};

/** What to select, of a table that has no other name. */
export function columnsOf(direction: Direction, whole: boolean): string {
  // Of an empty BLOB, substr gives NULL.
  const body = whole ? 'body' : `coalesce(substr(body, 1, ${HEAD_BYTES}), x'') AS body`;
  return `${COLUMNS[direction]}, ${body}`;
}

interface CommonRow {
  id: number;
  thread: Uint8Array;
  from_address: string;
  to_address: string;
  subject: Uint8Array;
  encoding: number;
  starred: number;
  archived: number;
  size_bytes: number;
  key: Uint8Array;
  time_s: number;
  body: Uint8Array;
}

interface InRow extends CommonRow {
  folder: InboxFolder;
  read: number;
  place: MailboxRow['place'];
}

interface OutRow extends CommonRow {
  folder: SentFolder;
  status: SentStatus;
  reason: string;
  last_action_s: number;
  sleep_until_s: number;
  retry_number: number;
  ttl_s: number;
}

/** A row of the table of that direction. */
export type MailTableRow = InRow | OutRow;

export function mailboxRow(row: MailTableRow): MailboxRow {
  const common = {
    row: row.id,
    id: row.key,
    thread: row.thread,
    fromAddress: row.from_address,
    toAddress: row.to_address,
    subject: row.subject,
    body: row.body,
    sizeBytes: row.size_bytes,
    encoding: row.encoding,
    timeS: row.time_s,
    starred: row.starred !== 0,
    archived: row.archived !== 0,
    folder: row.folder,
  };
  if ('place' in row) {
    return { ...common, direction: 'in', read: row.read !== 0, place: row.place };
  }
  const sending = {
    status: row.status,
    reason: row.reason,
    sentS: row.time_s,
    lastActionS: row.last_action_s,
    sleepUntilS: row.sleep_until_s,
    retryNumber: row.retry_number,
    ttlS: row.ttl_s,
  };
  return { ...common, direction: 'out', read: true, place: 'direct', sending };
}
