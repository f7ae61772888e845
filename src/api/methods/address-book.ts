/** Address book and subscriptions. [api.py] */
import { checkAddress, keptForm, withPrefix } from '../address-check.js';
import { base64Argument, isFalsy } from '../arguments.js';
import type { Command } from '../command.js';
import { API_ERROR, ApiError, TEXT } from '../errors.js';
import { displayText, NO_BYTES, strictText } from '../../util/bytes.js';
import { pythonStr } from '../python-text.js';
import { base64Text } from '../text-fields.js';

export const addressBookCommands: Command[] = [
  {
    names: ['listAddressBookEntries'],
    legacyNames: ['listAddressbook'],
    parameters: ['label'],
    optional: 1,
    help: 'The address book; with a label, only the entries that have exactly this one.',
    run({ node }, [label]) {
      const wanted = isFalsy(label) ? undefined : pythonStr(label ?? null);
      const isWanted = (own: Uint8Array): boolean =>
        wanted === undefined || displayText(own) === wanted;
      const addresses = node.contacts
        .list()
        .filter((contact) => isWanted(contact.label))
        .map((contact) => ({ label: base64Text(contact.label), address: contact.address }));
      return { addresses };
    },
  },
  {
    names: ['addAddressBookEntry'],
    legacyNames: ['addAddressbook'],
    parameters: ['address', 'label'],
    help: 'Puts an address into the address book.',
    async run(context, [given, givenLabel]) {
      const label = base64Argument(context, givenLabel);
      const address = withPrefix(given);
      checkAddress(address);
      if (!(await context.node.contacts.add({ address: keptForm(address), label }))) {
        throw new ApiError(API_ERROR.alreadyThere, TEXT.alreadyContact);
      }
      return `Added address ${address} to address book`;
    },
  },
  {
    names: ['deleteAddressBookEntry'],
    legacyNames: ['deleteAddressbook'],
    parameters: ['address'],
    help: 'Takes an address out of the address book.',
    async run({ node }, [given]) {
      const address = withPrefix(given);
      checkAddress(address);
      await node.contacts.remove(keptForm(address));
      return `Deleted address book entry for ${address} if it existed`;
    },
  },
  {
    names: ['listSubscriptions'],
    parameters: [],
    help: 'The senders whose broadcasts are received.',
    run({ node }) {
      const subscriptions = node.subscriptions.list().map(({ label, address, enabled }) => ({
        label: base64Text(label),
        address,
        enabled,
      }));
      return { subscriptions };
    },
  },
  {
    names: ['addSubscription'],
    parameters: ['address', 'label'],
    optional: 1,
    help: 'Receives the broadcasts of an address from now on.',
    async run(context, [given, givenLabel]) {
      const label = isFalsy(givenLabel) ? NO_BYTES : base64Argument(context, givenLabel);
      if (strictText(label) === undefined) {
        throw new ApiError(API_ERROR.labelNotUtf8, TEXT.labelNotUtf8);
      }
      checkAddress(given);
      const address = keptForm(withPrefix(given));
      if (!(await context.node.subscriptions.add({ address, label, enabled: true }))) {
        throw new ApiError(API_ERROR.alreadyThere, TEXT.alreadySubscribed);
      }
      return 'Added subscription.';
    },
  },
  {
    names: ['deleteSubscription'],
    parameters: ['address'],
    help: 'Receives the broadcasts of an address no more.',
    async run({ node }, [given]) {
      // Whatever is no address was never subscribed to: the reference says the same to all.
      const address = withPrefix(given);
      if (!(await node.subscriptions.remove(address))) {
        await node.subscriptions.remove(keptForm(address));
      }
      return 'Deleted subscription if it existed.';
    },
  },
];
