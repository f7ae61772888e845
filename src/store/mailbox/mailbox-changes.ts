/** Labels, the trash, and people who are known. */
import type { Connection } from '../connection.js';
import {
  MAX_NAMED,
  type MailboxChange,
  type MailboxKey,
  type MailboxLabels,
  type MailboxScope,
  type MailboxTarget,
} from './mailbox-repository.js';
import { scopeCondition, TABLE, type Direction } from './scope.js';
import type { Statements } from './statements.js';

/** A row to change. */
export interface Located {
  readonly direction: Direction;
  readonly row: number;
  readonly key: Uint8Array;
}

interface Row {
  id: number;
  key: Uint8Array;
}

const DIRECTIONS: readonly Direction[] = ['in', 'out'];

export class MailboxChanges {
  readonly #connection: Connection;
  readonly #statements: Statements;

  constructor(connection: Connection, statements: Statements) {
    this.#connection = connection;
    this.#statements = statements;
  }

  label(target: MailboxTarget, labels: MailboxLabels): MailboxChange {
    return this.#connection.transaction(() =>
      this.#each(target, ({ direction, row }) => this.#setLabels(direction, row, labels)),
    );
  }

  markAllRead(scope: MailboxScope): number {
    const condition = scopeCondition('in', { ...scope, unread: true });
    if (!condition) return 0;
    return this.#statements
      .prepare(`UPDATE inbox SET read = 1 WHERE ${condition.sql}`)
      .run(...condition.parameters);
  }

  setTrashed(target: MailboxTarget, trashed: boolean): MailboxChange {
    return this.#connection.transaction(() =>
      this.#each(target, ({ direction, row }) => {
        const home = direction === 'in' ? 'inbox' : 'sent';
        const folder = trashed ? 'trash' : home;
        return this.#statements
          .prepare(`UPDATE ${TABLE[direction].name} SET folder = ? WHERE id = ? AND folder <> ?`)
          .run(folder, row, folder);
      }),
    );
  }

  accept(address: string): number {
    const count = this.#requestsOf(address);
    this.#statements
      .prepare('INSERT INTO accepted_sender VALUES (?) ON CONFLICT DO NOTHING')
      .run(address);
    return count;
  }

  refuse(address: string): number {
    return this.#connection.transaction(() => {
      this.#statements.prepare('DELETE FROM accepted_sender WHERE address = ?').run(address);
      return this.#statements
        .prepare(
          "UPDATE inbox SET folder = 'trash' WHERE place = 'request' AND folder = 'inbox' AND from_address = ?",
        )
        .run(address);
    });
  }

  /** The rows that a target names, each once. */
  locate({ keys, threads }: MailboxTarget): Located[] {
    const found = new Map<string, Located>();
    const add = (direction: Direction, row: Row): void => {
      found.set(`${direction}${row.id}`, { direction, row: row.id, key: row.key });
    };
    for (const { direction, id } of keys) {
      const { name, key } = TABLE[direction];
      const sql = `SELECT id, ${key} AS key FROM ${name} WHERE ${key} = ?`;
      const row = this.#statements.prepare<Row>(sql).get(id);
      if (row) add(direction, row);
    }
    for (const thread of threads) {
      for (const direction of DIRECTIONS) {
        const { name, key } = TABLE[direction];
        const sql = `SELECT id, ${key} AS key FROM ${name} WHERE thread = ?`;
        for (const row of this.#statements.prepare<Row>(sql).all(thread)) add(direction, row);
      }
    }
    return [...found.values()];
  }

  #each(target: MailboxTarget, change: (located: Located) => number): MailboxChange {
    return named(this.locate(target).filter((located) => change(located) > 0));
  }

  #setLabels(direction: Direction, row: number, labels: MailboxLabels): number {
    const { starred, archived } = labels;
    const read = direction === 'in' ? labels.read : undefined;
    const wanted = Object.entries({ read, starred, archived }).filter(
      ([, value]) => value !== undefined,
    );
    if (wanted.length === 0) return 0;
    const values = wanted.map(([, value]) => Number(value));
    const set = wanted.map(([column]) => `${column} = ?`).join(', ');
    const differs = wanted.map(([column]) => `${column} <> ?`).join(' OR ');
    return this.#statements
      .prepare(`UPDATE ${TABLE[direction].name} SET ${set} WHERE id = ? AND (${differs})`)
      .run(...values, row, ...values);
  }

  #requestsOf(address: string): number {
    const sql = "SELECT count(*) AS count FROM inbox WHERE place = 'request' AND from_address = ?";
    return this.#statements.prepare<{ count: number }>(sql).get(address)?.count ?? 0;
  }
}

/** What became of rows, for those who are to be told. */
export function named(located: readonly Located[]): MailboxChange {
  const keys: MailboxKey[] = located
    .slice(0, MAX_NAMED)
    .map(({ direction, key }) => ({ direction, id: key }));
  return { changed: located.length, keys };
}
