import type { Migration } from '../migrate.js';

/**
 * Objects get their table in files that were made in the first half hour of this schema (before commit
 * 4387db2), whose inventory holds them itself; in all others nothing changes.
 */
export const network003ObjectTable: Migration = {
  name: 'network-003-object-table',
  sql: '',
  fill: (connection) => {
    const column = "SELECT 1 FROM pragma_table_info('inventory') WHERE name = 'object'";
    if (connection.prepare<unknown>(column).get() === undefined) return;
    connection.exec(`
      CREATE TABLE object (
        seq INTEGER PRIMARY KEY, -- of inventory
        bytes BLOB NOT NULL
      ) STRICT;
      INSERT INTO object SELECT seq, object FROM inventory ORDER BY seq;
      DROP INDEX inventory_by_hash;
      ALTER TABLE inventory DROP COLUMN object;
    `);
  },
};
