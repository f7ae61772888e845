import type { Migration } from '../migrate.js';

/**
 * Objects are processed out of the order of the feed, and new addresses get what came before them.
 *
 * `done_above` of `feed_position`: bit n, from the lowest of the first byte, says that object
 * `seq` + 1 + n has had its effect, too.
 *
 * A row of `backfill` says that the keys of an address were not tried with objects after `done_seq`,
 * up to `until_seq` or, where that is NULL, up to wherever the feed stands when they begin to be. The
 * triggers see to it that whatever adds or disables an address leaves its row in the same
 * transaction. A row of a disabled address waits until it is enabled.
 */
export const mail002Processing: Migration = {
  name: 'mail-002-processing',
  sql: `
    ALTER TABLE feed_position ADD COLUMN done_above BLOB NOT NULL DEFAULT x'';

    CREATE TABLE backfill (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL, -- identity, subscription
      address TEXT NOT NULL,
      done_seq INTEGER NOT NULL,
      until_seq INTEGER,
      UNIQUE (kind, address)
    ) STRICT;

    ${triggers('identity')}
    ${triggers('subscription')}
  `,
};

function triggers(kind: 'identity' | 'subscription'): string {
  return `
    CREATE TRIGGER ${kind}_added AFTER INSERT ON ${kind} BEGIN
      INSERT INTO backfill (kind, address, done_seq) VALUES ('${kind}', NEW.address, 0)
        ON CONFLICT DO UPDATE SET done_seq = 0, until_seq = NULL;
    END;
    CREATE TRIGGER ${kind}_disabled AFTER UPDATE OF enabled ON ${kind}
      WHEN OLD.enabled <> 0 AND NEW.enabled = 0
    BEGIN
      INSERT INTO backfill (kind, address, done_seq)
        VALUES ('${kind}', NEW.address, (SELECT seq FROM feed_position))
        ON CONFLICT DO UPDATE SET until_seq = NULL;
    END;
    CREATE TRIGGER ${kind}_removed AFTER DELETE ON ${kind} BEGIN
      DELETE FROM backfill WHERE kind = '${kind}' AND address = OLD.address;
    END;`;
}
