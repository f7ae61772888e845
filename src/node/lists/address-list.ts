/** A list of addresses that can be switched on and off: subscriptions, blacklist, whitelist. */
import { canonicalAddress } from '../../objects/address.js';
import type { AddressListRepository, ListedAddress } from '../../store/repositories.js';

export class AddressList {
  readonly #store: AddressListRepository;
  readonly #records = new Map<string, ListedAddress>();
  /** Enabled ones, in canonical form: imported lists may hold other spellings. */
  #enabled = new Set<string>();

  constructor(store: AddressListRepository) {
    this.#store = store;
  }

  async load(): Promise<void> {
    for (const record of await this.#store.list()) this.#records.set(record.address, record);
    this.#changed();
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
    this.#records.set(record.address, record);
    this.#changed();
    return true;
  }

  /** Changes label or enabled; false when the address is not in the list. */
  async update(
    address: string,
    changes: Partial<Omit<ListedAddress, 'address'>>,
  ): Promise<boolean> {
    if (!(await this.#store.update(address, changes))) return false;
    const record = this.#records.get(address);
    if (record) this.#records.set(address, { ...record, ...changes });
    this.#changed();
    return true;
  }

  async remove(address: string): Promise<boolean> {
    if (!(await this.#store.remove(address))) return false;
    this.#records.delete(address);
    this.#changed();
    return true;
  }

  /** For lists that derive something from their entries; called after every change. */
  protected enabledChanged?(addresses: ReadonlySet<string>): void;

  #changed(): void {
    const enabled = this.list().filter((record) => record.enabled);
    this.#enabled = new Set(enabled.map(({ address }) => canonicalAddress(address) ?? address));
    this.enabledChanged?.(this.#enabled);
  }
}
