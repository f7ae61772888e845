import type { Migration } from '../migrate.js';
import { network001Initial } from './network-001-initial.js';

/** Steps of network.db in order; the last one's number is this program's schema version. */
export const NETWORK_MIGRATIONS: readonly Migration[] = [network001Initial];
