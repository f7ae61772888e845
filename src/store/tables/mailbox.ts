/** The mailbox as people look at it; see mailbox-repository.ts. */
import type { Connection, Statement } from '../connection.js';
import { MailboxChanges, named } from '../mailbox/mailbox-changes.js';
import { MailboxCounter } from '../mailbox/mailbox-counts.js';
import type { MailboxLists } from '../mailbox/mailbox-lists.js';
import type {
  MailboxChange,
  MailboxCounts,
  MailboxKey,
  MailboxLabels,
  MailboxPosition,
  MailboxRepository,
  MailboxRow,
  MailboxScope,
  MailboxTarget,
  ThreadRow,
} from '../mailbox/mailbox-repository.js';
import type { Statements } from '../mailbox/statements.js';
import type { Sync } from './sync.js';
import type { TrashTable } from './trash.js';

const CORRESPONDENTS = `
  SELECT to_address AS address FROM sent
  WHERE folder = 'sent' AND to_address >= ?1 AND to_address < ?1 || char(0x10ffff)
    AND to_address LIKE 'BM-%'
  GROUP BY to_address ORDER BY max(sent_s) DESC LIMIT ?2`;

export class MailboxTable implements Sync<MailboxRepository> {
  readonly #connection: Connection;
  readonly #lists: MailboxLists;
  readonly #changes: MailboxChanges;
  readonly #counter: MailboxCounter;
  readonly #trash: TrashTable;
  readonly #correspondents: Statement<{ address: string }>;

  constructor(
    connection: Connection,
    {
      statements,
      lists,
      trash,
    }: { statements: Statements; lists: MailboxLists; trash: TrashTable },
  ) {
    this.#connection = connection;
    this.#lists = lists;
    this.#changes = new MailboxChanges(connection, statements);
    this.#counter = new MailboxCounter(statements);
    this.#trash = trash;
    this.#correspondents = connection.prepare(CORRESPONDENTS);
  }

  list(scope: MailboxScope, after: MailboxPosition | undefined, limit: number): MailboxRow[] {
    return this.#lists.list(scope, after, limit);
  }

  threads(scope: MailboxScope, after: MailboxPosition | undefined, limit: number): ThreadRow[] {
    return this.#lists.threads(scope, after, limit);
  }

  thread(
    thread: Uint8Array,
    after: MailboxPosition | undefined,
    limit: number,
  ): { rows: MailboxRow[]; total: number } {
    return this.#lists.thread(thread, after, limit);
  }

  get(key: MailboxKey): MailboxRow | undefined {
    return this.#lists.get(key);
  }

  byRow(direction: MailboxKey['direction'], row: number): MailboxRow | undefined {
    return this.#lists.byRow(direction, row);
  }

  counts(): MailboxCounts {
    return this.#counter.counts();
  }

  label(target: MailboxTarget, labels: MailboxLabels): MailboxChange {
    return this.#changes.label(target, labels);
  }

  markAllRead(scope: MailboxScope): number {
    return this.#changes.markAllRead(scope);
  }

  setTrashed(target: MailboxTarget, trashed: boolean): MailboxChange {
    return this.#changes.setTrashed(target, trashed);
  }

  remove(target: MailboxTarget): MailboxChange {
    const located = this.#changes.locate(target);
    const rowsOf = (direction: 'in' | 'out'): number[] =>
      located.filter((one) => one.direction === direction).map(({ row }) => row);
    this.#connection.transaction(() => this.#trash.remove(rowsOf('in'), rowsOf('out')));
    this.#trash.giveBack();
    return named(located);
  }

  accept(address: string): number {
    return this.#changes.accept(address);
  }

  refuse(address: string): number {
    return this.#changes.refuse(address);
  }

  correspondents(prefix: string, limit: number): string[] {
    return this.#correspondents.all(prefix, limit).map(({ address }) => address);
  }
}
