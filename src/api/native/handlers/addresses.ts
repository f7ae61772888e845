/** What is known about addresses, and completion of recipients. */
import { canonicalAddress, decodeAddress } from '../../../objects/address.js';
import { displayText } from '../../../util/bytes.js';
import type { Handlers, NativeNode } from '../context.js';
import type { peopleMethods } from '../schema/people.js';
import { nameOf } from '../shown.js';
import { modeOf } from './books.js';
import { isMatch, type Labelled } from './filter.js';

type AddressMethod = Extract<keyof typeof peopleMethods, `addresses.${string}`>;
type Suggestion = {
  readonly address: string;
  readonly label: string;
  readonly kind: 'contact' | 'chan' | 'identity' | 'subscription' | 'correspondent';
};

export const addressHandlers: Handlers<AddressMethod> = {
  'addresses.check': async ({ node }, { address: given }) => {
    const text = given.trim();
    const decoded = decodeAddress(text);
    const address = canonicalAddress(text) ?? '';
    const isAddress = decoded.status === 'success';
    const own = node.identities.get(address);
    return {
      status: decoded.status,
      ...(isAddress && {
        address,
        version: decoded.address.version,
        stream: decoded.address.stream,
      }),
      own: own !== undefined,
      chan: own?.chan ?? false,
      contact: node.contacts.has(address),
      subscription: node.subscriptions.get(address) !== undefined,
      blocked: isAddress && isBlocked(node, address),
      name: nameOf(node, address),
      keyKnown: isAddress && (own !== undefined || (await node.mail.pubkeys.isKnown(address))),
    };
  },
  'addresses.suggest': async ({ node }, { text, limit }) => {
    const wanted = text.trim();
    const found = new Map<string, Suggestion>();
    const add = (
      records: Iterable<Labelled>,
      kindOf: (one: Labelled) => Suggestion['kind'],
    ): void => {
      for (const record of records) {
        if (found.size >= limit) return;
        if (found.has(record.address) || !isMatch(record, wanted)) continue;
        const label = displayText(record.label);
        found.set(record.address, { address: record.address, label, kind: kindOf(record) });
      }
    };
    const identities = node.identities.list();
    add(node.contacts.list(), () => 'contact');
    add(
      identities.filter(({ chan }) => chan),
      () => 'chan',
    );
    add(
      identities.filter(({ chan }) => !chan),
      () => 'identity',
    );
    add(node.subscriptions.list(), () => 'subscription');
    for (const address of await node.store.mailbox.correspondents(wanted, limit)) {
      if (found.size >= limit || found.has(address)) continue;
      found.set(address, { address, label: nameOf(node, address), kind: 'correspondent' });
    }
    return { suggestions: [...found.values()] };
  },
};

function isBlocked(node: NativeNode, address: string): boolean {
  return modeOf(node) === 'black'
    ? node.blacklist.hasEnabled(address)
    : !node.whitelist.hasEnabled(address);
}
