import type { Connection, Statement } from '../connection.js';
import { addressKindOf, type MailKind } from '../mailbox/address-kind.js';
import { threadOf } from '../mailbox/thread.js';
import type { Page } from '../bulk.js';
import type {
  SentChanges,
  SentFolder,
  SentRecord,
  SentRepository,
  SentStatus,
  UnfinishedCount,
} from '../repositories.js';
import { jsonList } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  ack_data: Uint8Array;
  msgid: Uint8Array;
  to_address: string;
  to_ripe: Uint8Array;
  from_address: string;
  subject: Uint8Array;
  body: Uint8Array;
  encoding: number;
  sent_s: number;
  last_action_s: number;
  sleep_until_s: number;
  retry_number: number;
  ttl_s: number;
  folder: SentFolder;
  status: SentStatus;
  reason: string;
}

const ADD = `
  INSERT INTO sent (
    ack_data, msgid, to_address, to_ripe, from_address, encoding, sent_s, last_action_s,
    sleep_until_s, retry_number, ttl_s, folder, status, reason, thread, subject, body
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The last parameter is null, or the states in which alone the row is changed. */
const UPDATE = `
  UPDATE sent SET
    msgid = coalesce(?, msgid),
    last_action_s = coalesce(?, last_action_s),
    sleep_until_s = coalesce(?, sleep_until_s),
    retry_number = coalesce(?, retry_number),
    ttl_s = coalesce(?, ttl_s),
    folder = coalesce(?, folder),
    status = coalesce(?, status),
    reason = coalesce(?, reason)
  WHERE ack_data = ?9 AND (?10 IS NULL OR status IN (SELECT value FROM json_each(?10)))`;

const LIST = 'SELECT * FROM sent WHERE folder = ? ORDER BY last_action_s, id';
/** One text: thousands of small byte arrays would take longer to hand over than to read. */
const LIST_IDS = `
  SELECT group_concat(lower(hex(msgid)), ' ') AS ids
  FROM (SELECT msgid FROM sent WHERE folder = ? ORDER BY last_action_s, id)`;
const LIST_BY_SENDER =
  "SELECT * FROM sent WHERE folder = 'sent' AND from_address = ? ORDER BY last_action_s, id";
const LIST_BY_STATUS = `
  SELECT * FROM sent
  WHERE folder = 'sent' AND status IN (SELECT value FROM json_each(?)) ORDER BY id`;

/** What may still change by itself, or wants somebody's attention: few, and found by index. */
const UNFINISHED: readonly SentStatus[] = [
  'msgqueued',
  'doingpubkeypow',
  'awaitingpubkey',
  'doingmsgpow',
  'forcepow',
  'msgsent',
  'toodifficult',
  'badkey',
  'broadcastqueued',
  'doingbroadcastpow',
];

const COUNT_UNFINISHED = `
  SELECT status, count(*) AS count, min(last_action_s) AS oldestActionS FROM sent
  WHERE folder = 'sent' AND status IN (SELECT value FROM json_each(?)) GROUP BY status`;

export class SentTable implements Sync<SentRepository> {
  readonly #list: Statement<Row>;
  readonly #listIds: Statement<{ ids: string | null }>;
  readonly #get: Statement<Row>;
  readonly #getByAckData: Statement<Row>;
  readonly #listBySender: Statement<Row>;
  readonly #listByStatus: Statement<Row>;
  readonly #countUnfinished: Statement<UnfinishedCount>;
  readonly #add: Statement;
  readonly #update: Statement;
  readonly #count: Statement<{ count: number }>;
  readonly #page: Statement<Row & { id: number }>;
  readonly #kindOf: (toAddress: string) => MailKind;

  constructor(connection: Connection) {
    this.#list = connection.prepare(LIST);
    this.#listIds = connection.prepare(LIST_IDS);
    this.#get = connection.prepare('SELECT * FROM sent WHERE msgid = ? ORDER BY id LIMIT 1');
    this.#getByAckData = connection.prepare('SELECT * FROM sent WHERE ack_data = ?');
    this.#listBySender = connection.prepare(LIST_BY_SENDER);
    this.#listByStatus = connection.prepare(LIST_BY_STATUS);
    this.#countUnfinished = connection.prepare(COUNT_UNFINISHED);
    this.#add = connection.prepare(ADD);
    this.#update = connection.prepare(UPDATE);
    this.#kindOf = addressKindOf(connection);
    this.#page = connection.prepare('SELECT * FROM sent WHERE id > ? ORDER BY id LIMIT ?');
    this.#count = connection.prepare('SELECT count(*) AS count FROM sent');
  }

  list(folder: SentFolder): SentRecord[] {
    return this.#list.all(folder).map(fromRow);
  }

  listIds(folder: SentFolder): string {
    return this.#listIds.get(folder)?.ids ?? '';
  }

  get(msgid: Uint8Array): SentRecord | undefined {
    const row = this.#get.get(msgid);
    return row && fromRow(row);
  }

  getByAckData(ackData: Uint8Array): SentRecord | undefined {
    const row = this.#getByAckData.get(ackData);
    return row && fromRow(row);
  }

  listBySender(fromAddress: string): SentRecord[] {
    return this.#listBySender.all(fromAddress).map(fromRow);
  }

  listByStatus(statuses: SentStatus[]): SentRecord[] {
    return this.#listByStatus.all(jsonList(statuses)).map(fromRow);
  }

  countUnfinished(): UnfinishedCount[] {
    return this.#countUnfinished.all(jsonList(UNFINISHED)).map((row) => ({ ...row }));
  }

  add(record: SentRecord): void {
    const { toAddress, fromAddress, subject } = record;
    const kind = this.#kindOf(toAddress);
    this.#add.run(
      record.ackData,
      record.msgid,
      record.toAddress,
      record.toRipe,
      record.fromAddress,
      record.encoding,
      record.sentS,
      record.lastActionS,
      record.sleepUntilS,
      record.retryNumber,
      record.ttlS,
      record.folder,
      record.status,
      record.reason,
      threadOf({ kind, toAddress, fromAddress, subject }),
      record.subject,
      record.body,
    );
  }

  update(ackData: Uint8Array, changes: SentChanges, onlyFrom?: SentStatus[]): boolean {
    const changed = this.#update.run(
      changes.msgid ?? null,
      changes.lastActionS ?? null,
      changes.sleepUntilS ?? null,
      changes.retryNumber ?? null,
      changes.ttlS ?? null,
      changes.folder ?? null,
      changes.status ?? null,
      changes.reason ?? null,
      ackData,
      onlyFrom ? jsonList(onlyFrom) : null,
    );
    return changed > 0;
  }

  /** For {@link MailBulkTable}. */
  page(afterRow: number, limit: number): Page<SentRecord> {
    const rows = this.#page.all(afterRow, limit);
    return { rows: rows.map(fromRow), lastRow: rows.at(-1)?.id };
  }

  count(): number {
    return this.#count.get()?.count ?? 0;
  }
}

function fromRow(row: Row): SentRecord {
  return {
    ackData: row.ack_data,
    msgid: row.msgid,
    toAddress: row.to_address,
    toRipe: row.to_ripe,
    fromAddress: row.from_address,
    subject: row.subject,
    body: row.body,
    encoding: row.encoding,
    sentS: row.sent_s,
    lastActionS: row.last_action_s,
    sleepUntilS: row.sleep_until_s,
    retryNumber: row.retry_number,
    ttlS: row.ttl_s,
    folder: row.folder,
    status: row.status,
    reason: row.reason,
  };
}
