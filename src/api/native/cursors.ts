/** Places in lists, as texts that callers hand back. */
import type { MailboxPosition, MailboxRow } from '../../store/mailbox/mailbox-repository.js';
import { NativeError } from './native-error.js';

const POSITION = /^(\d{1,15})\.(in|out)\.(\d{1,15})$/;

function wrong(): NativeError {
  return new NativeError('invalid-cursor', 'not a cursor of this list', { field: 'cursor' });
}

/** Undefined at the beginning. @throws NativeError `invalid-cursor` */
export function positionOf(cursor: string | undefined): MailboxPosition | undefined {
  if (cursor === undefined) return undefined;
  const [, time, direction, row] = POSITION.exec(cursor) ?? [];
  if (time === undefined) throw wrong();
  return {
    timeS: Number(time),
    direction: direction === 'in' ? 'in' : 'out',
    row: Number(row),
  };
}

/** `nextCursor` of a page of rows; nothing when it was the last. */
export function nextOf(rows: readonly MailboxRow[], limit: number): { nextCursor?: string } {
  const last = rows.at(-1);
  if (!last || rows.length < limit) return {};
  return { nextCursor: `${Math.max(0, last.timeS)}.${last.direction}.${last.row}` };
}

/** A page of a list that is in memory; its cursor is a place in it. */
export function pageOf<Row>(
  rows: readonly Row[],
  { limit, cursor = '0' }: { limit: number; cursor?: string | undefined },
): { page: Row[]; next: { nextCursor?: string } } {
  if (!/^\d{1,10}$/.test(cursor)) throw wrong();
  const end = Number(cursor) + limit;
  const page = rows.slice(Number(cursor), end);
  return { page, next: end < rows.length ? { nextCursor: String(end) } : {} };
}
