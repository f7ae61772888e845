/** Addresses: own ones, chans, contacts, subscriptions, and who may write. */
import { z } from 'zod';
import { method } from './method.js';
import { address, done, label, nextCursor, noParams, paging } from './scalars.js';

export const identity = z
  .object({
    address,
    label,
    enabled: z.boolean(),
    chan: z.boolean(),
    version: z.int(),
    stream: z.int(),
    /** Demanded of senders. */
    nonceTrialsPerByte: z.int(),
    payloadLengthExtraBytes: z.int(),
    mailingList: z.boolean(),
  })
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof identity>;

export const contact = z.object({ address, label }).meta({ id: 'Contact' });
export type Contact = z.infer<typeof contact>;

export const listedAddress = z
  .object({ address, label, enabled: z.boolean() })
  .meta({ id: 'ListedAddress' });
export type ListedAddress = z.infer<typeof listedAddress>;

const filter = z
  .string()
  .max(200)
  .optional()
  .describe('only those whose label or address holds this');
/** Bytes of a passphrase; longer ones are no help. */
const passphrase = z.string().min(1).max(10_000);
const password = z.string().min(1).max(1_000).describe('the password of the API, asked for again');
const listName = z.enum(['blacklist', 'whitelist']);

export const peopleMethods = {
  'identities.list': method(
    'Own addresses in order of creation.',
    z.strictObject({
      kind: z.enum(['identities', 'chans', 'all']).default('identities'),
      filter,
      ...paging,
    }),
    z.object({ identities: z.array(identity), total: z.int(), nextCursor }),
    ['invalid-cursor'],
  ),
  'identities.get': method('One own address.', z.strictObject({ address }), identity, [
    'unknown-identity',
  ]),
  'identities.createRandom': method(
    'A new address that nobody can make again: keep a copy of its keys.',
    z.strictObject({
      label: label.default(''),
      shorter: z.boolean().default(false).describe('a character or two less, minutes of work'),
    }),
    identity,
  ),
  'identities.createFromPassphrase': method(
    'The first addresses of a passphrase: the same everywhere. Only those that are new here are told.',
    z.strictObject({
      passphrase,
      count: z.int().min(1).max(999).default(1),
      version: z.union([z.literal(3), z.literal(4)]).default(4),
      stream: z.literal(1).default(1),
      label: label.default(''),
      shorter: z.boolean().default(false),
    }),
    z.object({ identities: z.array(identity) }),
  ),
  'identities.update': method(
    'Renames an own address, switches it on or off; what is left out stays.',
    z.strictObject({ address, label: label.optional(), enabled: z.boolean().optional() }),
    identity,
    ['unknown-identity'],
  ),
  'identities.delete': method(
    'Deletes the keys of an own address for ever; its messages stay.',
    z.strictObject({ address }),
    done,
    ['unknown-identity', 'is-a-chan'],
  ),
  'identities.exportKeys': method(
    'The private keys of an own address, as text for keys.dat and in wallet import format.',
    z.strictObject({ address, password }),
    z.object({
      /** A section of PyBitmessage's keys.dat; petrel keys import reads it. */
      keysDat: z.string(),
      signingKeyWif: z.string(),
      encryptionKeyWif: z.string(),
    }),
    ['unknown-identity', 'wrong-password'],
  ),
  'chans.create': method(
    'Makes and joins the chan of a name; who knows the name reads along.',
    z.strictObject({ name: passphrase }),
    identity,
    ['identity-exists'],
  ),
  'chans.join': method(
    'Joins a chan by name and address.',
    z.strictObject({ name: passphrase, address }),
    identity,
    ['invalid-address', 'unusable-address', 'chan-name-mismatch', 'identity-exists'],
  ),
  'chans.leave': method('Leaves a chan; its posts stay.', z.strictObject({ address }), done, [
    'unknown-identity',
    'not-a-chan',
  ]),
  'contacts.list': method(
    'The address book by label.',
    z.strictObject({ filter, ...paging }),
    z.object({ contacts: z.array(contact), total: z.int(), nextCursor }),
    ['invalid-cursor'],
  ),
  'contacts.add': method(
    'Adds somebody to the address book; accepts their messages.',
    z.strictObject({ address, label }),
    contact,
    ['invalid-address', 'already-there'],
  ),
  'contacts.rename': method('Renames a contact.', z.strictObject({ address, label }), contact, [
    'not-found',
  ]),
  'contacts.remove': method(
    'Removes somebody from the address book; messages stay.',
    z.strictObject({ address }),
    done,
    ['not-found'],
  ),
  'subscriptions.list': method(
    'Subscriptions by label.',
    z.strictObject({ filter, ...paging }),
    z.object({ subscriptions: z.array(listedAddress), total: z.int(), nextCursor }),
    ['invalid-cursor'],
  ),
  'subscriptions.add': method(
    'Subscribes to the broadcasts of an address.',
    z.strictObject({ address, label }),
    listedAddress,
    ['invalid-address', 'unusable-address', 'already-there'],
  ),
  'subscriptions.update': method(
    'Renames a subscription, switches it on or off; what is left out stays.',
    z.strictObject({ address, label: label.optional(), enabled: z.boolean().optional() }),
    listedAddress,
    ['not-found'],
  ),
  'subscriptions.remove': method(
    'Ends a subscription; its broadcasts stay.',
    z.strictObject({ address }),
    done,
    ['not-found'],
  ),
  'senders.mode': method(
    'Which list counts, and both lists. black: listed senders are refused; white: all others are.',
    noParams,
    z.object({
      mode: z.enum(['black', 'white']),
      blacklist: z.array(listedAddress),
      whitelist: z.array(listedAddress),
    }),
  ),
  'senders.setMode': method(
    'Chooses the list that counts.',
    z.strictObject({ mode: z.enum(['black', 'white']) }),
    done,
  ),
  'senders.add': method(
    'Puts an address on a list.',
    z.strictObject({ list: listName, address, label: label.default('') }),
    listedAddress,
    ['invalid-address', 'already-there'],
  ),
  'senders.update': method(
    'Renames an entry of a list, switches it on or off; what is left out stays.',
    z.strictObject({
      list: listName,
      address,
      label: label.optional(),
      enabled: z.boolean().optional(),
    }),
    listedAddress,
    ['not-found'],
  ),
  'senders.remove': method(
    'Takes an address off a list.',
    z.strictObject({ list: listName, address }),
    done,
    ['not-found'],
  ),
  'senders.accept': method(
    'Moves the messages of an unknown sender from requests to the inbox, later ones too.',
    z.strictObject({ address }),
    z.object({ moved: z.int() }),
    ['invalid-address'],
  ),
  'senders.block': method(
    'Puts a sender on the blacklist (in mode white: off the whitelist), and their requests into the trash.',
    z.strictObject({ address, label: label.default('') }),
    z.object({ trashed: z.int() }),
    ['invalid-address'],
  ),
  'addresses.check': method(
    'What is known about an address as typed.',
    z.strictObject({ address: z.string().max(1_000) }),
    z.object({
      /** success, or the word of what is wrong, as checksumfailed, invalidcharacters, versiontoohigh. */
      status: z.string(),
      /** Canonical form; absent when it is no address. */
      address: address.optional(),
      version: z.int().optional(),
      stream: z.int().optional(),
      /** What it is here. */
      own: z.boolean(),
      chan: z.boolean(),
      contact: z.boolean(),
      subscription: z.boolean(),
      blocked: z.boolean(),
      name: label,
      /** Whether messages can be encrypted to it at once. */
      keyKnown: z.boolean(),
    }),
  ),
  'addresses.suggest': method(
    'Completes a recipient from contacts, chans, own addresses and people written with before.',
    z.strictObject({ text: z.string().max(200), limit: z.int().min(1).max(50).default(10) }),
    z.object({
      suggestions: z.array(
        z.object({
          address,
          label,
          kind: z.enum(['contact', 'chan', 'identity', 'subscription', 'correspondent']),
        }),
      ),
    }),
  ),
};
