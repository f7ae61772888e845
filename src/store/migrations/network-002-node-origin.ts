import type { Migration } from '../migrate.js';

/** Who told of a node ('' = nobody else), and whether it is dialled first at the next start. */
export const network002NodeOrigin: Migration = {
  name: 'network-002-node-origin',
  sql: `
    ALTER TABLE node ADD COLUMN source TEXT NOT NULL DEFAULT '';
    ALTER TABLE node ADD COLUMN anchor INTEGER NOT NULL DEFAULT 0;
  `,
};
