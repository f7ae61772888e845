/**
 * messages.dat in the shapes of earlier schema versions. What tables and columns each had is told by
 * the steps with which PyBitmessage upgrades them [class_sqlThread.py:run]; `npm run interop:takeover`
 * has PyBitmessage itself upgrade these files.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { join } from 'node:path';
import { decodeAddress } from '../../src/objects/address.js';
import { bytesIn, rawRows, textIn } from './data-dirs.js';

/** 0: from before the file told its version. */
export const OLD_VERSIONS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

const SENT_STATES = [
  ['doingpow', 'trash'],
  ['sentmessage', 'trash'],
  ['findingpubkey', 'trash'],
  ['broadcastpending', 'trash'],
  ['badkey', 'trash'],
  ['ackreceived', 'sent'],
] as const;

function tables(version: number): string {
  const sighash = version >= 9 ? ', sighash blob' : '';
  const retries =
    version >= 10
      ? 'senttime integer, lastactiontime integer, sleeptill int, status text, retrynumber integer'
      : 'lastactiontime integer, status text, pubkeyretrynumber integer, msgretrynumber integer';
  return `
    CREATE TABLE inbox (msgid blob, toaddress text, fromaddress text, subject text, received text,
      message text, folder text, encodingtype int, read bool${sighash},
      UNIQUE(msgid) ON CONFLICT REPLACE);
    CREATE TABLE sent (msgid blob, toaddress text, toripe blob, fromaddress text, subject text,
      message text, ackdata blob, ${retries}, folder text, encodingtype int${version >= 10 ? ', ttl int' : ''});
    CREATE TABLE subscriptions (label text, address text, enabled bool);
    CREATE TABLE addressbook (label text, address text);
    CREATE TABLE blacklist (label text, address text, enabled bool);
    CREATE TABLE whitelist (label text, address text, enabled bool);
    CREATE TABLE pubkeys (${pubkeyColumns(version)});
    CREATE TABLE inventory (${inventoryColumns(version)}, UNIQUE(hash) ON CONFLICT REPLACE);
    ${version > 0 ? `CREATE TABLE settings (key text, value blob, UNIQUE(key) ON CONFLICT REPLACE);` : ''}
    ${version < 6 ? `CREATE TABLE knownnodes (timelastseen int, stream int, services blob, host blob, port blob, UNIQUE(host, stream, port) ON CONFLICT REPLACE);` : ''}
    ${version >= 6 ? `CREATE TABLE objectprocessorqueue (objecttype ${version >= 7 ? 'int' : 'text'}, data blob, UNIQUE(objecttype, data) ON CONFLICT REPLACE);` : ''}`;
}

function pubkeyColumns(version: number): string {
  const rest = 'transmitdata blob, time int, usedpersonally text';
  if (version >= 10) {
    return `address text, addressversion int, ${rest}, UNIQUE(address) ON CONFLICT REPLACE`;
  }
  if (version >= 5) {
    return `hash blob, addressversion int, ${rest}, UNIQUE(hash, addressversion) ON CONFLICT REPLACE`;
  }
  if (version >= 1) return `hash blob, ${rest}, UNIQUE(hash) ON CONFLICT REPLACE`;
  return `hash blob, havecorrectnonce bool, ${rest}, UNIQUE(hash, havecorrectnonce) ON CONFLICT REPLACE`;
}

function inventoryColumns(version: number): string {
  const start = 'hash blob, objecttype text, streamnumber int, payload blob';
  if (version >= 7) {
    return 'hash blob, objecttype int, streamnumber int, payload blob, expirestime integer, tag blob';
  }
  if (version >= 4) return `${start}, receivedtime integer, tag blob`;
  return `${start}, receivedtime integer${version === 2 ? ', first20bytesofencryptedmessage blob' : ''}`;
}

/** Puts a messages.dat of that version into a directory; the public keys are those of `sample`, if any. */
export function writeOldMessages(directory: string, version: number, sample?: string): void {
  const database = new DatabaseSync(join(directory, 'messages.dat'));
  database.exec(tables(version));
  const insert = (table: string, ...values: (string | number | Uint8Array)[]): void => {
    const places = values.map((value) => (value instanceof Uint8Array ? 'CAST(? AS TEXT)' : '?'));
    database.prepare(`INSERT INTO ${table} VALUES (${places.join(', ')})`).run(...values);
  };
  if (version > 0) {
    insert('settings', 'version', String(version));
    insert('settings', 'lastvacuumtime', 1_795_000_000);
  }
  for (const n of [1, 2, 3]) {
    const id = new Uint8Array(32).fill(n);
    const row = [id, 'BM-to', 'BM-from', `subject ${n}`, '1795000000', 'body', 'inbox', 2, n % 2];
    insert('inbox', ...row, ...(version >= 9 ? [new Uint8Array(32).fill(n + 100)] : []));
  }
  SENT_STATES.forEach(([status, folder], n) => {
    const ripe = new Uint8Array(20).fill(n);
    const ack = new Uint8Array(32).fill(n + 10);
    const start = [new Uint8Array(32).fill(n), 'BM-to', ripe, 'BM-from', `sent ${n}`, 'body', ack];
    if (version >= 10) {
      insert('sent', ...start, 1_794_000_000, 1_794_000_001, 0, status, 1, folder, 2, 345_600);
    } else insert('sent', ...start, 1_794_000_001, status, 1, 2, folder, 2);
  });
  const contact = 'BM-2cXqjme7DrtTf3xEdgZenP4qZA8X9Z6H99';
  insert('addressbook', 'first', contact);
  insert('addressbook', 'second', contact);
  insert('subscriptions', 'mine', 'BM-2D9cr5SCrqsyeqYTnVsEec5RetrofftbWr', 0);
  insert('blacklist', 'black', contact, 1);
  insert('whitelist', 'white', contact, 0);
  if (version < 1) insert('subscriptions', 'old', 'BM-BbkPSZbzPwpVcYZpU4yHwf9ZPEapN5Zx', 1);
  const keys = sample === undefined ? [] : rawRows(sample, 'pubkeys');
  for (const row of keys) insertKey(row, version, insert);
  database.close();
}

function insertKey(
  row: Record<string, string>,
  version: number,
  insert: (table: string, ...values: (string | number | Uint8Array)[]) => void,
): void {
  const address = textIn(row['address']);
  const decoded = decodeAddress(address);
  if (decoded.status !== 'success') throw new Error(address);
  const { ripe, version: addressVersion } = decoded.address;
  const rest = [bytesIn(row['transmitdata']), 1_795_100_000, 'yes'];
  if (version >= 10) insert('pubkeys', address, addressVersion, ...rest);
  else if (version >= 5) insert('pubkeys', ripe, addressVersion, ...rest);
  else if (version >= 1) insert('pubkeys', ripe, ...rest);
  else insert('pubkeys', ripe, 1, ...rest);
}
