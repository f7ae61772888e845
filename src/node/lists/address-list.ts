/** A list of addresses that can be switched on and off: subscriptions, blacklist, whitelist. */
import type { AddressListRepository, ListedAddress } from '../../store/repositories.js';
import { inSlices } from '../../util/slices.js';
import { Spellings } from './spellings.js';

/** Entries that are taken in at a turn of the event loop: some milliseconds. */
export const ENTRIES_PER_TURN = 100;

export class AddressList {
  readonly #store: AddressListRepository;
  readonly #records = new Map<string, ListedAddress>();
  readonly #enabled = new Spellings();

  constructor(store: AddressListRepository) {
    this.#store = store;
  }

  async load(): Promise<void> {
    await inSlices(await this.#store.list(), ENTRIES_PER_TURN, (record) => {
      this.#put(record.address, record);
    });
  }

  /** In order of insertion. */
  list(): ListedAddress[] {
    return [...this.#records.values()];
  }

  get(address: string): ListedAddress | undefined {
    return this.#records.get(address);
  }

  /** @param address in canonical form. */
  hasEnabled(address: string): boolean {
    return this.#enabled.has(address);
  }

  /** False when the address is already there. */
  async add(record: ListedAddress): Promise<boolean> {
    if (!(await this.#store.add(record))) return false;
    this.#put(record.address, record);
    return true;
  }

  /** Changes label or enabled; false when the address is not in the list. */
  async update(
    address: string,
    changes: Partial<Omit<ListedAddress, 'address'>>,
  ): Promise<boolean> {
    if (!(await this.#store.update(address, changes))) return false;
    const record = this.#records.get(address);
    if (record) this.#put(address, { ...record, ...changes });
    return true;
  }

  async remove(address: string): Promise<boolean> {
    if (!(await this.#store.remove(address))) return false;
    this.#put(address, undefined);
    return true;
  }

  /** Called after every change, and for each entry that is loaded. */
  protected changed?(): void;

  /** For lists that derive something from their entries: an enabled address came, in canonical form. */
  protected enabledAdded?(address: string): void;

  /** The opposite of {@link enabledAdded}. */
  protected enabledRemoved?(address: string): void;

  #put(address: string, record: ListedAddress | undefined): void {
    this.#take(address, record);
    this.changed?.();
  }

  #take(address: string, record: ListedAddress | undefined): void {
    const wasEnabled = this.#records.get(address)?.enabled ?? false;
    if (record) this.#records.set(address, record);
    else this.#records.delete(address);
    const isEnabled = record?.enabled ?? false;
    if (isEnabled === wasEnabled) return;
    const changed = isEnabled ? this.#enabled.add(address) : this.#enabled.remove(address);
    if (changed === undefined) return;
    if (isEnabled) this.enabledAdded?.(changed);
    else this.enabledRemoved?.(changed);
  }
}
