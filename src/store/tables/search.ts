/** The full-text index over received and own mail. */
import type { Connection, Statement } from '../connection.js';
import type { MailboxLists } from '../mailbox/mailbox-lists.js';
import type {
  MailboxRow,
  SearchRepository,
  SearchRequest,
  SearchResult,
} from '../mailbox/mailbox-repository.js';
import { KEY_LIMIT, rowOfKey, searchKey } from '../mailbox/search-key.js';
import { indexedTexts, searchExpression } from '../mailbox/search-text.js';
import type { Direction } from '../mailbox/scope.js';
import type { Sync } from './sync.js';

/** Matches that are looked at for one page: of those that are in another folder there may be many. */
const MAX_SCANNED = 5_000;
/** Up to so many messages at a time are taken out of the index word by word, some 5 to 15 ms each. */
const MAX_SECURE_REMOVALS = 10;
/** Pages of the index that one step of a purge writes; some 20 ms. */
const PURGE_PAGES = 500;
/** A merge that changes less has nothing left to do. [FTS5: the merge command] */
const NOTHING_MERGED = 2;

/** What is left to do of a purge: both rounds of merging, the second, nothing. */
const PURGE = { none: 0, second: 1, first: 2 } as const;
/** Below the key of every message. */
const FILLER_KEY = 0n;
const FILLER = ['x', '', ''] as const;

interface TextRow {
  id: number;
  time_s: number;
  subject: Uint8Array;
  body: Uint8Array;
  from_address: string;
  to_address: string;
}

const TEXT_COLUMNS = 'subject, body, from_address, to_address';

const FIND = `SELECT rowid AS key FROM message_text
  WHERE message_text MATCH ? AND rowid < ? ORDER BY rowid DESC`;

export class SearchTable implements Sync<SearchRepository> {
  readonly #connection: Connection;
  readonly #lists: MailboxLists;
  readonly #find: Statement<{ key: bigint }>;
  readonly #add: Statement;
  readonly #remove: Statement;
  readonly #secure: Statement;
  readonly #merge: Statement;
  readonly #changes: Statement<{ count: number }>;
  readonly #queue: Statement<{ key: number }>;
  readonly #queued: Statement<{ count: number }>;
  readonly #unqueue: Statement;
  readonly #setPurge: Statement;
  readonly #purge: Statement<{ needed: number }>;
  readonly #texts: Readonly<Record<Direction, Statement<TextRow>>>;

  constructor(connection: Connection, lists: MailboxLists) {
    const config = 'INSERT INTO message_text (message_text, rank) VALUES';
    this.#connection = connection;
    this.#lists = lists;
    this.#find = connection.prepare<{ key: bigint }>(FIND).withBigInts();
    this.#add = connection.prepare(
      'INSERT INTO message_text (rowid, subject, body, addresses) VALUES (?, ?, ?, ?)',
    );
    this.#remove = connection.prepare(
      "INSERT INTO message_text (message_text, rowid, subject, body, addresses) VALUES ('delete', ?, ?, ?, ?)",
    );
    this.#secure = connection.prepare(`${config} ('secure-delete', ?)`);
    this.#merge = connection.prepare(`${config} ('merge', ?)`);
    this.#changes = connection.prepare('SELECT total_changes() AS count');
    this.#queue = connection.prepare('SELECT key FROM search_queue ORDER BY key DESC LIMIT ?');
    this.#queued = connection.prepare('SELECT count(*) AS count FROM search_queue');
    this.#unqueue = connection.prepare('DELETE FROM search_queue WHERE key = ?');
    this.#setPurge = connection.prepare('UPDATE search_purge SET needed = ?');
    this.#purge = connection.prepare('SELECT needed FROM search_purge');
    this.#texts = {
      in: connection.prepare(
        `SELECT id, received_s AS time_s, ${TEXT_COLUMNS} FROM inbox WHERE id = ?`,
      ),
      out: connection.prepare(
        `SELECT id, sent_s AS time_s, ${TEXT_COLUMNS} FROM sent WHERE id = ?`,
      ),
    };
  }

  find({ query, scope, after, limit }: SearchRequest): SearchResult | undefined {
    const expression = searchExpression(query);
    if (expression === undefined) return undefined;
    const rows: MailboxRow[] = [];
    const before = after === undefined ? KEY_LIMIT : BigInt(after);
    let next: bigint | undefined;
    let scanned = 0;
    for (const { key } of this.#find.each(expression, before)) {
      const { direction, row } = rowOfKey(key);
      const shown = this.#lists.rowInScope(direction, row, scope);
      if (shown) rows.push(shown);
      if (rows.length >= limit || ++scanned >= MAX_SCANNED) {
        next = key;
        break;
      }
    }
    const notIndexed = this.#queued.get()?.count ?? 0;
    return { rows, next: next === undefined ? undefined : String(next), notIndexed };
  }

  /** The newest rows first: they are what people look for while the rest is being indexed. */
  index(limit: number): number {
    const queue = this.#queue.all(limit);
    if (queue.length === 0) return 0;
    this.#connection.transaction(() => {
      for (const { key } of queue) {
        const direction = key % 2 === 0 ? 'in' : 'out';
        const text = this.#texts[direction].get(Math.floor(key / 2));
        if (text) this.#add.run(searchKey(direction, text.id, text.time_s), ...textsOf(text));
        this.#unqueue.run(key);
      }
    });
    return this.#queued.get()?.count ?? 0;
  }

  /**
   * Takes rows out of the index that are about to be deleted; to be called in their transaction. The
   * words of a few are overwritten at once, those of many by {@link purge}.
   */
  remove(direction: Direction, rows: readonly number[]): void {
    const isSecure = rows.length <= MAX_SECURE_REMOVALS;
    if (!isSecure) this.#secure.run(0);
    let removed = 0;
    for (const row of rows) {
      const isQueued = this.#unqueue.run(row * 2 + (direction === 'out' ? 1 : 0)) > 0;
      const text = isQueued ? undefined : this.#texts[direction].get(row);
      if (!text) continue;
      this.#remove.run(searchKey(direction, row, text.time_s), ...textsOf(text));
      removed += 1;
    }
    if (isSecure) return;
    this.#secure.run(1);
    if (removed > 0) this.#setPurge.run(PURGE.first);
  }

  /**
   * FTS5 keeps the marks of deletion when it merges segments of one level beside which higher, empty
   * levels exist: nothing tells it that nothing older is left. A new segment makes the next merge go
   * to a new highest level, where they are dropped. Hence two rounds with a row of no meaning between.
   */
  purge(): boolean {
    const stage = this.#purge.get()?.needed ?? PURGE.none;
    if (stage === PURGE.none) return false;
    const before = this.#changes.get()?.count ?? 0;
    // A negative number begins a merge of everything, whose further steps are the same command.
    this.#merge.run(-PURGE_PAGES);
    const merged = (this.#changes.get()?.count ?? 0) - before;
    if (merged >= NOTHING_MERGED) return true;
    this.#connection.transaction(() => {
      if (stage === PURGE.first) this.#add.run(FILLER_KEY, ...FILLER);
      else this.#remove.run(FILLER_KEY, ...FILLER);
      this.#setPurge.run(stage - 1);
    });
    if (stage === PURGE.first) return true;
    this.#connection.pragma('incremental_vacuum');
    this.#connection.pragma('wal_checkpoint(TRUNCATE)');
    return false;
  }
}

function textsOf(row: TextRow): [string, string, string] {
  const { subject, body, from_address: fromAddress, to_address: toAddress } = row;
  return indexedTexts({ subject, body, fromAddress, toAddress });
}
