/** What the mail core is joined to. Each is an interface, so that tests need no socket and no worker. */
import type { PowSolver } from '../pow/solver.js';
import type { Repositories } from '../store/repositories.js';
import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { MailCounters } from './counters.js';
import type { NodeEventLog } from './events.js';
import type { MailSettings } from './mail-settings.js';

/** A private key to try, with the name under which a success is reported. */
export interface TrialKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Something that one of the keys opened. */
export interface Opened {
  readonly id: string;
  readonly plaintext: Uint8Array;
}

/**
 * Trial decryption: every key of a set is tried, in constant work per object. `identities` are the
 * encryption keys of the enabled identities, `broadcasts` the address keys of subscriptions v2/v3.
 */
export interface TrialDecryption {
  setKeys(set: TrialKeySet, keys: readonly TrialKey[]): Promise<void> | void;
  /** @param container the ECIES container, i.e. the object's payload after its header. */
  open(set: TrialKeySet, container: Uint8Array): Promise<Opened[]>;
}

export type TrialKeySet = 'identities' | 'broadcasts';

/** Fresh keys of an address, as the address maker finds them. */
export interface MadeKeys {
  /** 32 bytes each, private. */
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  /** 20 bytes. */
  readonly ripe: Uint8Array;
}

/** Searches keys whose ripe begins with zero bytes: seconds of work, so off the main thread. */
export interface AddressMaker {
  random(options: { leadingZeroBytes: number }): Promise<MadeKeys>;
  deterministic(options: {
    passphrase: Uint8Array;
    count: number;
    leadingZeroBytes: number;
  }): Promise<MadeKeys[]>;
}

/** The network, as far as the mail core needs it. */
export interface Announcer {
  /** Tells peers of an own object that is in the inventory now (stem first, then fluff). */
  announce(hash: Uint8Array, stream: number): void;
}

/** What {@link MailCore} is given. */
export interface MailDependencies {
  readonly repositories: Repositories;
  readonly pow: PowSolver;
  readonly decrypt: TrialDecryption;
  readonly addressMaker: AddressMaker;
  readonly publish: Announcer;
  readonly log: Log;
  readonly clock: Clock;
  /** Told once when the core cannot go on (the store failed): the node has to stop. */
  readonly onFailure?: (error: unknown) => void;
}

/** What the parts of the mail core share. */
export interface MailContext {
  readonly settings: MailSettings;
  readonly store: Repositories;
  readonly log: Log;
  readonly clock: Clock;
  readonly events: NodeEventLog;
  readonly counters: MailCounters;
  /** Reports a failure of the store or of a loop that nothing can go on after. */
  readonly fail: (error: unknown) => void;
}
