import type { Connection, Statement } from '../connection.js';
import type { SessionRecord, SessionRepository } from '../mailbox/mailbox-repository.js';
import type { Sync } from './sync.js';

interface Row {
  token_hash: Uint8Array;
  login_mac: Uint8Array;
  created_s: number;
  last_used_s: number;
}

const PUT = `
  INSERT OR REPLACE INTO session (token_hash, login_mac, created_s, last_used_s) VALUES (?, ?, ?, ?)`;

export class SessionTable implements Sync<SessionRepository> {
  readonly #connection: Connection;
  readonly #list: Statement<Row>;
  readonly #put: Statement;
  readonly #remove: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#list = connection.prepare('SELECT * FROM session ORDER BY created_s');
    this.#put = connection.prepare(PUT);
    this.#remove = connection.prepare('DELETE FROM session WHERE token_hash = ?');
  }

  list(): SessionRecord[] {
    return this.#list.all().map((row) => ({
      tokenHash: row.token_hash,
      loginMac: row.login_mac,
      createdS: row.created_s,
      lastUsedS: row.last_used_s,
    }));
  }

  put(record: SessionRecord): void {
    this.#put.run(record.tokenHash, record.loginMac, record.createdS, record.lastUsedS);
  }

  remove(tokenHashes: readonly Uint8Array[]): void {
    this.#connection.transaction(() => {
      for (const tokenHash of tokenHashes) this.#remove.run(tokenHash);
    });
  }
}
