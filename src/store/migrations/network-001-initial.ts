import type { Migration } from '../migrate.js';

/**
 * First schema of network.db.
 *
 * `seq` of `inventory` is the feed's position and never repeats (AUTOINCREMENT), even when the newest
 * rows were removed. The objects have a table of their own under the same numbers, so that the index
 * of hashes is loaded at the start without reading them.
 *
 * There is deliberately no index by hash: hash -> seq is in memory (src/store/hash-index.ts), which is
 * also what keeps hashes unique; the lock on the data directory makes it the only writer. Hashes are
 * random, each new one would touch another page of such an index: adding objects took two to three
 * times as long with it (and five times as long again in a table keyed by the hash). This way all
 * writes go to the end of the tables.
 *
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
      tag BLOB
    ) STRICT;
    CREATE INDEX inventory_by_tag ON inventory (tag, type) WHERE tag IS NOT NULL;
    CREATE TABLE object (
      seq INTEGER PRIMARY KEY, -- of inventory
      bytes BLOB NOT NULL
    ) STRICT;

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
