import type { Connection, Statement } from '../connection.js';
import type { IdentityRecord, IdentityRepository, Page } from '../repositories.js';
import { flag } from './columns.js';
import type { Sync } from './sync.js';

interface Row {
  id: number;
  address: string;
  label: Uint8Array;
  enabled: number;
  chan: number;
  signing_key: Uint8Array;
  encryption_key: Uint8Array;
  nonce_trials_per_byte: number;
  payload_length_extra_bytes: number;
  last_pubkey_send_s: number;
  dont_send_ack: number;
  mailing_list: number;
  mailing_list_name: Uint8Array;
  extra: string;
}

const LIST = 'SELECT * FROM identity ORDER BY id';

const PAGE = 'SELECT * FROM identity WHERE id > ? ORDER BY id LIMIT ?';

const ADD = `
  INSERT INTO identity (
    address, label, enabled, chan, signing_key, encryption_key, nonce_trials_per_byte,
    payload_length_extra_bytes, last_pubkey_send_s, dont_send_ack, mailing_list, mailing_list_name, extra
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

const UPDATE = `
  UPDATE identity SET
    label = coalesce(?, label),
    enabled = coalesce(?, enabled),
    chan = coalesce(?, chan),
    signing_key = coalesce(?, signing_key),
    encryption_key = coalesce(?, encryption_key),
    nonce_trials_per_byte = coalesce(?, nonce_trials_per_byte),
    payload_length_extra_bytes = coalesce(?, payload_length_extra_bytes),
    last_pubkey_send_s = coalesce(?, last_pubkey_send_s),
    dont_send_ack = coalesce(?, dont_send_ack),
    mailing_list = coalesce(?, mailing_list),
    mailing_list_name = coalesce(?, mailing_list_name),
    extra = coalesce(?, extra)
  WHERE address = ?`;

export class IdentityTable implements Sync<IdentityRepository> {
  readonly #connection: Connection;
  readonly #list: Statement<Row>;
  readonly #page: Statement<Row>;
  readonly #add: Statement;
  readonly #update: Statement;
  readonly #remove: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#list = connection.prepare(LIST);
    this.#page = connection.prepare(PAGE);
    this.#add = connection.prepare(ADD);
    this.#update = connection.prepare(UPDATE);
    this.#remove = connection.prepare('DELETE FROM identity WHERE address = ?');
  }

  list(): IdentityRecord[] {
    return this.#list.all().map(fromRow);
  }

  page(afterRow: number, limit: number): Page<IdentityRecord> {
    const rows = this.#page.all(afterRow, limit);
    return { rows: rows.map(fromRow), lastRow: rows.at(-1)?.id };
  }

  add(records: IdentityRecord[]): string[] {
    return this.#connection.transaction(() =>
      records.filter((record) => this.#insert(record)).map((record) => record.address),
    );
  }

  update(address: string, changes: Partial<Omit<IdentityRecord, 'address'>>): boolean {
    const changed = this.#update.run(
      changes.label ?? null,
      flag(changes.enabled),
      flag(changes.chan),
      changes.signingKey ?? null,
      changes.encryptionKey ?? null,
      changes.nonceTrialsPerByte ?? null,
      changes.payloadLengthExtraBytes ?? null,
      changes.lastPubkeySendS ?? null,
      flag(changes.dontSendAck),
      flag(changes.mailingList),
      changes.mailingListName ?? null,
      changes.extra ? JSON.stringify(changes.extra) : null,
      address,
    );
    return changed > 0;
  }

  /** Emptying the WAL removes the last copy of the private keys from the disk (secure_delete). */
  remove(address: string): boolean {
    const removed = this.#remove.run(address) > 0;
    if (removed) this.#connection.pragma('wal_checkpoint(TRUNCATE)');
    return removed;
  }

  #insert(record: IdentityRecord): boolean {
    const added = this.#add.run(
      record.address,
      record.label,
      flag(record.enabled),
      flag(record.chan),
      record.signingKey,
      record.encryptionKey,
      record.nonceTrialsPerByte,
      record.payloadLengthExtraBytes,
      record.lastPubkeySendS,
      flag(record.dontSendAck),
      flag(record.mailingList),
      record.mailingListName,
      JSON.stringify(record.extra),
    );
    return added > 0;
  }
}

function fromRow(row: Row): IdentityRecord {
  return {
    address: row.address,
    label: row.label,
    enabled: row.enabled !== 0,
    chan: row.chan !== 0,
    signingKey: row.signing_key,
    encryptionKey: row.encryption_key,
    nonceTrialsPerByte: row.nonce_trials_per_byte,
    payloadLengthExtraBytes: row.payload_length_extra_bytes,
    lastPubkeySendS: row.last_pubkey_send_s,
    dontSendAck: row.dont_send_ack !== 0,
    mailingList: row.mailing_list !== 0,
    mailingListName: row.mailing_list_name,
    extra: JSON.parse(row.extra) as Record<string, string>,
  };
}
