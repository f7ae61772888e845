/** The address book, in memory and in step with the store. */
import { canonicalAddress } from '../../objects/address.js';
import type { ContactRecord, ContactRepository } from '../../store/repositories.js';

export class Contacts {
  readonly #store: ContactRepository;
  readonly #records = new Map<string, ContactRecord>();
  /** In canonical form: imported books may hold other spellings. */
  readonly #addresses = new Set<string>();

  constructor(store: ContactRepository) {
    this.#store = store;
  }

  async load(): Promise<void> {
    for (const record of await this.#store.list()) this.#put(record);
  }

  /** In order of insertion. */
  list(): ContactRecord[] {
    return [...this.#records.values()];
  }

  get(address: string): ContactRecord | undefined {
    return this.#records.get(address);
  }

  /** @param address in canonical form. */
  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** False when the address is already there. */
  async add(record: ContactRecord): Promise<boolean> {
    if (!(await this.#store.add(record))) return false;
    this.#put(record);
    return true;
  }

  async rename(address: string, label: Uint8Array): Promise<boolean> {
    if (!(await this.#store.rename(address, label))) return false;
    this.#put({ address, label });
    return true;
  }

  async remove(address: string): Promise<boolean> {
    if (!(await this.#store.remove(address))) return false;
    this.#records.delete(address);
    this.#addresses.clear();
    for (const record of this.#records.values()) this.#put(record);
    return true;
  }

  #put(record: ContactRecord): void {
    this.#records.set(record.address, record);
    this.#addresses.add(canonicalAddress(record.address) ?? record.address);
  }
}
