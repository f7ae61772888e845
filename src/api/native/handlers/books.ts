/** Contacts, subscriptions, and the lists of senders. */
import type { AddressList } from '../../../node/lists/address-list.js';
import { displayText, utf8 } from '../../../util/bytes.js';
import { canonicalOf, decodedOf } from '../addresses.js';
import type { Handlers, NativeContext, NativeNode } from '../context.js';
import { pageOf } from '../cursors.js';
import { NativeError } from '../native-error.js';
import type { ListedAddress, peopleMethods } from '../schema/people.js';
import { shownListed } from '../shown.js';
import { byLabel, isMatch } from './filter.js';
import { tellChanged } from './message-changes.js';

type BookMethod = Extract<
  keyof typeof peopleMethods,
  `contacts.${string}` | `subscriptions.${string}` | `senders.${string}`
>;

type ListName = 'subscriptions' | 'blacklist' | 'whitelist';

const MODE = 'bitmessagesettings.blackwhitelist';
/** Versions that can broadcast. */
const OLDEST_BROADCASTER = 2;
const NEWEST_BROADCASTER = 4;

export const bookHandlers: Handlers<BookMethod> = {
  'contacts.list': ({ node }, { filter, limit, cursor }) => {
    const matching = node.contacts
      .list()
      .filter((record) => isMatch(record, filter))
      .sort(byLabel);
    const { page, next } = pageOf(matching, { limit, cursor });
    const contacts = page.map(({ address, label }) => ({ address, label: displayText(label) }));
    return { contacts, total: matching.length, ...next };
  },
  'contacts.add': async ({ node }, { address: given, label }) => {
    const address = canonicalOf(given);
    if (!(await node.contacts.add({ address, label: utf8(label) }))) throw alreadyThere();
    node.events.emit('bookChanged', { book: 'contacts', address });
    return { address, label };
  },
  'contacts.rename': async ({ node }, { address, label }) => {
    if (!(await node.contacts.rename(address, utf8(label)))) throw notThere();
    node.events.emit('bookChanged', { book: 'contacts', address });
    return { address, label };
  },
  'contacts.remove': async ({ node }, { address }) => {
    if (!(await node.contacts.remove(address))) throw notThere();
    node.events.emit('bookChanged', { book: 'contacts', address });
    return {};
  },
  'subscriptions.list': ({ node }, { filter, limit, cursor }) => {
    const matching = node.subscriptions
      .list()
      .filter((record) => isMatch(record, filter))
      .sort(byLabel);
    const { page, next } = pageOf(matching, { limit, cursor });
    return { subscriptions: page.map(shownListed), total: matching.length, ...next };
  },
  'subscriptions.add': ({ node }, { address: given, label }) => {
    const address = canonicalOf(given);
    const { version } = decodedOf(address);
    if (version < OLDEST_BROADCASTER || version > NEWEST_BROADCASTER) {
      throw new NativeError('unusable-address', `version ${version} does not broadcast`);
    }
    return add(node, 'subscriptions', address, label);
  },
  'subscriptions.update': ({ node }, params) => update(node, 'subscriptions', params),
  'subscriptions.remove': ({ node }, { address }) => remove(node, 'subscriptions', address),
  'senders.mode': ({ node }) => ({
    mode: modeOf(node),
    blacklist: node.blacklist.list().map(shownListed),
    whitelist: node.whitelist.list().map(shownListed),
  }),
  'senders.setMode': ({ node }, { mode }) => {
    node.settings.set(MODE, mode);
    node.events.emit('bookChanged', { book: 'mode' });
    return {};
  },
  'senders.add': ({ node }, { list, address, label }) =>
    add(node, list, canonicalOf(address), label),
  'senders.update': ({ node }, { list, ...params }) => update(node, list, params),
  'senders.remove': ({ node }, { list, address }) => remove(node, list, address),
  'senders.accept': async (context, { address: given }) => {
    const address = canonicalOf(given);
    const { node } = context;
    const moved = await node.store.mailbox.accept(address);
    // The user's word counts: an accepted sender is not refused by a list.
    if (modeOf(node) === 'white') await addOrEnable(node, 'whitelist', address);
    else if (node.blacklist.get(address)) await remove(node, 'blacklist', address);
    tellChanged(context, { changed: moved, keys: [] }, 'accepted');
    return { moved };
  },
  'senders.block': async (context, { address: given, label }) => {
    const address = canonicalOf(given);
    const { node } = context;
    if (modeOf(node) === 'black') await addOrEnable(node, 'blacklist', address, label);
    else if (node.whitelist.get(address)) await remove(node, 'whitelist', address);
    const trashed = await node.store.mailbox.refuse(address);
    tellChanged(context, { changed: trashed, keys: [] }, 'trashed');
    return { trashed };
  },
};

export function modeOf({ settings }: Pick<NativeNode, 'settings'>): 'black' | 'white' {
  return settings.text(MODE) === 'white' ? 'white' : 'black';
}

async function add(
  node: NativeNode,
  name: ListName,
  address: string,
  label: string,
): Promise<ListedAddress> {
  if (!(await node[name].add({ address, label: utf8(label), enabled: true }))) throw alreadyThere();
  node.events.emit('bookChanged', { book: name, address });
  return { address, label, enabled: true };
}

async function update(
  node: NativeContext['node'],
  name: ListName,
  params: { address: string; label?: string | undefined; enabled?: boolean | undefined },
): Promise<ListedAddress> {
  const { address, label, enabled } = params;
  const list: AddressList = node[name];
  const changes = {
    ...(label !== undefined && { label: utf8(label) }),
    ...(enabled !== undefined && { enabled }),
  };
  await list.update(address, changes);
  const record = list.get(address);
  if (!record) throw notThere();
  node.events.emit('bookChanged', { book: name, address });
  return shownListed(record);
}

async function remove(
  node: NativeNode,
  name: ListName,
  address: string,
): Promise<Record<string, never>> {
  if (!(await node[name].remove(address))) throw notThere();
  node.events.emit('bookChanged', { book: name, address });
  return {};
}

async function addOrEnable(
  node: NativeNode,
  name: ListName,
  address: string,
  label = '',
): Promise<void> {
  if (node[name].get(address)) await update(node, name, { address, enabled: true });
  else await add(node, name, address, label);
}

function alreadyThere(): NativeError {
  return new NativeError('already-there', 'the address is in the list already');
}

function notThere(): NativeError {
  return new NativeError('not-found', 'the address is not in the list');
}
