/** Messages and conversations. */
import type { MailboxScope, MailboxTarget } from '../../../store/mailbox/mailbox-repository.js';
import type { Handlers } from '../context.js';
import { nextOf, positionOf } from '../cursors.js';
import { NativeError } from '../native-error.js';
import type { messageMethods } from '../schema/messages.js';
import { keyOf, messageSummary, threadIdOf, threadOfId, wholeMessage } from '../shown.js';
import { tellChanged, trashed } from './message-changes.js';

interface Narrowing extends MailboxScope {
  readonly [other: string]: unknown;
}

function scopeOf({ folder, identity, chan, sender, unread, starred }: Narrowing): MailboxScope {
  return { folder, identity, chan, sender, unread, starred };
}

export function targetOf(params: { ids: string[]; threads: string[] }): MailboxTarget {
  return { keys: params.ids.map(keyOf), threads: params.threads.map(threadOfId) };
}

export const messageHandlers: Handlers<keyof typeof messageMethods> = {
  'messages.list': async ({ node }, params) => {
    const { cursor, limit } = params;
    const rows = await node.store.mailbox.list(scopeOf(params), positionOf(cursor), limit);
    return {
      messages: rows.map((row) => messageSummary(node, row)),
      ...nextOf(rows, limit),
    };
  },
  'messages.select': async ({ node }, params) => {
    const { cursor, limit, fields } = params;
    const rows = await node.store.mailbox.list(scopeOf(params), positionOf(cursor), limit);
    const messages = rows.map((row) => {
      const summary = messageSummary(node, row);
      const chosen = Object.fromEntries(fields.map((field) => [field, summary[field]]));
      return { ...chosen, id: summary.id };
    });
    return { messages, ...nextOf(rows, limit) };
  },
  'messages.counts': async ({ node }) => {
    const { folders, starred, drafts, identities, chans, feeds } =
      await node.store.mailbox.counts();
    return {
      folders,
      starred,
      drafts,
      identities: [...identities],
      chans: [...chans],
      feeds: [...feeds],
    };
  },
  'messages.get': async (context, { id, markRead }) => {
    const { mailbox } = context.node.store;
    const key = keyOf(id);
    if (markRead) {
      const { changed } = await mailbox.label({ keys: [key], threads: [] }, { read: true });
      if (changed > 0) tellChanged(context, { changed, keys: [key] }, 'labels');
    }
    const row = await mailbox.get(key);
    if (!row) throw new NativeError('not-found', 'there is no such message');
    return wholeMessage(context.node, row);
  },
  'messages.find': async ({ node }, { direction, number }) => {
    const row = await node.store.mailbox.byRow(direction, number);
    if (!row) throw new NativeError('not-found', 'there is no message of that number');
    return messageSummary(node, row);
  },
  'messages.search': async ({ node }, { query, folder, identity, limit, cursor }) => {
    if (cursor !== undefined && !/^\d{1,19}$/.test(cursor)) {
      throw new NativeError('invalid-cursor', 'not a cursor of a search', { field: 'cursor' });
    }
    const scope = { folder, identity };
    const found = await node.store.search.find({ query, scope, after: cursor, limit });
    if (!found) throw new NativeError('invalid-query', 'there is no word in the query');
    return {
      messages: found.rows.map((row) => messageSummary(node, row)),
      ...(found.next !== undefined && { nextCursor: found.next }),
      notIndexed: found.notIndexed,
    };
  },
  'messages.label': async (context, params) => {
    const { read, starred, archived } = params;
    const labels = { read, starred, archived };
    const change = await context.node.store.mailbox.label(targetOf(params), labels);
    return tellChanged(context, change, 'labels');
  },
  'messages.markAllRead': async (context, params) => {
    const changed = await context.node.store.mailbox.markAllRead(scopeOf(params));
    return tellChanged(context, { changed, keys: [] }, 'labels');
  },
  'messages.trash': (context, params) => trashed(context, targetOf(params), true),
  'messages.restore': (context, params) => trashed(context, targetOf(params), false),
  'messages.delete': async (context, params) => {
    // In the trash nobody works on them any more.
    await trashed(context, targetOf(params), true);
    const change = await context.node.store.mailbox.remove(targetOf(params));
    return tellChanged(context, change, 'deleted');
  },
  'messages.emptyTrash': async (context) => {
    const changed = await context.node.store.trash.deleteAndVacuum();
    return tellChanged(context, { changed, keys: [] }, 'deleted');
  },
  'threads.list': async ({ node }, params) => {
    const { cursor, limit } = params;
    const rows = await node.store.mailbox.threads(scopeOf(params), positionOf(cursor), limit);
    return {
      threads: rows.map(({ newest, messages, unread, starred }) => ({
        id: threadIdOf(newest.thread),
        newest: messageSummary(node, newest),
        messages,
        unread,
        starred,
      })),
      ...nextOf(
        rows.map(({ newest }) => newest),
        limit,
      ),
    };
  },
  'threads.get': async ({ node }, { id, cursor, limit }) => {
    const thread = threadOfId(id);
    const { rows, total } = await node.store.mailbox.thread(thread, positionOf(cursor), limit);
    if (total === 0) throw new NativeError('not-found', 'there is no such conversation');
    return {
      messages: rows.map((row) => wholeMessage(node, row)),
      total,
      ...nextOf(rows, limit),
    };
  },
};
