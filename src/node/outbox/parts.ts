/** What the steps of sending share. */
import type { AckWatch } from '../ack-watch.js';
import type { Identities } from '../identities.js';
import type { AddressBooks } from '../lists/address-books.js';
import type { MailContext } from '../mail-dependencies.js';
import type { Pubkeys } from '../pubkeys.js';
import type { Publisher } from '../publisher.js';
import type { Stamper } from '../stamper.js';

export interface OutboxParts {
  readonly context: MailContext;
  readonly identities: Identities;
  readonly books: AddressBooks;
  readonly pubkeys: Pubkeys;
  readonly stamper: Stamper;
  readonly publisher: Publisher;
  readonly acks: AckWatch;
}

/** Nothing is tried again before this many times the object's life is over. [node.md §6] */
export const SLEEP_PER_TTL = 1.1;
