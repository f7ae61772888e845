import type { Migration } from '../migrate.js';

/**
 * First schema of network.db.
 *
 * `inventory` is a rowid table: rows arrive at its end, only the index of hashes takes random
 * writes (a table keyed by the hash itself took five times as long). `seq` never repeats
 * (AUTOINCREMENT), even when the newest rows were removed: it is the feed's position.
 * The unique index carries expiry and stream, too: the index in memory is loaded from it alone,
 * without reading the objects. They cannot differ for one hash, for the hash covers them.
 * `tag` is NULL where the object has none, so that `inventory_by_tag` holds the few that have one.
 */
export const network001Initial: Migration = {
  name: 'network-001-initial',
  sql: `
    CREATE TABLE inventory (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      hash BLOB NOT NULL,
      type INTEGER NOT NULL,
      version INTEGER NOT NULL,
      stream INTEGER NOT NULL,
      expires_s INTEGER NOT NULL,
      tag BLOB,
      object BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX inventory_by_hash ON inventory (hash, expires_s, stream);
    CREATE INDEX inventory_by_tag ON inventory (tag, type) WHERE tag IS NOT NULL;

    CREATE TABLE node (
      id INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      port INTEGER NOT NULL,
      stream INTEGER NOT NULL,
      services INTEGER NOT NULL, -- 64 bits, as a signed number
      last_seen_s INTEGER NOT NULL,
      rating REAL NOT NULL,
      self INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE pubkey (
      id INTEGER PRIMARY KEY,
      address TEXT NOT NULL UNIQUE,
      stored_s INTEGER NOT NULL,
      used_personally INTEGER NOT NULL,
      key_block BLOB NOT NULL
    ) STRICT;
  `,
};
