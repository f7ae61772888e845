/** What earlier objects can be to new identities, and to new subscriptions. */
import { canonicalAddress } from '../../objects/address.js';
import { OBJECT_TYPE } from '../../objects/types.js';
import type { DecryptService, Opened, TrialKey } from '../decrypt/decrypt-service.js';
import type { Identities } from '../identities.js';
import type { Subscriptions } from '../lists/subscriptions.js';
import { KEY_SET } from '../mail-dependencies.js';
import type { Effect, ReceivedObject } from './effect.js';
import type { ObjectHandler } from './object-dispatch.js';
import type { BroadcastReceiver } from './receive-broadcast.js';
import type { MsgReceiver } from './receive-msg.js';

/** Tries objects with the keys of some addresses only: others have had them, and may have deleted them. */
export interface BackFillSource {
  /** Types of the objects that are tried. */
  readonly types: readonly number[];
  /** Whether new objects are tried with the keys of this enabled address. */
  isUsable(address: string): boolean;
  begin(addresses: readonly string[]): void;
  end(): void;
  open(received: ReceivedObject): Promise<Opened[]>;
  receive(received: ReceivedObject, openings: readonly Opened[]): Promise<Effect | undefined>;
}

/** Mail, and requests for keys. */
export class IdentitySource implements BackFillSource {
  readonly types: readonly number[] = [OBJECT_TYPE.msg, OBJECT_TYPE.getpubkey];
  readonly #identities: Identities;
  readonly #decrypt: DecryptService;
  readonly #msgs: MsgReceiver;
  readonly #getpubkey: ObjectHandler;

  constructor(
    identities: Identities,
    decrypt: DecryptService,
    msgs: MsgReceiver,
    getpubkey: ObjectHandler,
  ) {
    this.#identities = identities;
    this.#decrypt = decrypt;
    this.#msgs = msgs;
    this.#getpubkey = getpubkey;
  }

  isUsable(address: string): boolean {
    return this.#identities.get(address)?.enabled === true;
  }

  begin(addresses: readonly string[]): void {
    const keys: TrialKey[] = [];
    for (const address of addresses) {
      const identity = this.#identities.get(address);
      if (identity) keys.push({ id: address, key: identity.encryptionKey });
    }
    this.#decrypt.setKeys(KEY_SET.earlierMail, keys);
  }

  end(): void {
    this.#decrypt.setKeys(KEY_SET.earlierMail, []);
  }

  open(received: ReceivedObject): Promise<Opened[]> {
    if (received.header.type !== OBJECT_TYPE.msg) return Promise.resolve([]);
    return this.#msgs.open(received, KEY_SET.earlierMail);
  }

  async receive(
    received: ReceivedObject,
    openings: readonly Opened[],
  ): Promise<Effect | undefined> {
    if (received.header.type === OBJECT_TYPE.msg) return this.#msgs.receive(received, openings);
    return this.#getpubkey(received);
  }
}

/** Broadcasts, with and without tags. */
export class SubscriptionSource implements BackFillSource {
  readonly types: readonly number[] = [OBJECT_TYPE.broadcast];
  readonly #subscriptions: Subscriptions;
  readonly #decrypt: DecryptService;
  readonly #broadcasts: BroadcastReceiver;
  #wanted = new Set<string>();

  constructor(
    subscriptions: Subscriptions,
    decrypt: DecryptService,
    broadcasts: BroadcastReceiver,
  ) {
    this.#subscriptions = subscriptions;
    this.#decrypt = decrypt;
    this.#broadcasts = broadcasts;
  }

  isUsable(address: string): boolean {
    return this.#subscriptions.hasEnabled(canonical(address));
  }

  begin(addresses: readonly string[]): void {
    this.#wanted = new Set(addresses.map(canonical));
    const keys = this.#subscriptions.untaggedKeys().filter(({ id }) => this.#wanted.has(id));
    this.#decrypt.setKeys(KEY_SET.earlierBroadcasts, keys);
  }

  end(): void {
    this.#wanted.clear();
    this.#decrypt.setKeys(KEY_SET.earlierBroadcasts, []);
  }

  async open(received: ReceivedObject): Promise<Opened[]> {
    const openings = await this.#broadcasts.open(received, KEY_SET.earlierBroadcasts);
    return openings.filter(({ id }) => this.#wanted.has(id));
  }

  receive(received: ReceivedObject, openings: readonly Opened[]): Promise<Effect | undefined> {
    return this.#broadcasts.receive(received, openings);
  }
}

/** The form of an address that others know it by; a list may spell it otherwise. */
function canonical(address: string): string {
  return canonicalAddress(address) ?? address;
}
