import type { Migration } from '../migrate.js';

/**
 * First schema of mail.db. What a person wrote (labels, subjects, bodies) is BLOB: bytes as they
 * came, valid UTF-8 or not. Large columns stand last, so that reading the others skips them.
 * Times are unix seconds (`_s`) or milliseconds (`_ms`), booleans 0 and 1.
 */
export const mail001Initial: Migration = {
  name: 'mail-001-initial',
  sql: `
    CREATE TABLE identity (
      id INTEGER PRIMARY KEY,
      address TEXT NOT NULL UNIQUE,
      label BLOB NOT NULL,
      enabled INTEGER NOT NULL,
      chan INTEGER NOT NULL,
      signing_key BLOB NOT NULL,
      encryption_key BLOB NOT NULL,
      nonce_trials_per_byte INTEGER NOT NULL,
      payload_length_extra_bytes INTEGER NOT NULL,
      last_pubkey_send_s INTEGER NOT NULL,
      dont_send_ack INTEGER NOT NULL,
      mailing_list INTEGER NOT NULL,
      mailing_list_name BLOB NOT NULL,
      extra TEXT NOT NULL -- JSON object of strings
    ) STRICT;

    CREATE TABLE contact (
      id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, label BLOB NOT NULL
    ) STRICT;
    CREATE TABLE subscription (
      id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, label BLOB NOT NULL, enabled INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE blacklist (
      id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, label BLOB NOT NULL, enabled INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE whitelist (
      id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, label BLOB NOT NULL, enabled INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE inbox (
      id INTEGER PRIMARY KEY,
      msgid BLOB NOT NULL UNIQUE,
      sig_hash BLOB NOT NULL, -- empty in imported old rows
      to_address TEXT NOT NULL,
      from_address TEXT NOT NULL,
      encoding INTEGER NOT NULL,
      received_s INTEGER NOT NULL,
      folder TEXT NOT NULL,
      read INTEGER NOT NULL,
      subject BLOB NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX inbox_by_sig_hash ON inbox (sig_hash) WHERE length(sig_hash) > 0;
    CREATE INDEX inbox_by_folder ON inbox (folder, received_s);
    CREATE INDEX inbox_by_receiver ON inbox (to_address);

    CREATE TABLE sent (
      id INTEGER PRIMARY KEY,
      ack_data BLOB NOT NULL UNIQUE,
      msgid BLOB NOT NULL,
      to_address TEXT NOT NULL,
      to_ripe BLOB NOT NULL,
      from_address TEXT NOT NULL,
      encoding INTEGER NOT NULL,
      sent_s INTEGER NOT NULL,
      last_action_s INTEGER NOT NULL,
      sleep_until_s INTEGER NOT NULL,
      retry_number INTEGER NOT NULL,
      ttl_s INTEGER NOT NULL,
      folder TEXT NOT NULL,
      status TEXT NOT NULL,
      reason TEXT NOT NULL,
      subject BLOB NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX sent_by_msgid ON sent (msgid);
    CREATE INDEX sent_by_folder ON sent (folder, last_action_s);
    CREATE INDEX sent_by_sender ON sent (from_address, last_action_s);
    CREATE INDEX sent_by_status ON sent (status);

    CREATE TABLE outgoing (
      id INTEGER PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE,
      publish_at_ms INTEGER NOT NULL,
      object BLOB NOT NULL
    ) STRICT;

    CREATE TABLE feed_position (
      id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL
    ) STRICT;
    INSERT INTO feed_position (id, seq) VALUES (1, 0);
  `,
};
