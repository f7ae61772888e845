import type { Migration } from '../migrate.js';
import { mail001Initial } from './mail-001-initial.js';
import { mail002Processing } from './mail-002-processing.js';
import { mail003Mailbox } from './mail-003-mailbox.js';

/** Steps of mail.db in order; the last one's number is this program's schema version. */
export const MAIL_MIGRATIONS: readonly Migration[] = [
  mail001Initial,
  mail002Processing,
  mail003Mailbox,
];
