/** The table of known nodes as the rest of Petrel sees it. */
import type { Remote } from './protocol.js';
import type { NodeRecord, NodeRepository } from './repositories.js';

/**
 * Records handed to the worker at a time. Copying all of a full table (20,000) in one go would keep
 * the main thread busy for tens of milliseconds.
 */
const RECORDS_PER_MESSAGE = 500;

export class Nodes implements NodeRepository {
  readonly #table: Remote<'nodes'>;
  /** The end of the last replacement: parts of two must not be mixed. */
  #replaced: Promise<void> = Promise.resolve();

  constructor(table: Remote<'nodes'>) {
    this.#table = table;
  }

  list(): Promise<NodeRecord[]> {
    return this.#table.list();
  }

  replaceAll(records: NodeRecord[]): Promise<void> {
    const snapshot = [...records];
    const replaced = this.#replaced.then(() => this.#replace(snapshot));
    this.#replaced = replaced.catch(() => undefined); // Told to the caller; the next one may succeed.
    return replaced;
  }

  async #replace(records: NodeRecord[]): Promise<void> {
    let at = 0;
    do {
      await this.#table.stage(records.slice(at, at + RECORDS_PER_MESSAGE), at === 0);
      at += RECORDS_PER_MESSAGE;
    } while (at < records.length);
    await this.#table.replaceByStaged();
  }
}
