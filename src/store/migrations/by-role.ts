import type { DatabaseRole } from '../connection.js';
import type { Migration } from '../migrate.js';
import { MAIL_MIGRATIONS } from './mail.js';
import { NETWORK_MIGRATIONS } from './network.js';

/** The steps of each database. */
export const MIGRATIONS: Readonly<Record<DatabaseRole, readonly Migration[]>> = {
  mail: MAIL_MIGRATIONS,
  network: NETWORK_MIGRATIONS,
};
