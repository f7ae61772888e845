import type { Migration } from '../migrate.js';
import { network001Initial } from './network-001-initial.js';
import { network002NodeOrigin } from './network-002-node-origin.js';
import { network003ObjectTable } from './network-003-object-table.js';

/** Steps of network.db in order; the last one's number is this program's schema version. */
export const NETWORK_MIGRATIONS: readonly Migration[] = [
  network001Initial,
  network002NodeOrigin,
  network003ObjectTable,
];
