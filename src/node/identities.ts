/**
 * The own identities: in memory, in step with the store. Every change goes to the store first and
 * is then mirrored here, so what is read is never ahead of what is durable.
 */
import type { Address } from '../objects/address.js';
import type { KeyBlock } from '../objects/key-block.js';
import { BITFIELD } from '../objects/key-block.js';
import { publicKeyOf } from '../crypto/curve.js';
import { atLeast, type Difficulty } from '../objects/difficulty.js';
import type { IdentityRecord } from '../store/repositories.js';
import type { DecryptService } from './decrypt/decrypt-service.js';
import { Keyring } from './keyring.js';
import { KEY_SET, type MailContext } from './mail-dependencies.js';

export type IdentityChanges = Partial<Omit<IdentityRecord, 'address'>>;

/** Private keys and what they stand for never change once an identity exists. */
interface PublicKeys {
  /** 65 bytes each. */
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
}

/** @param isFresh their keys were made at random just now */
export type UsableHandler = (addresses: string[], isFresh: boolean) => void;

export class Identities {
  readonly #context: MailContext;
  readonly #decrypt: DecryptService;
  readonly #records = new Map<string, IdentityRecord>();
  readonly #keyring = new Keyring();
  readonly #publicKeys = new Map<string, PublicKeys>();
  #hasKeys = false;
  readonly #onUsable = new Set<UsableHandler>();

  constructor(context: MailContext, decrypt: DecryptService) {
    this.#context = context;
    this.#decrypt = decrypt;
  }

  /** Reads all from the store and hands the keys to the decrypt service. */
  async load(): Promise<void> {
    for (const record of await this.#context.store.identities.list()) this.#put(record);
    this.#shareKeys();
  }

  /** All, in order of creation. */
  list(): IdentityRecord[] {
    return [...this.#records.values()];
  }

  get(address: string): IdentityRecord | undefined {
    return this.#records.get(address);
  }

  /** Decoded form of an own address; undefined when it is not ours or unusable. */
  addressOf(address: string): Address | undefined {
    return this.#keyring.addressOf(address);
  }

  /** False for a node that only relays: nothing can be for it. */
  get hasKeys(): boolean {
    return this.#hasKeys;
  }

  /** Enabled identities with that ripe. */
  findByRipe(ripe: Uint8Array): IdentityRecord[] {
    return this.#keyring.byRipe(ripe);
  }

  /** The enabled version-4 identity with that tag. */
  findByTag(tag: Uint8Array): IdentityRecord | undefined {
    return this.#keyring.byTag(tag);
  }

  /** What the identity demands from strangers: never below the network's minimum. */
  demandedDifficulty(record: IdentityRecord): Difficulty {
    const { minimumDifficulty } = this.#context.settings;
    return record.chan ? minimumDifficulty : atLeast(record, minimumDifficulty);
  }

  /** The identity's public side, as it goes into pubkeys, messages and broadcasts. */
  keyBlockOf(record: IdentityRecord, difficulty: Difficulty): KeyBlock {
    let keys = this.#publicKeys.get(record.address);
    if (!keys) {
      keys = {
        signingKey: publicKeyOf(record.signingKey),
        encryptionKey: publicKeyOf(record.encryptionKey),
      };
      this.#publicKeys.set(record.address, keys);
    }
    return { bitfield: record.dontSendAck ? 0 : BITFIELD.doesAck, ...keys, difficulty };
  }

  /**
   * Adds those that are not there yet, all in one transaction; returns the added addresses.
   * @param isFresh their keys were made at random just now: nobody has written to them yet
   */
  async add(records: IdentityRecord[], isFresh = false): Promise<string[]> {
    const added = await this.#context.store.identities.add(records);
    const isAdded = new Set(added);
    for (const record of records) if (isAdded.has(record.address)) this.#put(record);
    this.#shareNewKeys(added);
    for (const address of added) {
      const chan = this.#records.get(address)?.chan ?? false;
      this.#context.events.emit('identityCreated', { address, chan });
    }
    this.#tellUsable(added, isFresh);
    return added;
  }

  /** Changes the given fields; false when the address is not ours. */
  async update(address: string, changes: IdentityChanges): Promise<boolean> {
    if (!(await this.#context.store.identities.update(address, changes))) return false;
    this.mirror(address, changes);
    return true;
  }

  /** Takes over changes that are in the store already (committed together with something else). */
  mirror(address: string, changes: IdentityChanges): void {
    const record = this.#records.get(address);
    if (!record) return;
    this.#put({ ...record, ...changes });
    if (changes.enabled !== undefined) {
      this.#shareKeys();
      if (changes.enabled) this.#tellUsable([address], false);
    }
    this.#context.events.emit('identityChanged', { address });
  }

  /** Deletes the keys for ever; messages stay. */
  async remove(address: string): Promise<boolean> {
    if (!(await this.#context.store.identities.remove(address))) return false;
    this.#records.delete(address);
    this.#publicKeys.delete(address);
    this.#keyring.remove(address);
    this.#shareKeys();
    this.#context.events.emit('identityRemoved', { address });
    return true;
  }

  /**
   * Calls back with addresses that begin to work (new or enabled again): the outbox looks for messages
   * that wait for their sender, the back-fill for those that came before.
   */
  onUsable(handler: UsableHandler): () => void {
    this.#onUsable.add(handler);
    return () => void this.#onUsable.delete(handler);
  }

  #put(record: IdentityRecord): void {
    this.#records.set(record.address, record);
    if (!this.#keyring.put(record)) {
      this.#context.log.warn({ address: record.address }, 'identity of an unusable version, kept');
    }
  }

  #tellUsable(addresses: string[], isFresh: boolean): void {
    if (addresses.length > 0) for (const handler of this.#onUsable) handler(addresses, isFresh);
  }

  #shareNewKeys(addresses: readonly string[]): void {
    const keys = this.#keyring.trialKeysOf(addresses);
    if (keys.length === 0) return;
    this.#hasKeys = true;
    this.#decrypt.addKeys(KEY_SET.identities, keys);
  }

  #shareKeys(): void {
    const keys = this.#keyring.trialKeys();
    this.#hasKeys = keys.length > 0;
    this.#decrypt.setKeys(KEY_SET.identities, keys);
  }
}
