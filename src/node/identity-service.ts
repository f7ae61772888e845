/** The identities as others use them: reading, changing and making them. */
import type { IdentityRecord, Page } from '../store/repositories.js';
import type { Identities, IdentityChanges } from './identities.js';
import type { DeterministicOptions, IdentityMaker, RandomOptions } from './identity-maker.js';

export class IdentityService {
  readonly #identities: Identities;
  readonly #maker: IdentityMaker;

  constructor(identities: Identities, maker: IdentityMaker) {
    this.#identities = identities;
    this.#maker = maker;
  }

  /** All, chans included, in order of creation. */
  list(): IdentityRecord[] {
    return this.#identities.list();
  }

  /** At most `limit` of those behind that row (0 at first), from the store. */
  page(afterRow: number, limit: number): Promise<Page<IdentityRecord>> {
    return this.#identities.page(afterRow, limit);
  }

  get(address: string): IdentityRecord | undefined {
    return this.#identities.get(address);
  }

  /** See {@link IdentityMaker.createRandom}. */
  createRandom(options: RandomOptions): Promise<string> {
    return this.#maker.createRandom(options);
  }

  /** See {@link IdentityMaker.createDeterministic}. */
  createDeterministic(options: DeterministicOptions): Promise<string[]> {
    return this.#maker.createDeterministic(options);
  }

  /** See {@link IdentityMaker.deriveDeterministic}. */
  deriveDeterministic(passphrase: Uint8Array, version?: number, stream?: number): Promise<string> {
    return this.#maker.deriveDeterministic(passphrase, version, stream);
  }

  /** See {@link IdentityMaker.createChan}. */
  createChan(name: Uint8Array): Promise<string> {
    return this.#maker.createChan(name);
  }

  /** See {@link IdentityMaker.joinChan}. */
  joinChan(name: Uint8Array, address: string): Promise<void> {
    return this.#maker.joinChan(name, address);
  }

  /** See {@link IdentityMaker.leaveChan}. */
  leaveChan(address: string): Promise<void> {
    return this.#maker.leaveChan(address);
  }

  /** Adds identities with the given keys (an import); returns the addresses that are new. */
  add(records: IdentityRecord[]): Promise<string[]> {
    return this.#identities.add(records);
  }

  /** Changes the given fields; false when the address is not ours. */
  update(address: string, changes: IdentityChanges): Promise<boolean> {
    return this.#identities.update(address, changes);
  }

  /** Deletes the keys for ever; messages stay. */
  remove(address: string): Promise<boolean> {
    return this.#identities.remove(address);
  }

  /** A disabled identity receives nothing, answers nothing and does not send. */
  setEnabled(address: string, enabled: boolean): Promise<boolean> {
    return this.#identities.update(address, { enabled });
  }

  rename(address: string, label: Uint8Array): Promise<boolean> {
    return this.#identities.update(address, { label });
  }
}
