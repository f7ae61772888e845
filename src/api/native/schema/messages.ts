/** Messages, received and own: folders, conversations, labels, search, trash. */
import { z } from 'zod';
import { method } from './method.js';
import { outgoingState } from './outgoing-state.js';
import {
  address,
  changed,
  label,
  messageId,
  messageNumber,
  nextCursor,
  noParams,
  paging,
  threadId,
  timeS,
} from './scalars.js';

/**
 * Where messages are looked for. Direct mail of people one does not know is in `requests` until its
 * sender is accepted (senders.accept), written to, or made a contact.
 */
export const folder = z
  .enum([
    'inbox',
    'requests',
    'chans',
    'feeds',
    'sent',
    'outbox',
    'archive',
    'starred',
    'trash',
    'all',
  ])
  .describe(
    'inbox: direct mail of known senders; requests: of unknown ones; chans: posts; feeds: broadcasts ' +
      'of subscriptions; sent: own mail; outbox: own mail that is not out yet or has failed; archive; ' +
      'starred; trash; all: everything but the trash',
  )
  .meta({ id: 'Folder' });
export type Folder = z.infer<typeof folder>;

/** Narrows a folder. */
const narrowing = {
  folder: folder.default('inbox'),
  identity: address.optional().describe('only mail to or from this own address'),
  chan: address.optional().describe('only posts of this chan'),
  sender: address.optional().describe('only mail of this sender; with feeds: of this subscription'),
  unread: z.boolean().optional().describe('only unread ones'),
  starred: z.boolean().optional().describe('only starred ones'),
};

/** Longest part of a body that lists show, characters. */
export const PREVIEW_CHARACTERS = 160;

export const messageSummary = z
  .object({
    id: messageId,
    number: messageNumber,
    threadId,
    direction: z.enum(['in', 'out']),
    kind: z.enum(['direct', 'chan', 'broadcast']),
    fromAddress: address,
    /** Label of the sender among identities, contacts and subscriptions; ''. */
    fromName: label,
    /** Own address, chan, recipient; `[Broadcast subscribers]` for broadcasts. */
    toAddress: z.string(),
    toName: label,
    subject: z.string(),
    preview: z.string().describe('beginning of the body on one line'),
    timeS: timeS.describe('received; of own mail: written'),
    sizeBytes: z.int().describe('subject and body'),
    /** As in the protocol: 1 body only, 2 simple, 3 extended; others are shown as well as can be. */
    encoding: z.int(),
    read: z.boolean(),
    starred: z.boolean(),
    archived: z.boolean(),
    /** Where it lies: own mail is in `sent`, whatever its state. */
    place: z.enum(['inbox', 'requests', 'chans', 'feeds', 'sent', 'trash']),
    /** Of own mail only. */
    outgoing: outgoingState.optional(),
  })
  .meta({ id: 'MessageSummary' });
export type MessageSummary = z.infer<typeof messageSummary>;

export const message = messageSummary
  .extend({
    body: z.string().describe('text; never to be shown as HTML unasked'),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof message>;

export const threadSummary = z
  .object({
    id: threadId,
    /** The newest message of the folder in it. */
    newest: messageSummary,
    messages: z.int().describe('all of its messages, own ones and those of other folders included'),
    unread: z.int(),
    starred: z.boolean().describe('whether any message is'),
  })
  .meta({ id: 'ThreadSummary' });
export type ThreadSummary = z.infer<typeof threadSummary>;

/** Messages that a change is about: named, or all of conversations. */
const target = {
  ids: z.array(messageId).max(1_000).default([]),
  threads: z.array(threadId).max(1_000).default([]).describe('all messages of these conversations'),
};

const count = z.object({ total: z.int(), unread: z.int() });
const unreadOf = z.array(z.object({ address, unread: z.int() }));

const summaryField = messageSummary.keyof().meta({ id: 'MessageField' });

const someFields = messageSummary
  .partial()
  .required({ id: true })
  .meta({ id: 'SomeMessageFields' });

export const messageMethods = {
  'messages.list': method(
    'Messages of a folder, newest first.',
    z.strictObject({ ...narrowing, ...paging }),
    z.object({ messages: z.array(messageSummary), nextCursor }),
    ['invalid-cursor'],
  ),
  'messages.select': method(
    'As messages.list, with the named fields and the id of each message only.',
    z.strictObject({ ...narrowing, ...paging, fields: z.array(summaryField).min(1) }),
    z.object({ messages: z.array(someFields), nextCursor }),
    ['invalid-cursor'],
  ),
  'messages.counts': method(
    'How many messages the folders hold, and who has unread ones.',
    noParams,
    z.object({
      folders: z.record(folder.exclude(['all', 'starred']), count),
      drafts: z.int(),
      starred: z.int(),
      /** Addresses with unread messages; at most 1,000 each. */
      identities: unreadOf,
      chans: unreadOf,
      feeds: unreadOf,
    }),
  ),
  'messages.get': method(
    'One message with its text.',
    z.strictObject({
      id: messageId,
      markRead: z.boolean().default(false).describe('mark it read as well'),
    }),
    message,
    ['not-found'],
  ),
  'messages.find': method(
    'The message of a number, wherever it lies.',
    z.strictObject({ direction: z.enum(['in', 'out']), number: messageNumber }),
    messageSummary,
    ['not-found'],
  ),
  'messages.search': method(
    'Messages whose subject, body or addresses hold all the words, newest first. A word in quotes ' +
      'is looked for as it stands, others also as the beginning of longer words.',
    z.strictObject({
      query: z.string().min(1).max(500),
      folder: folder.default('all'),
      identity: narrowing.identity,
      ...paging,
    }),
    z.object({
      messages: z.array(messageSummary),
      nextCursor,
      /** Messages that the index does not hold yet (after a takeover): they are not found. */
      notIndexed: z.int(),
    }),
    ['invalid-query', 'invalid-cursor'],
  ),
  'messages.label': method(
    'Marks messages read or unread, starred or not, archived or not; what is left out stays.',
    z.strictObject({
      ...target,
      read: z.boolean().optional(),
      starred: z.boolean().optional(),
      archived: z.boolean().optional(),
    }),
    changed,
  ),
  'messages.markAllRead': method(
    'Marks everything in a folder read.',
    z.strictObject({
      folder: narrowing.folder,
      identity: narrowing.identity,
      chan: narrowing.chan,
      sender: narrowing.sender,
    }),
    changed,
  ),
  'messages.trash': method(
    'Moves messages to the trash; own ones are not worked on or sent again.',
    z.strictObject(target),
    changed,
  ),
  'messages.restore': method(
    'Moves messages out of the trash; own ones that were not out go on.',
    z.strictObject(target),
    changed,
  ),
  'messages.delete': method(
    'Deletes messages for ever, wherever they are, with their traces in the search index.',
    z.strictObject(target),
    changed,
  ),
  'messages.emptyTrash': method('Deletes for ever what is in the trash.', noParams, changed),
  'threads.list': method(
    'Conversations with messages in a folder, by their newest message in it.',
    z.strictObject({ ...narrowing, ...paging }),
    z.object({ threads: z.array(threadSummary), nextCursor }),
    ['invalid-cursor'],
  ),
  'threads.get': method(
    'The messages of a conversation with their texts, newest first; without those in the trash.',
    z.strictObject({ id: threadId, ...paging }),
    z.object({ messages: z.array(message), total: z.int(), nextCursor }),
    ['not-found', 'invalid-cursor'],
  ),
};
