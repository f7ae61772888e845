/** What the mail core is joined to. Each is an interface, so that tests need no socket and no worker. */
import type { PowSolver } from '../pow/solver.js';
import type { Repositories } from '../store/repositories.js';
import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { AddressMaker } from './address-maker.js';
import type { Conditions } from './health/conditions.js';
import type { PatientStore } from './health/patient-store.js';
import type { StorageHealth } from './health/storage-health.js';
import type { MailCounters } from './counters.js';
import type { DecryptService } from './decrypt/decrypt-service.js';
import type { NodeEventLog } from './events.js';
import type { MailSettings } from './mail-settings.js';

/**
 * Sets of keys at the decrypt service: the encryption keys of the enabled identities, and the address
 * keys of subscriptions of version 2 and 3; of each, those for which earlier objects are looked
 * through at the moment. Keys are named by address.
 */
export const KEY_SET = {
  identities: 'identities',
  broadcasts: 'broadcasts',
  earlierMail: 'earlier mail',
  earlierBroadcasts: 'earlier broadcasts',
} as const;

/** The network, as far as the mail core needs it. */
export interface Announcer {
  /** Tells peers of an own object that is in the inventory now (stem first, then fluff). */
  announce(hash: Uint8Array, stream: number): void;
}

/** What {@link MailCore} is given. */
export interface MailDependencies {
  readonly repositories: Repositories;
  readonly pow: PowSolver;
  readonly decrypt: DecryptService;
  readonly addressMaker: AddressMaker;
  readonly publish: Announcer;
  readonly log: Log;
  readonly clock: Clock;
  /** What is wrong with the machine; default: nothing but what the core itself notices. */
  readonly conditions?: Conditions;
  /** Whether the disk takes something; default: one that tries again. */
  readonly storage?: StorageHealth;
  /** Told once when the core cannot go on (the store failed): the node has to stop. */
  readonly onFailure?: (error: unknown) => void;
}

/** What the parts of the mail core share. */
export interface MailContext {
  readonly settings: MailSettings;
  /** Refuses at once what the disk does not take: for what somebody waits for. */
  readonly store: Repositories;
  /** The same, waiting until the disk takes it: for what has to be done whatever happens. */
  readonly patient: PatientStore;
  readonly storage: StorageHealth;
  readonly conditions: Conditions;
  readonly log: Log;
  readonly clock: Clock;
  readonly events: NodeEventLog;
  readonly counters: MailCounters;
  /** Reports a failure of the store or of a loop that nothing can go on after. */
  readonly fail: (error: unknown) => void;
}
