import type { Connection, Statement } from '../connection.js';
import type {
  BackfillKind,
  BackfillProgress,
  BackfillRange,
  BackfillRepository,
} from '../repositories.js';
import type { Sync } from './sync.js';

interface Row {
  kind: BackfillKind;
  address: string;
  done_seq: number;
  until_seq: number | null;
}

const LIST = `
  SELECT kind, address, done_seq, until_seq FROM backfill
  WHERE CASE kind
    WHEN 'identity' THEN EXISTS (
      SELECT 1 FROM identity WHERE identity.address = backfill.address AND enabled <> 0)
    ELSE EXISTS (
      SELECT 1 FROM subscription WHERE subscription.address = backfill.address AND enabled <> 0)
  END
  ORDER BY id`;

const SETTLE = `
  UPDATE backfill SET until_seq = ? WHERE kind = ? AND address = ? AND until_seq IS NULL`;

const ADVANCE = `
  UPDATE backfill SET done_seq = ? WHERE kind = ? AND done_seq = ? AND until_seq = ?`;

export class BackfillTable implements Sync<BackfillRepository> {
  readonly #connection: Connection;
  readonly #list: Statement<Row>;
  readonly #settle: Statement;
  readonly #forget: Statement;
  readonly #advance: Statement;
  readonly #dropDone: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#list = connection.prepare(LIST);
    this.#settle = connection.prepare(SETTLE);
    this.#forget = connection.prepare('DELETE FROM backfill WHERE kind = ? AND address = ?');
    this.#advance = connection.prepare(ADVANCE);
    this.#dropDone = connection.prepare('DELETE FROM backfill WHERE done_seq >= until_seq');
  }

  list(): BackfillRange[] {
    return this.#list.all().map((row) => ({
      kind: row.kind,
      address: row.address,
      doneSeq: row.done_seq,
      untilSeq: row.until_seq ?? undefined,
    }));
  }

  settle(kind: BackfillKind, addresses: readonly string[], untilSeq: number): void {
    this.#connection.transaction(() => {
      for (const address of addresses) this.#settle.run(untilSeq, kind, address);
      this.#dropDone.run();
    });
  }

  forget(kind: BackfillKind, addresses: readonly string[]): void {
    this.#connection.transaction(() => {
      for (const address of addresses) this.#forget.run(kind, address);
    });
  }

  /** For {@link JournalTable}, inside its transaction. */
  advance({ kind, doneSeq, untilSeq, toSeq }: BackfillProgress): void {
    this.#advance.run(toSeq, kind, doneSeq, untilSeq);
    if (toSeq >= untilSeq) this.#dropDone.run();
  }
}
