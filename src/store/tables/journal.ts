import type { Connection, Statement } from '../connection.js';
import type {
  FeedProgress,
  MailChanges,
  MailChangesResult,
  MailJournal,
  OutgoingObject,
} from '../repositories.js';
import { NO_BYTES } from '../../util/bytes.js';
import type { BackfillTable } from './backfill.js';
import type { IdentityTable } from './identities.js';
import type { InboxTable } from './inbox.js';
import type { SentTable } from './sent.js';
import type { Sync } from './sync.js';

interface OutgoingRow {
  hash: Uint8Array;
  object: Uint8Array;
  publish_at_ms: number;
}

const ADD_OUTGOING =
  'INSERT INTO outgoing (hash, publish_at_ms, object) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';

/** A position that went further meanwhile stays, with what belongs to it. */
const SET_POSITION = 'UPDATE feed_position SET seq = ?, done_above = ? WHERE seq <= ?';

export interface JournalTables {
  readonly backfill: BackfillTable;
  readonly identities: IdentityTable;
  readonly inbox: InboxTable;
  readonly sent: SentTable;
}

export class JournalTable implements Sync<MailJournal> {
  readonly #connection: Connection;
  readonly #tables: JournalTables;
  readonly #addOutgoing: Statement;
  readonly #listOutgoing: Statement<OutgoingRow>;
  readonly #removeOutgoing: Statement;
  readonly #setPosition: Statement;
  readonly #position: Statement<{ seq: number; done_above: Uint8Array }>;

  constructor(connection: Connection, tables: JournalTables) {
    this.#connection = connection;
    this.#tables = tables;
    this.#addOutgoing = connection.prepare(ADD_OUTGOING);
    this.#listOutgoing = connection.prepare('SELECT * FROM outgoing ORDER BY publish_at_ms, id');
    this.#removeOutgoing = connection.prepare('DELETE FROM outgoing WHERE hash = ?');
    this.#setPosition = connection.prepare(SET_POSITION);
    this.#position = connection.prepare('SELECT seq, done_above FROM feed_position');
  }

  /**
   * A duplicate `inbox` means that this message had been processed before (its object came again
   * under another nonce, or the processing was repeated after a crash). What it *creates* must not
   * be created twice: `newSent` would send a mailing list's post again, `outgoing` publish a second
   * acknowledgement. What it *observes* stays true and is harmless to repeat: `sent` are
   * compare-and-set changes, `identity` sets fields, and `feedPosition` has to move on, or the node
   * would read the same object for ever. A `sent` entry whose row does not match changes nothing,
   * holds up nothing, and is told in the result.
   *
   * The position never goes back, so commits that overtake each other do no harm.
   */
  commit(changes: MailChanges): MailChangesResult {
    return this.#connection.transaction(() => {
      const { identities, inbox, sent, backfill } = this.#tables;
      const inboxAdded = changes.inbox !== undefined && inbox.insert(changes.inbox);
      const sentChanged = (changes.sent ?? []).map((entry) =>
        sent.update(entry.ackData, entry.changes, entry.onlyFrom),
      );
      if (inboxAdded || changes.inbox === undefined) this.#create(changes);
      if (changes.identity) {
        identities.update(changes.identity.address, changes.identity.changes);
      }
      const { feedPosition, doneAbove = NO_BYTES } = changes;
      if (feedPosition !== undefined) {
        this.#setPosition.run(feedPosition, doneAbove, feedPosition);
      }
      if (changes.backfill) backfill.advance(changes.backfill);
      return { inboxAdded, sentChanged };
    });
  }

  feedPosition(): number {
    return this.feedProgress().seq;
  }

  feedProgress(): FeedProgress {
    const row = this.#position.get();
    return { seq: row?.seq ?? 0, doneAbove: row?.done_above ?? NO_BYTES };
  }

  listOutgoing(): OutgoingObject[] {
    return this.#listOutgoing.all().map((row) => ({
      hash: row.hash,
      object: row.object,
      publishAtMs: row.publish_at_ms,
    }));
  }

  removeOutgoing(hash: Uint8Array): void {
    this.#removeOutgoing.run(hash);
  }

  /** Writes a page and changes nothing: whether the disk takes anything. */
  probe(): void {
    this.#connection.transaction(() => {
      this.#connection.exec('UPDATE feed_position SET seq = seq');
    });
  }

  #create({ newSent = [], outgoing = [] }: MailChanges): void {
    for (const record of newSent) this.#tables.sent.add(record);
    for (const { hash, publishAtMs, object } of outgoing) {
      this.#addOutgoing.run(hash, publishAtMs, object);
    }
  }
}
