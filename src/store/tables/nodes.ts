import type { Connection, Statement } from '../connection.js';
import type { NodeRecord, NodeRepository } from '../repositories.js';
import { flag } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  host: string;
  port: bigint;
  stream: bigint;
  services: bigint;
  last_seen_s: bigint;
  rating: number;
  self: bigint;
  source: string;
  anchor: bigint;
}

const ADD = `
  INSERT INTO node (host, port, stream, services, last_seen_s, rating, self, source, anchor)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The worker's half of the node table; the other half is src/store/nodes.ts. */
export class NodeTable implements Sync<Pick<NodeRepository, 'list'>> {
  readonly #connection: Connection;
  readonly #list: Statement<Row>;
  readonly #add: Statement;
  #staged: NodeRecord[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#list = connection.prepare<Row>('SELECT * FROM node ORDER BY id').withBigInts();
    this.#add = connection.prepare(ADD);
  }

  list(): NodeRecord[] {
    return this.#list.all().map((row) => ({
      host: row.host,
      port: Number(row.port),
      stream: Number(row.stream),
      services: BigInt.asUintN(64, row.services),
      lastSeenS: Number(row.last_seen_s),
      rating: row.rating,
      self: row.self !== 0n,
      ...(row.source !== '' && { source: row.source }),
      ...(row.anchor !== 0n && { anchor: true }),
    }));
  }

  /** Keeps records for {@link replaceByStaged}; the first part drops what an earlier try left. */
  stage(records: NodeRecord[], isFirst: boolean): void {
    if (isFirst) this.#staged = [];
    this.#staged.push(...records);
  }

  /** Replaces the whole table by what was staged, in one transaction. */
  replaceByStaged(): void {
    const records = this.#staged;
    this.#staged = [];
    this.#connection.transaction(() => {
      this.#connection.exec('DELETE FROM node');
      for (const record of records) {
        const { host, port, stream, services, lastSeenS, rating, self } = record;
        // SQLite's integers are signed: the same 64 bits, read back by asUintN.
        const signed = BigInt.asIntN(64, services);
        const origin = [record.source ?? '', flag(record.anchor ?? false)] as const;
        this.#add.run(host, port, stream, signed, lastSeenS, rating, flag(self), ...origin);
      }
    });
  }
}
