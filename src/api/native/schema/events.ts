/** What /events tells: one object each, with ids that only grow. */
import { z } from 'zod';
import { messageSummary } from './messages.js';
import { condition, networkStatus, peer } from './node.js';
import { outgoingState } from './outgoing-state.js';
import { address, messageId } from './scalars.js';

const ids = z.array(messageId).optional().describe('absent: too many to name, read the lists anew');

/** Name of an event and what it carries. */
export const EVENT_DATA = {
  'message.received': z
    .object({ message: messageSummary.partial({ preview: true, sizeBytes: true }) })
    .describe('A message, post or broadcast is in its folder.'),
  'message.changed': z
    .object({ ids, change: z.enum(['labels', 'trashed', 'restored', 'deleted', 'accepted']) })
    .describe(
      'Messages were labelled or moved over this API; what the compatible one does is not told.',
    ),
  'outgoing.changed': z
    .object({
      id: messageId,
      fromAddress: address,
      toAddress: z.string(),
      state: outgoingState,
      /** The state before; absent when it is new. */
      from: z.string().optional(),
    })
    .describe('An own message is new, or has another state or reason.'),
  'draft.changed': z
    .object({ id: z.string(), deleted: z.boolean() })
    .describe('A draft was saved or deleted.'),
  'pow.started': z
    .object({ purpose: z.string(), expectedTrials: z.number() })
    .describe('Proof of work has been asked for.'),
  'pow.progress': z
    .object({
      purpose: z.string(),
      owner: z.string(),
      trials: z.number(),
      expectedTrials: z.number(),
      trialsPerSecond: z.number(),
      elapsedMs: z.number(),
      meanLeftMs: z.number().optional(),
    })
    .describe('Every few seconds while work runs; not kept for those who come back.'),
  'pow.done': z
    .object({ purpose: z.string(), trials: z.number(), elapsedMs: z.number() })
    .describe('A proof of work is done.'),
  'peer.up': z
    .object({ peer: peer.pick({ host: true, port: true, inbound: true, userAgent: true }) })
    .describe('A peer is connected.'),
  'peer.down': z
    .object({ peer: peer.pick({ host: true, port: true, inbound: true }), reason: z.string() })
    .describe('A peer has gone.'),
  'network.changed': z
    .object({ status: networkStatus, peers: z.int() })
    .describe('The status of the network is another one.'),
  'sync.progress': z
    .object({ objects: z.int(), pendingDownloads: z.int() })
    .describe(
      'Every few seconds while objects are being fetched, and when there are none left; not kept.',
    ),
  'identity.made': z.object({ address, chan: z.boolean() }).describe('A new own address or chan.'),
  'identity.changed': z
    .object({ address })
    .describe('An own address has another label or is switched on or off.'),
  'identity.removed': z.object({ address }).describe('An own address was deleted, a chan left.'),
  'book.changed': z
    .object({
      book: z.enum(['contacts', 'subscriptions', 'blacklist', 'whitelist', 'mode']),
      address: address.optional(),
    })
    .describe('Contacts, subscriptions or lists of senders were changed.'),
  'key.requested': z.object({ address }).describe('The public key of somebody is being asked for.'),
  'key.learned': z.object({ address }).describe('The public key of somebody has come.'),
  'settings.changed': z.object({ names: z.array(z.string()) }).describe('Settings were changed.'),
  'takeover.progress': z
    .object({ what: z.string(), done: z.int(), total: z.int() })
    .describe('A takeover is running; not kept.'),
  'condition.changed': z
    .object({ condition, active: z.boolean().describe('false: it is over') })
    .describe('Something is wrong with disk, clock, network or open files, or is over.'),
  warning: z
    .object({ code: z.string(), text: z.string() })
    .describe('Something that a person should see: English text, and a word for it.'),
  notice: z
    .object({ text: z.string() })
    .describe('A program wrote into the status bar (statusBar).'),
  resync: z
    .object({ reason: z.enum(['gap', 'restarted', 'slow']) })
    .describe('Events were missed: read everything anew. Its id is where the log stands now.'),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof EVENT_DATA;
export type EventData<Name extends EventName> = z.infer<(typeof EVENT_DATA)[Name]>;

/** An event as a follower gets it: `id` and `event` of the stream, the rest in its data. */
export type NativeEvent = {
  [Name in EventName]: {
    readonly id: number;
    /** Unix milliseconds. */
    readonly atMs: number;
    readonly name: Name;
    readonly data: EventData<Name>;
  };
}[EventName];
