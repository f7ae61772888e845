/**
 * Writes messages.dat as PyBitmessage v0.6 makes it: its tables to the column, because its inserts go by
 * position, and its storage classes: what Python 2 keeps as text is TEXT here, whatever bytes it holds.
 * [class_sqlThread.py:run]
 */
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import { decodeAddress } from '../objects/address.js';
import { decodeHeader, inventoryHash, TAG_BYTES } from '../objects/object.js';
import type { Page } from '../store/bulk.js';
import type { Store } from '../store/open-store.js';
import { bytesKey, utf8 } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import { originalAckData } from './mail-rows.js';
import { SCHEMA_VERSION } from './messages-import.js';
import type { TakeoverReport } from './report.js';

const PRIVATE_MODE = 0o600;
const PAGE_ROWS = 200;

const TABLES = `
  CREATE TABLE inbox (msgid blob, toaddress text, fromaddress text, subject text, received text,
    message text, folder text, encodingtype int, read bool, sighash blob,
    UNIQUE(msgid) ON CONFLICT REPLACE);
  CREATE TABLE sent (msgid blob, toaddress text, toripe blob, fromaddress text, subject text,
    message text, ackdata blob, senttime integer, lastactiontime integer, sleeptill integer,
    status text, retrynumber integer, folder text, encodingtype int, ttl int);
  CREATE TABLE subscriptions (label text, address text, enabled bool);
  CREATE TABLE addressbook (label text, address text, UNIQUE(address) ON CONFLICT IGNORE);
  CREATE TABLE blacklist (label text, address text, enabled bool);
  CREATE TABLE whitelist (label text, address text, enabled bool);
  CREATE TABLE pubkeys (address text, addressversion int, transmitdata blob, time int,
    usedpersonally text, UNIQUE(address) ON CONFLICT REPLACE);
  CREATE TABLE inventory (hash blob, objecttype int, streamnumber int, payload blob,
    expirestime integer, tag blob, UNIQUE(hash) ON CONFLICT REPLACE);
  CREATE TABLE settings (key blob, value blob, UNIQUE(key) ON CONFLICT REPLACE);
  CREATE TABLE objectprocessorqueue (objecttype int, data blob,
    UNIQUE(objecttype, data) ON CONFLICT REPLACE);`;

/** A parameter: bytes that become TEXT, bytes that stay BLOB, or a number. */
type Kind = 'text' | 'blob' | 'number';

const INSERTS = {
  inbox: 'text text text text text text text number number text',
  sent: 'text text text text text text text number number number text number text number number',
  subscriptions: 'text text number',
  addressbook: 'text text',
  blacklist: 'text text number',
  whitelist: 'text text number',
  pubkeys: 'text number text number text',
  inventory: 'blob number number blob number blob',
  objectprocessorqueue: 'number blob',
} as const;

type Table = keyof typeof INSERTS;
type Value = Uint8Array | string | number;

export interface MessagesExportContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly report: TakeoverReport;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export async function exportMessages(path: string, context: MessagesExportContext): Promise<void> {
  closeSync(openSync(path, 'wx', PRIVATE_MODE));
  chmodSync(path, PRIVATE_MODE);
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN');
    database.exec(TABLES);
    const writer = new MessagesExport(database, context);
    await writer.mail();
    await writer.lists();
    await writer.network();
    writer.settings();
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

class MessagesExport {
  readonly #database: DatabaseSyncInstance;
  readonly #context: MessagesExportContext;

  constructor(database: DatabaseSyncInstance, context: MessagesExportContext) {
    this.#database = database;
    this.#context = context;
  }

