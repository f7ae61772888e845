/** Folders and what narrows them, as conditions on the two tables of mail. */
import type { SqlValue } from '../connection.js';
import type { MailboxFolder, MailboxPosition, MailboxScope } from './mailbox-repository.js';

export type Direction = 'in' | 'out';

/** Own mail that is not out yet, or has failed. */
const OUTBOX_STATUSES = [
  'msgqueued',
  'doingpubkeypow',
  'awaitingpubkey',
  'doingmsgpow',
  'forcepow',
  'toodifficult',
  'badkey',
  'broadcastqueued',
  'doingbroadcastpow',
];
const IS_IN_OUTBOX = `folder = 'sent' AND status IN (${OUTBOX_STATUSES.map((status) => `'${status}'`).join(', ')})`;

/** Literals, not parameters: partial indexes are used for what the statement itself says. */
const FOLDERS: Readonly<Record<MailboxFolder, Readonly<Partial<Record<Direction, string>>>>> = {
  inbox: { in: "folder = 'inbox' AND place = 'direct' AND archived = 0" },
  requests: { in: "folder = 'inbox' AND place = 'request' AND archived = 0" },
  chans: { in: "folder = 'inbox' AND place = 'chan' AND archived = 0" },
  feeds: { in: "folder = 'inbox' AND place = 'feed' AND archived = 0" },
  sent: { out: "folder = 'sent'" },
  outbox: { out: IS_IN_OUTBOX },
  // The sign keeps SQLite from the index by folder, which holds nearly everything.
  archive: { in: "archived = 1 AND +folder = 'inbox'", out: "archived = 1 AND +folder = 'sent'" },
  starred: { in: "starred = 1 AND +folder = 'inbox'", out: "starred = 1 AND +folder = 'sent'" },
  trash: { in: "folder = 'trash'", out: "folder = 'trash'" },
  all: { in: "folder = 'inbox'", out: "folder = 'sent'" },
};

export const TABLE = {
  in: { name: 'inbox', time: 'received_s', key: 'msgid' },
  out: { name: 'sent', time: 'sent_s', key: 'ack_data' },
} as const satisfies Record<Direction, object>;

export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** Undefined when the scope has nothing in that table. */
export function scopeCondition(direction: Direction, scope: MailboxScope): Condition | undefined {
  const folder = FOLDERS[scope.folder][direction];
  if (folder === undefined) return undefined;
  const isOwn = direction === 'out';
  if (isOwn && (scope.unread || scope.sender !== undefined)) return undefined;
  const terms = [folder];
  const parameters: SqlValue[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    terms.push(`${column} = ?`);
    parameters.push(value);
  };
  equal(isOwn ? 'from_address' : 'to_address', scope.identity);
  equal('to_address', scope.chan);
  equal('from_address', scope.sender);
  if (scope.unread !== undefined && !isOwn) terms.push(`read = ${scope.unread ? 0 : 1}`);
  if (scope.starred !== undefined) terms.push(`starred = ${scope.starred ? 1 : 0}`);
  return { sql: terms.join(' AND '), parameters };
}

/**
 * Rows of a table after a position in the order of the lists: by time, then own before received, then
 * by row, all falling.
 */
export function afterCondition(direction: Direction, after: MailboxPosition): Condition {
  const { time } = TABLE[direction];
  if (after.direction === direction) {
    return { sql: `(${time}, id) < (?, ?)`, parameters: [after.timeS, after.row] };
  }
  const isBeforeAtTie = direction === 'out';
  return { sql: `${time} ${isBeforeAtTie ? '<' : '<='} ?`, parameters: [after.timeS] };
}

/** The order that {@link afterCondition} goes by, for sorting. */
export function compareNewestFirst(a: MailboxPosition, b: MailboxPosition): number {
  if (a.timeS !== b.timeS) return b.timeS - a.timeS;
  if (a.direction !== b.direction) return a.direction === 'out' ? -1 : 1;
  return b.row - a.row;
}
