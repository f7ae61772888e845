/** The rows of a folder, fetched as far as they are looked at. */
import { call } from './api.js';
import type { Folder, MessageSummary, ThreadSummary } from './records.js';

export interface MailRow {
  /** Of the conversation, or of the message where each stands for itself. */
  readonly key: string;
  readonly message: MessageSummary;
  /** In the conversation; 1 for a message by itself. */
  readonly messages: number;
  readonly unread: number;
  readonly starred: boolean;
}

export interface MailQuery {
  readonly folder: Folder;
  readonly identity?: string;
  readonly chan?: string;
  readonly sender?: string;
  readonly unread?: boolean;
  /** Search words: messages instead of conversations. */
  readonly query?: string;
}

interface Page {
  readonly rows: MailRow[];
  readonly nextCursor: string | undefined;
}

/** Rows of one request: a few screens at first, more when somebody scrolls. */
const FIRST_ROWS = 60;
const NEXT_ROWS = 500;
/** So many rows ahead of what is seen are fetched before they are needed. */
const AHEAD_ROWS = 400;
/** In these each message stands for itself. */
const SINGLE: ReadonlySet<Folder> = new Set(['sent', 'outbox', 'trash', 'feeds']);

export class MailList {
  rows = $state.raw<readonly MailRow[]>([]);
  loading = $state(true);
  failed = $state(false);
  notIndexed = $state(0);
  #cursor: string | undefined;
  #fetching = false;
  readonly #query: MailQuery;

  constructor(query: MailQuery) {
    this.#query = query;
  }

  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** The beginning; also what to do when something in the folder has changed. */
  async refresh(): Promise<void> {
    try {
      const page = await this.#fetch(FIRST_ROWS);
      const oldest = page.rows.at(-1)?.message.timeS ?? Infinity;
      const fresh = new Set(page.rows.map(({ key }) => key));
      const isFirst = this.loading || page.nextCursor === undefined;
      const below = isFirst
        ? []
        : this.rows.filter(({ key, message }) => message.timeS < oldest && !fresh.has(key));
      if (below.length === 0) this.#cursor = page.nextCursor;
      this.rows = [...page.rows, ...below];
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.loading = false;
    }
  }

  /** Called with the last row in sight. */
  async needRow(index: number): Promise<void> {
    if (this.#fetching || this.#cursor === undefined || index < this.rows.length - AHEAD_ROWS)
      return;
    this.#fetching = true;
    try {
      const page = await this.#fetch(NEXT_ROWS, this.#cursor);
      const known = new Set(this.rows.slice(-FIRST_ROWS).map(({ key }) => key));
      this.rows = [...this.rows, ...page.rows.filter(({ key }) => !known.has(key))];
      this.#cursor = page.nextCursor;
    } catch {
      this.failed = true;
    } finally {
      this.#fetching = false;
    }
  }

  /** What the person just did is seen before the node has answered. */
  patch(key: string, change: Partial<Pick<MailRow, 'unread' | 'starred'>>): void {
    this.rows = this.rows.map((row) => (row.key === key ? { ...row, ...change } : row));
  }

  remove(key: string): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  async #fetch(limit: number, cursor?: string): Promise<Page> {
    const { query, ...narrowing } = this.#query;
    const paging = { limit, ...(cursor !== undefined && { cursor }) };
    if (query !== undefined) {
      const { folder, identity } = narrowing;
      const found = await call('messages.search', {
        query,
        folder,
        ...(identity !== undefined && { identity }),
        ...paging,
      });
      this.notIndexed = found.notIndexed;
      return { rows: found.messages.map(messageRow), nextCursor: found.nextCursor };
    }
    if (SINGLE.has(narrowing.folder)) {
      const page = await call('messages.list', { ...narrowing, ...paging });
      return {
        rows: page.messages.map(messageRow),
        nextCursor: page.nextCursor,
      };
    }
    const page = await call('threads.list', { ...narrowing, ...paging });
    return { rows: page.threads.map(threadRow), nextCursor: page.nextCursor };
  }
}

function messageRow(message: MessageSummary): MailRow {
  const { id, read, starred } = message;
  return { key: id, message, messages: 1, unread: read ? 0 : 1, starred };
}

function threadRow({ id, newest, messages, unread, starred }: ThreadSummary): MailRow {
  return { key: id, message: newest, messages, unread, starred };
}
