/** The lists of other people's addresses together, and the two questions that receiving asks them. */
import type { DecryptService } from '../decrypt/decrypt-service.js';
import type { MailContext } from '../mail-dependencies.js';
import { AddressList } from './address-list.js';
import { Contacts } from './contacts.js';
import { Subscriptions } from './subscriptions.js';

export class AddressBooks {
  readonly contacts: Contacts;
  readonly subscriptions: Subscriptions;
  readonly blacklist: AddressList;
  readonly whitelist: AddressList;
  readonly #context: MailContext;

  constructor(context: MailContext, decrypt: DecryptService) {
    const { store } = context;
    this.#context = context;
    this.contacts = new Contacts(store.contacts);
    this.subscriptions = new Subscriptions(store.subscriptions, decrypt);
    this.blacklist = new AddressList(store.blacklist);
    this.whitelist = new AddressList(store.whitelist);
  }

  async load(): Promise<void> {
    await this.contacts.load();
    await this.subscriptions.load();
    await this.blacklist.load();
    await this.whitelist.load();
  }

  /**
   * Friends pay only the network's minimum: the address book always, whitelist and subscriptions
   * when enabled. [objects.md §11; shared.py:isAddressInMyAddressBookSubscriptionsListOrWhitelist]
   * @param address in canonical form.
   */
  isFriend(address: string): boolean {
    return (
      this.contacts.has(address) ||
      this.whitelist.hasEnabled(address) ||
      this.subscriptions.hasEnabled(address)
    );
  }

  /** Whether messages of that sender are refused under the present mode of the lists. */
  isBlocked(address: string): boolean {
    return this.#context.settings.listMode === 'black'
      ? this.blacklist.hasEnabled(address)
      : !this.whitelist.hasEnabled(address);
  }
}