  async mail(): Promise<void> {
    const { store, report } = this.#context;
    const { mailBulk } = store;
    const insertInbox = this.#insert('inbox');
    await this.#eachPage(
      'inbox',
      await store.inbox.count(),
      (after) => mailBulk.readInbox(after, PAGE_ROWS),
      (row) => {
        const { msgid, toAddress, fromAddress, subject, receivedS, body } = row;
        const { folder, encoding, read, sigHash } = row;
        const received = String(receivedS);
        insertInbox(
          msgid,
          toAddress,
          fromAddress,
          subject,
          received,
          body,
          folder,
          encoding,
          Number(read),
          sigHash,
        );
        report.count(`inbox, ${folder}`, 1, 1);
      },
    );
    const insertSent = this.#insert('sent');
    await this.#eachPage(
      'sent',
      await store.sent.count(),
      (after) => mailBulk.readSent(after, PAGE_ROWS),
      (row) => {
        const { msgid, toAddress, toRipe, fromAddress, subject, body, sentS, lastActionS } = row;
        const { sleepUntilS, status, retryNumber, folder, encoding, ttlS } = row;
        const ackData = originalAckData(row.ackData);
        insertSent(
          msgid,
          toAddress,
          toRipe,
          fromAddress,
          subject,
          body,
          ackData,
          sentS,
          lastActionS,
          sleepUntilS,
          status,
          retryNumber,
          folder,
          encoding,
          ttlS,
        );
        report.count(`sent, ${folder}`, 1, 1);
      },
    );
  }

  async lists(): Promise<void> {
    const { store, report } = this.#context;
    const contacts = await store.contacts.list();
    const insertContact = this.#insert('addressbook');
    for (const { label, address } of contacts) insertContact(label, address);
    report.count('address book', contacts.length, contacts.length);
    for (const name of ['subscriptions', 'blacklist', 'whitelist'] as const) {
      const entries = await store[name].list();
      const insert = this.#insert(name);
      for (const { label, address, enabled } of entries) insert(label, address, Number(enabled));
      report.count(name, entries.length, entries.length);
    }
  }

  async network(): Promise<void> {
    const { store, report, clock } = this.#context;
    const insertKey = this.#insert('pubkeys');
    await this.#eachPage(
      'public keys',
      0,
      (after) => store.networkBulk.readPubkeys(after, PAGE_ROWS),
      ({ address, keyBlock, storedS, usedPersonally }) => {
        const decoded = decodeAddress(address);
        const version = decoded.status === 'success' ? decoded.address.version : 0;
        insertKey(address, version, keyBlock, storedS, usedPersonally ? 'yes' : 'no');
        report.count('public keys', 1, 1);
      },
    );
    const nowS = clock.nowS();
    const processed = await store.journal.feedPosition();
    const insertQueue = this.#insert('objectprocessorqueue');
    const insertObject = this.#objectInserter(nowS);
    for (let after = 0; ;) {
      const entries = await store.inventory.readFeed(after, PAGE_ROWS);
      for (const { seq, object } of entries) {
        const type = insertObject(object);
        if (type !== undefined && seq > processed) insertQueue(type, object);
      }
      const last = entries.at(-1);
      if (!last) break;
      after = last.seq;
    }
    // Own objects whose time to be published has not come yet.
    for (const { object } of await store.journal.listOutgoing()) insertObject(object);
  }

  settings(): void {
    const insert = this.#database.prepare('INSERT INTO settings VALUES (?, ?)');
    insert.run('version', String(SCHEMA_VERSION));
    insert.run('lastvacuumtime', BigInt(this.#context.clock.nowS()));
  }

  /** Gives the object's type; undefined when it has expired. */
  #objectInserter(nowS: number): (object: Uint8Array) => number | undefined {
    const insert = this.#insert('inventory');
    const seen = new Set<string>();
    return (object) => {
      const { type, stream, expiresS, headerLength } = decodeHeader(object);
      if (expiresS <= nowS) return undefined;
      const hash = inventoryHash(object);
      const key = bytesKey(hash);
      if (seen.has(key)) return undefined;
      seen.add(key);
      const tag = object.slice(headerLength, headerLength + TAG_BYTES);
      insert(hash, type, stream, object, expiresS, tag);
      this.#context.report.count('network objects', 1, 1);
      return type;
    };
  }

  #insert(table: Table): (...values: Value[]) => void {
    const kinds = INSERTS[table].split(' ') as Kind[];
    const places = kinds.map((kind) => (kind === 'text' ? 'CAST(? AS TEXT)' : '?')).join(', ');
    const statement = this.#database.prepare(`INSERT INTO ${table} VALUES (${places})`);
    return (...values) => {
      statement.run(
        ...values.map((value) => {
          if (typeof value === 'string') return utf8(value);
          return typeof value === 'number' ? BigInt(value) : value;
        }),
      );
    };
  }

  async #eachPage<Row>(
    what: string,
    total: number,
    read: (after: number) => Promise<Page<Row>>,
    write: (row: Row) => void,
  ): Promise<void> {
    let done = 0;
    for (let after: number | undefined = 0; ;) {
      const { rows, lastRow }: Page<Row> = await read(after);
      if (lastRow === undefined) return;
      rows.forEach(write);
      after = lastRow;
      done += rows.length;
      this.#context.onProgress?.(what, done, total);
      await pause();
    }
  }
}
