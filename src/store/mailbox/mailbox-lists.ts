/** Reads folders and conversations page by page. */
import type {
  MailboxKey,
  MailboxPosition,
  MailboxRow,
  MailboxScope,
  ThreadRow,
} from './mailbox-repository.js';
import { columnsOf, mailboxRow, type MailTableRow } from './rows.js';
import {
  afterCondition,
  compareNewestFirst,
  scopeCondition,
  TABLE,
  type Condition,
  type Direction,
} from './scope.js';
import type { Statements } from './statements.js';

const DIRECTIONS: readonly Direction[] = ['in', 'out'];

/**
 * Own mail to an own address or chan is in both tables once it was delivered: conversations show the
 * received one.
 */
const IS_NOT_DELIVERED_HERE =
  'NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.msgid = sent.msgid AND inbox.thread = sent.thread)';

const THREAD_CONDITION: Readonly<Record<Direction, string>> = {
  in: "thread = ? AND +folder = 'inbox'",
  out: `thread = ? AND +folder = 'sent' AND ${IS_NOT_DELIVERED_HERE}`,
};

const THREAD_COUNT: Readonly<Record<Direction, string>> = {
  in: `SELECT count(*) AS messages, count(*) FILTER (WHERE read = 0) AS unread, max(starred) AS starred
    FROM inbox WHERE ${THREAD_CONDITION.in}`,
  out: `SELECT count(*) AS messages, 0 AS unread, max(starred) AS starred
    FROM sent WHERE ${THREAD_CONDITION.out}`,
};

interface ThreadCount {
  messages: number;
  unread: number;
  starred: number | null;
}

type Position = MailboxPosition | undefined;

export class MailboxLists {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  list(scope: MailboxScope, after: Position, limit: number): MailboxRow[] {
    return this.#merged((direction) => scopeCondition(direction, scope), after, limit, false);
  }

  threads(scope: MailboxScope, after: Position, limit: number): ThreadRow[] {
    const conditions = DIRECTIONS.map((direction) => scopeCondition(direction, scope));
    const isNewest = (direction: Direction): Condition | undefined => {
      const condition = scopeCondition(direction, scope);
      if (!condition) return undefined;
      const newer = DIRECTIONS.flatMap((other, index) => {
        const inOther = conditions[index];
        return inOther ? [{ sql: newerThan(direction, other, inOther.sql), inOther }] : [];
      });
      return {
        sql: [condition.sql, ...newer.map(({ sql }) => sql)].join(' AND '),
        parameters: [
          ...condition.parameters,
          ...newer.flatMap(({ inOther }) => inOther.parameters),
        ],
      };
    };
    const rows = this.#merged(isNewest, after, limit, false);
    return rows.map((newest) => ({ newest, ...this.#count(newest.thread) }));
  }

  thread(
    thread: Uint8Array,
    after: Position,
    limit: number,
  ): { rows: MailboxRow[]; total: number } {
    const condition = (direction: Direction): Condition => ({
      sql: THREAD_CONDITION[direction],
      parameters: [thread],
    });
    const rows = this.#merged(condition, after, limit, true);
    return { rows, total: this.#count(thread).messages };
  }

  get({ direction, id }: MailboxKey): MailboxRow | undefined {
    const { name, key } = TABLE[direction];
    const sql = `SELECT ${columnsOf(direction, true)} FROM ${name} WHERE ${key} = ?`;
    const row = this.#statements.prepare<MailTableRow>(sql).get(id);
    return row && mailboxRow(row);
  }

  byRow(direction: Direction, row: number): MailboxRow | undefined {
    const sql = `SELECT ${columnsOf(direction, false)} FROM ${TABLE[direction].name} WHERE id = ?`;
    const found = this.#statements.prepare<MailTableRow>(sql).get(row);
    return found && mailboxRow(found);
  }

  /** The row of that number, when it is in the scope; with the beginning of its body. */
  rowInScope(direction: Direction, row: number, scope: MailboxScope): MailboxRow | undefined {
    const condition = scopeCondition(direction, scope);
    if (!condition) return undefined;
    const { name } = TABLE[direction];
    const sql = `SELECT ${columnsOf(direction, false)} FROM ${name} WHERE id = ? AND ${condition.sql}`;
    const found = this.#statements.prepare<MailTableRow>(sql).get(row, ...condition.parameters);
    return found && mailboxRow(found);
  }

  #merged(
    conditionOf: (direction: Direction) => Condition | undefined,
    after: Position,
    limit: number,
    whole: boolean,
  ): MailboxRow[] {
    const rows = DIRECTIONS.flatMap((direction) => {
      const condition = conditionOf(direction);
      return condition ? this.#page(direction, condition, after, limit, whole) : [];
    });
    return rows.sort(compareNewestFirst).slice(0, limit);
  }

  #page(
    direction: Direction,
    { sql, parameters }: Condition,
    after: Position,
    limit: number,
    whole: boolean,
  ): MailboxRow[] {
    const { name, time } = TABLE[direction];
    const begin = after && afterCondition(direction, after);
    const where = begin ? `${sql} AND ${begin.sql}` : sql;
    const all = `SELECT ${columnsOf(direction, whole)} FROM ${name} WHERE ${where}
      ORDER BY ${time} DESC, id DESC LIMIT ?`;
    const values = [...parameters, ...(begin?.parameters ?? []), limit];
    return this.#statements
      .prepare<MailTableRow>(all)
      .all(...values)
      .map(mailboxRow);
  }

  #count(thread: Uint8Array): { messages: number; unread: number; starred: boolean } {
    const sums = { messages: 0, unread: 0, starred: false };
    for (const direction of DIRECTIONS) {
      const count = this.#statements.prepare<ThreadCount>(THREAD_COUNT[direction]).get(thread);
      sums.messages += count?.messages ?? 0;
      sums.unread += count?.unread ?? 0;
      sums.starred ||= (count?.starred ?? 0) !== 0;
    }
    return sums;
  }
}

/** No row of `other` in the same conversation that stands before this one in the order of the lists. */
function newerThan(direction: Direction, other: Direction, condition: string): string {
  const [own, its] = [TABLE[direction], TABLE[other]];
  const [mine, theirs] = [`${own.name}.${own.time}`, `n.${its.time}`];
  let order = `(${theirs}, n.id) > (${mine}, ${own.name}.id)`;
  if (other !== direction) order = `${theirs} ${other === 'out' ? '>=' : '>'} ${mine}`;
  // In the subquery plain names of columns are those of the inner table.
  return `NOT EXISTS (SELECT 1 FROM ${its.name} AS n INDEXED BY ${its.name}_by_thread
    WHERE n.thread = ${own.name}.thread AND ${order} AND ${condition})`;
}
