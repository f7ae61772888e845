/** Addresses as people type them: in full, by label, or by the beginning of either. */
import type { PetrelClient } from '../client/client.js';
import { UserError } from '../util/errors.js';
import { EXIT } from './exit-codes.js';
import { allPages } from './pages.js';
import { printableLine } from './terminal/printable.js';

export type AddressBook = 'identities' | 'chans' | 'contacts' | 'subscriptions';

/** Everybody one may write to. */
export const RECIPIENTS: readonly AddressBook[] = [
  'contacts',
  'chans',
  'identities',
  'subscriptions',
];

interface Named {
  readonly address: string;
  readonly label: string;
}

/** Told of those that a text may mean. */
const MAX_SHOWN = 5;
const PREFIX = 'BM-';
/** Before the name in labels of chans [address_generator.py]; nobody types it. */
const CHAN_PREFIX = /^\[chan\] /;

const BOOK_NAMES: Readonly<Record<AddressBook, string>> = {
  identities: 'own address',
  chans: 'chan',
  contacts: 'contact',
  subscriptions: 'subscription',
};

/**
 * The address that is meant: itself, else the one so labelled (in this case, then in any), else the only
 * one whose label or address begins so (`BM-` may be left out).
 * @throws UserError (exit 4) for none, and for more than one
 */
export async function addressOf(
  client: PetrelClient,
  text: string,
  books: readonly AddressBook[],
): Promise<string> {
  const typed = text.trim();
  const { status, address } = await client.call('addresses.check', { address: typed });
  if (address !== undefined) return address;
  const found = await matching(client, typed, books);
  const wanted = typed.toLowerCase();
  const steps: ((one: Named) => boolean)[] = [
    ({ label }) => label === typed || nameIn(label) === typed,
    ({ label }) => nameIn(label).toLowerCase() === wanted,
    (one) => typed !== '' && beginsWith(one, wanted),
  ];
  for (const isMeant of steps) {
    const meant = found.filter(isMeant);
    if (meant.length > 1) throw ambiguous(typed, meant);
    if (meant[0]) return meant[0].address;
  }
  throw unknown(typed, status, books);
}

/** Each address once, with the first label found. */
async function matching(
  client: PetrelClient,
  filter: string,
  books: readonly AddressBook[],
): Promise<Named[]> {
  const found = new Map<string, Named>();
  for (const book of books) {
    for (const one of await entries(client, book, filter)) {
      const known = found.get(one.address);
      if (!known || known.label === '') found.set(one.address, one);
    }
  }
  return [...found.values()];
}

/** A server's filter is limited in length, as labels that anybody types are. */
const MAX_FILTER = 200;

function entries(client: PetrelClient, book: AddressBook, typed: string): Promise<Named[]> {
  const filter = typed.slice(0, MAX_FILTER);
  switch (book) {
    case 'contacts':
      return allPages(
        (page) => client.call('contacts.list', { filter, ...page }),
        (page) => page.contacts,
      );
    case 'subscriptions':
      return allPages(
        (page) => client.call('subscriptions.list', { filter, ...page }),
        (page) => page.subscriptions,
      );
    default:
      return allPages(
        (page) => client.call('identities.list', { kind: book, filter, ...page }),
        (page) => page.identities,
      );
  }
}

function nameIn(label: string): string {
  return label.replace(CHAN_PREFIX, '');
}

function beginsWith({ address, label }: Named, wanted: string): boolean {
  return [label, nameIn(label), address, address.slice(PREFIX.length)].some((text) =>
    text.toLowerCase().startsWith(wanted),
  );
}

function ambiguous(text: string, meant: readonly Named[]): UserError {
  const shown = meant.slice(0, MAX_SHOWN).map(({ address, label }) => `${label} ${address}`.trim());
  const more = meant.length > MAX_SHOWN ? `, and ${meant.length - MAX_SHOWN} more` : '';
  return new UserError(
    printableLine(`"${text}" may be ${meant.length} addresses: ${shown.join(', ')}${more}`),
    { exitCode: EXIT.notFound },
  );
}

function unknown(text: string, status: string, books: readonly AddressBook[]): UserError {
  const names = books.map((book) => BOOK_NAMES[book]);
  const list = [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ');
  const isLikeAddress = text.startsWith(PREFIX);
  const why = isLikeAddress ? `not an address (${status}), and` : 'not an address, and';
  return new UserError(printableLine(`"${text}" is ${why} no ${list} begins so`), {
    exitCode: EXIT.notFound,
  });
}
