/** How much is in the folders: counted in the indexes, without looking at a message. */
import type { MailboxCounts, UnreadCount } from './mailbox-repository.js';
import { scopeCondition } from './scope.js';
import type { Statements } from './statements.js';

/** Addresses told with their unread mail. */
const MAX_ADDRESSES = 1_000;

const UNREAD = "inbox INDEXED BY inbox_unread WHERE read = 0 AND archived = 0 AND folder = 'inbox'";
const BY_PLACE = `SELECT place, archived, count(*) AS count FROM inbox INDEXED BY inbox_by_place
  WHERE folder = 'inbox' GROUP BY place, archived`;
const UNREAD_BY_PLACE = `SELECT place, count(*) AS count FROM ${UNREAD} GROUP BY place`;

interface PlaceCount {
  place: string;
  archived: number;
  count: number;
}

export class MailboxCounter {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  counts(): MailboxCounts {
    const totals = this.#statements.prepare<PlaceCount>(BY_PLACE).all();
    const unread = this.#statements.prepare<Omit<PlaceCount, 'archived'>>(UNREAD_BY_PLACE).all();
    const place = (name: string): { total: number; unread: number } => ({
      total: sum(totals.filter((one) => one.place === name && one.archived === 0)),
      unread: sum(unread.filter((one) => one.place === name)),
    });
    const archived = "sent WHERE archived = 1 AND +folder = 'sent'";
    return {
      folders: {
        inbox: place('direct'),
        requests: place('request'),
        chans: place('chan'),
        feeds: place('feed'),
        sent: { total: this.#count("sent WHERE folder = 'sent'"), unread: 0 },
        outbox: {
          total: this.#count(
            `sent WHERE ${scopeCondition('out', { folder: 'outbox' })?.sql ?? ''}`,
          ),
          unread: 0,
        },
        archive: {
          total: sum(totals.filter((one) => one.archived !== 0)) + this.#count(archived),
          unread: this.#count("inbox WHERE archived = 1 AND +folder = 'inbox' AND read = 0"),
        },
        trash: {
          total:
            this.#count("inbox WHERE folder = 'trash'") +
            this.#count("sent WHERE folder = 'trash'"),
          unread: this.#count("inbox WHERE folder = 'trash' AND read = 0"),
        },
      },
      starred:
        this.#count("inbox WHERE starred = 1 AND +folder = 'inbox'") +
        this.#count("sent WHERE starred = 1 AND +folder = 'sent'"),
      drafts: this.#count('draft'),
      identities: this.#unreadBy('to_address', 'direct'),
      chans: this.#unreadBy('to_address', 'chan'),
      feeds: this.#unreadBy('from_address', 'feed'),
    };
  }

  #unreadBy(column: 'to_address' | 'from_address', place: string): UnreadCount[] {
    const sql = `SELECT ${column} AS address, count(*) AS unread FROM ${UNREAD} AND place = ?
      GROUP BY ${column} ORDER BY unread DESC LIMIT ?`;
    return this.#statements.prepare<UnreadCount>(sql).all(place, MAX_ADDRESSES);
  }

  #count(from: string): number {
    const sql = `SELECT count(*) AS count FROM ${from}`;
    return this.#statements.prepare<{ count: number }>(sql).get()?.count ?? 0;
  }
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
