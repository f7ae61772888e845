/** Sending, and what becomes of it. */
import { MAX_TEXT_BYTES } from '../../../node/outbox/compose.js';
import { canonicalAddress } from '../../../objects/address.js';
import { MAX_SENT_TTL_S, MIN_CHOSEN_TTL_S } from '../../../objects/ttl.js';
import type { MailboxRow } from '../../../store/mailbox/mailbox-repository.js';
import { utf8 } from '../../../util/bytes.js';
import { canonicalOf } from '../addresses.js';
import type { Handlers, NativeContext } from '../context.js';
import { nextOf, positionOf } from '../cursors.js';
import { estimate } from '../estimate.js';
import { NativeError } from '../native-error.js';
import { outgoingStateOf } from '../outgoing-state.js';
import { MAX_RECIPIENTS, type outgoingMethods } from '../schema/outgoing.js';
import type { OutgoingState } from '../schema/outgoing-state.js';
import { keyOf, messageIdOf, messageSummary, threadIdOf } from '../shown.js';
import { deleteDraft } from './drafts.js';
import { trashed } from './message-changes.js';

type OutgoingMethod = Extract<keyof typeof outgoingMethods, `outgoing.${string}`>;

export const outgoingHandlers: Handlers<OutgoingMethod> = {
  'outgoing.send': async (context, params) => {
    const { node } = context;
    const content = contentOf(context, params);
    const to = [...new Set(params.to.map((text, index) => canonicalOf(text, `to.${index}`)))];
    // What is wrong with one is wrong with all, but for the address, which is checked.
    const messages = [];
    for (const toAddress of to) {
      const ackData = await node.outbox.sendMessage({ ...content, toAddress });
      const row = await ownRow(context, ackData);
      messages.push({
        id: messageIdOf(row),
        number: row.row,
        toAddress,
        threadId: threadIdOf(row.thread),
      });
    }
    if (params.draftId !== undefined) await deleteDraft(context, params.draftId);
    return { messages };
  },
  'outgoing.broadcast': async (context, params) => {
    const ackData = await context.node.outbox.sendBroadcast(contentOf(context, params));
    const row = await ownRow(context, ackData);
    if (params.draftId !== undefined) await deleteDraft(context, params.draftId);
    return { id: messageIdOf(row), number: row.row, threadId: threadIdOf(row.thread) };
  },
  'outgoing.state': async ({ node }, { ids }) => {
    const states = [];
    for (const id of ids) {
      const row = await node.store.mailbox.get(keyOf(id));
      if (row?.sending) states.push({ id, state: outgoingStateOf(node, row, row.sending) });
    }
    return { states };
  },
  'outgoing.queue': async ({ node }, { limit, cursor }) => {
    const after = positionOf(cursor);
    const rows = await node.store.mailbox.list({ folder: 'outbox' }, after, limit);
    return { messages: rows.map((row) => messageSummary(node, row)), ...nextOf(rows, limit) };
  },
  'outgoing.cancel': async (context, { id }) => {
    const row = await wanted(context, id);
    if (!stateOf(context, row).mayCancel) throw wrongState(row);
    await trashed(context, { keys: [row], threads: [] }, true);
    return stateOf(context, await wanted(context, id));
  },
  'outgoing.resend': async (context, { id }) => {
    const row = await wanted(context, id);
    await context.node.outbox.sendAgain(row.id);
    return stateOf(context, await wanted(context, id));
  },
  'outgoing.forceSend': async (context, { id }) => {
    const row = await wanted(context, id);
    if (!stateOf(context, row).mayForce) throw wrongState(row);
    await context.node.outbox.forceSend(row.id);
    return stateOf(context, await wanted(context, id));
  },
  'outgoing.estimate': (context, params) => estimate(context, params),
  'outgoing.defaults': ({ node }) => ({
    ttlS: node.settings.integer('bitmessagesettings.ttl'),
    minTtlS: MIN_CHOSEN_TTL_S,
    maxTtlS: MAX_SENT_TTL_S,
    maxTextBytes: MAX_TEXT_BYTES,
    maxRecipients: MAX_RECIPIENTS,
  }),
};

interface Content {
  readonly fromAddress: string;
  readonly subject: string;
  readonly body: string;
  readonly ttlS?: number | undefined;
  readonly encoding?: 2 | 3 | undefined;
}

function contentOf(
  { node }: NativeContext,
  { fromAddress, subject, body, ttlS, encoding }: Content,
): { fromAddress: string; subject: Uint8Array; body: Uint8Array; ttlS: number; encoding: number } {
  return {
    fromAddress: canonicalAddress(fromAddress) ?? fromAddress,
    subject: utf8(subject),
    body: utf8(body),
    ttlS: ttlS ?? node.settings.integer('bitmessagesettings.ttl'),
    encoding: encoding ?? 2,
  };
}

async function ownRow({ node }: NativeContext, ackData: Uint8Array): Promise<MailboxRow> {
  const row = await node.store.mailbox.get({ direction: 'out', id: ackData });
  if (!row) throw new Error('a message is gone as soon as it was queued');
  return row;
}

/** @throws NativeError `not-found` */
async function wanted({ node }: NativeContext, id: string): Promise<MailboxRow> {
  const row = await node.store.mailbox.get(keyOf(id));
  if (!row?.sending) throw new NativeError('not-found', 'there is no such own message');
  return row;
}

function stateOf({ node }: NativeContext, row: MailboxRow): OutgoingState {
  if (!row.sending) throw new TypeError('not an own message');
  return outgoingStateOf(node, row, row.sending);
}

function wrongState({ sending }: MailboxRow): NativeError {
  const status = sending?.status ?? '';
  return new NativeError('wrong-state', `the message is ${status}`, { reason: status });
}
