/** The address book, in memory and in step with the store. */
import type { ContactRecord, ContactRepository } from '../../store/repositories.js';
import { inSlices } from '../../util/slices.js';
import { ENTRIES_PER_TURN } from './address-list.js';
import { Spellings } from './spellings.js';

export class Contacts {
  readonly #store: ContactRepository;
  readonly #records = new Map<string, ContactRecord>();
  readonly #addresses = new Spellings();

  constructor(store: ContactRepository) {
    this.#store = store;
  }

  async load(): Promise<void> {
    await inSlices(await this.#store.list(), ENTRIES_PER_TURN, (record) => this.#put(record));
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
    if (this.#records.delete(address)) this.#addresses.remove(address);
    return true;
  }

  #put(record: ContactRecord): void {
    if (!this.#records.has(record.address)) this.#addresses.add(record.address);
    this.#records.set(record.address, record);
  }
}
