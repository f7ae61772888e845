/** Statements that are put together, each prepared once. */
import type { Connection, Statement } from '../connection.js';

/** The texts come from a closed set of parts: some hundred at most. */
export class Statements {
  readonly #connection: Connection;
  readonly #prepared = new Map<string, Statement<unknown>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  prepare<Row = never>(sql: string): Statement<Row> {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = this.#connection.prepare<unknown>(sql);
      this.#prepared.set(sql, statement);
    }
    return statement as Statement<Row>;
  }
}
