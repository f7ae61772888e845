import type { Connection, Statement } from '../connection.js';
import type { DraftRecord, DraftRepository } from '../mailbox/mailbox-repository.js';
import { jsonList } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  id: string;
  saved_s: number;
  kind: DraftRecord['kind'];
  from_address: string;
  recipients: string;
  subject: string;
  ttl_s: number | null;
  in_reply_to: string | null;
  body: string;
}

const LIST =
  'SELECT * FROM draft WHERE (saved_s, id) < (?, ?) ORDER BY saved_s DESC, id DESC LIMIT ?';
const COUNT_OTHERS = 'SELECT count(*) AS count FROM draft WHERE id <> ?';
const PUT = `
  INSERT OR REPLACE INTO draft (
    id, saved_s, kind, from_address, recipients, subject, ttl_s, in_reply_to, body
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export class DraftTable implements Sync<DraftRepository> {
  readonly #list: Statement<Row>;
  readonly #get: Statement<Row>;
  readonly #countOthers: Statement<{ count: number }>;
  readonly #put: Statement;
  readonly #remove: Statement;

  constructor(connection: Connection) {
    this.#list = connection.prepare(LIST);
    this.#get = connection.prepare('SELECT * FROM draft WHERE id = ?');
    this.#countOthers = connection.prepare(COUNT_OTHERS);
    this.#put = connection.prepare(PUT);
    this.#remove = connection.prepare('DELETE FROM draft WHERE id = ?');
  }

  list(after: { savedS: number; id: string } | undefined, limit: number): DraftRecord[] {
    const { savedS, id } = after ?? { savedS: Number.MAX_SAFE_INTEGER, id: '' };
    return this.#list.all(savedS, id, limit).map(fromRow);
  }

  get(id: string): DraftRecord | undefined {
    const row = this.#get.get(id);
    return row && fromRow(row);
  }

  put(record: DraftRecord, max: number): boolean {
    if ((this.#countOthers.get(record.id)?.count ?? 0) >= max) return false;
    this.#put.run(
      record.id,
      record.savedS,
      record.kind,
      record.fromAddress,
      jsonList(record.recipients),
      record.subject,
      record.ttlS ?? null,
      record.inReplyTo ?? null,
      record.body,
    );
    return true;
  }

  remove(id: string): boolean {
    return this.#remove.run(id) > 0;
  }
}

function fromRow(row: Row): DraftRecord {
  return {
    id: row.id,
    savedS: row.saved_s,
    kind: row.kind,
    fromAddress: row.from_address,
    recipients: JSON.parse(row.recipients) as string[],
    subject: row.subject,
    body: row.body,
    ttlS: row.ttl_s ?? undefined,
    inReplyTo: row.in_reply_to ?? undefined,
  };
}
