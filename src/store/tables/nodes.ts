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
}

const ADD = `
  INSERT INTO node (host, port, stream, services, last_seen_s, rating, self)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

export class NodeTable implements Sync<NodeRepository> {
  readonly #connection: Connection;
  readonly #list: Statement<Row>;
  readonly #add: Statement;

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
    }));
  }

  replaceAll(records: NodeRecord[]): void {
    this.#connection.transaction(() => {
      this.#connection.exec('DELETE FROM node');
      for (const { host, port, stream, services, lastSeenS, rating, self } of records) {
        // SQLite's integers are signed: the same 64 bits, read back by asUintN.
        const signed = BigInt.asIntN(64, services);
        this.#add.run(host, port, stream, signed, lastSeenS, rating, flag(self));
      }
    });
  }
}
