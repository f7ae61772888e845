/**
 * The own identities: in memory, in step with the store. Every change goes to the store first and
 * is then mirrored here, so what is read is never ahead of what is durable. A change costs the same
 * with one identity and with a hundred thousand.
 */
import type { Address } from '../objects/address.js';
import type { KeyBlock } from '../objects/key-block.js';
import { BITFIELD } from '../objects/key-block.js';
import { publicKeyOf } from '../crypto/curve.js';
import { atLeast, type Difficulty } from '../objects/difficulty.js';
import type { IdentityRecord, Page } from '../store/repositories.js';
import { inSlices } from '../util/slices.js';
import type { DecryptService, TrialKey } from './decrypt/decrypt-service.js';
import { Keyring, type TrialKeyChange } from './keyring.js';
import { KEY_SET, type MailContext } from './mail-dependencies.js';

/** Identities that are taken in at a turn of the event loop: about a millisecond. */
const PER_TURN = 32;

/** With more of them than this the node does not wait for all before it begins. */
const MANY = 1_000;

/** Identities read from the store at once while all are loaded. */
const PAGE_ROWS = 4 * PER_TURN;

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
  /** Settles when all are in memory; undefined before {@link load}. */
  #loading: Promise<void> | undefined;
  /** Settles when so many have been read, and more are there, that nobody should wait for all. */
  readonly many: Promise<void>;
  #areMany: () => void = () => undefined;
  readonly #onUsable = new Set<UsableHandler>();

  constructor(context: MailContext, decrypt: DecryptService) {
    this.#context = context;
    this.#decrypt = decrypt;
    this.many = new Promise((resolve) => {
      this.#areMany = resolve;
    });
  }

  /**
   * Reads all from the store and hands the keys to the decrypt service, in pages between which the
   * main thread does everything else: with a hundred thousand that takes some seconds. Until then
   * what is asked here is answered with what is there already; changes wait.
   * @param signal ends it early; then it rejects with the reason
   */
  load(signal?: AbortSignal): Promise<void> {
    this.#loading ??= this.#load(signal);
    return this.#loading;
  }

  async #load(signal: AbortSignal | undefined): Promise<void> {
    const { identities } = this.#context.store;
    for (let after: number | undefined = 0; after !== undefined;) {
      signal?.throwIfAborted();
      const page: Page<IdentityRecord> = await identities.page(after, PAGE_ROWS);
      await this.#putAll(page.rows);
      after = page.lastRow;
      if (this.#records.size > MANY && after !== undefined) this.#areMany();
    }
  }

  /** All, in order of creation. */
  list(): IdentityRecord[] {
    return [...this.#records.values()];
  }

  /** At most `limit` of those behind that row (0 at first), from the store. */
  page(afterRow: number, limit: number): Promise<Page<IdentityRecord>> {
    return this.#context.store.identities.page(afterRow, limit);
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
    return this.#keyring.trialKeys > 0;
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
    await this.#loading;
    const added = await this.#context.store.identities.add(records);
    const isAdded = new Set(added);
    await this.#putAll(records.filter(({ address }) => isAdded.has(address)));
    await inSlices(added, PER_TURN, (address) => {
      const chan = this.#records.get(address)?.chan ?? false;
      this.#context.events.emit('identityCreated', { address, chan });
    });
    this.#tellUsable(added, isFresh);
    return added;
  }

  /** Changes the given fields; false when the address is not ours. */
  async update(address: string, changes: IdentityChanges): Promise<boolean> {
    await this.#loading;
    if (!(await this.#context.store.identities.update(address, changes))) return false;
    this.mirror(address, changes);
    return true;
  }

  /** Takes over changes that are in the store already (committed together with something else). */
  mirror(address: string, changes: IdentityChanges): void {
    const record = this.#records.get(address);
    if (!record) return;
    this.#shareKeys([this.#put({ ...record, ...changes })]);
    if (changes.enabled) this.#tellUsable([address], false);
    this.#context.events.emit('identityChanged', { address });
  }

  /** Deletes the keys for ever; messages stay. */
  async remove(address: string): Promise<boolean> {
    await this.#loading;
    if (!(await this.#context.store.identities.remove(address))) return false;
    this.#records.delete(address);
    this.#publicKeys.delete(address);
    this.#shareKeys([this.#keyring.remove(address)]);
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

  async #putAll(records: readonly IdentityRecord[]): Promise<void> {
    let changes: (TrialKeyChange | undefined)[] = [];
    await inSlices(records, PER_TURN, (record) => {
      changes.push(this.#put(record));
      if (changes.length < PER_TURN) return;
      this.#shareKeys(changes);
      changes = [];
    });
    this.#shareKeys(changes);
  }

  #put(record: IdentityRecord): TrialKeyChange | undefined {
    this.#records.set(record.address, record);
    const change = this.#keyring.put(record);
    if (!change) {
      this.#context.log.warn({ address: record.address }, 'identity of an unusable version, kept');
    }
    return change;
  }

  #tellUsable(addresses: string[], isFresh: boolean): void {
    if (addresses.length > 0) for (const handler of this.#onUsable) handler(addresses, isFresh);
  }

  #shareKeys(changes: readonly (TrialKeyChange | undefined)[]): void {
    const removed = new Set<string>();
    const added = new Map<string, TrialKey>();
    for (const change of changes) {
      if (change?.removed !== undefined) {
        removed.add(change.removed);
        added.delete(change.removed);
      }
      if (change?.added) added.set(change.added.id, change.added);
    }
    if (removed.size > 0) this.#decrypt.removeKeys(KEY_SET.identities, [...removed]);
    if (added.size > 0) this.#decrypt.addKeys(KEY_SET.identities, [...added.values()]);
  }
}
