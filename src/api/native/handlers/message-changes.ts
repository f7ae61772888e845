/** Changes of messages, with what has to follow them: the event, and the outbox. */
import type { MailboxChange, MailboxTarget } from '../../../store/mailbox/mailbox-repository.js';
import type { NodeEvents } from '../../../node/events.js';
import type { NativeContext } from '../context.js';

/** Emits the event of a change, if there was one. */
export function tellChanged(
  { node }: Pick<NativeContext, 'node'>,
  { changed, keys }: MailboxChange,
  change: NodeEvents['messagesChanged']['change'],
): { changed: number } {
  if (changed > 0) {
    const named = keys.length === changed ? keys : undefined;
    node.events.emit('messagesChanged', { keys: named, change });
  }
  return { changed };
}

/** Into the trash or out of it: own mail is not worked on there, and goes on when it comes back. */
export async function trashed(
  context: Pick<NativeContext, 'node'>,
  target: MailboxTarget,
  isTrash: boolean,
): Promise<{ changed: number }> {
  const { mailbox } = context.node.store;
  const { outbox } = context.node;
  const change = await mailbox.setTrashed(target, isTrash);
  for (const { direction, id } of change.keys) {
    if (direction === 'in') continue;
    if (isTrash) outbox.cancel(id);
    else await outbox.retry(id);
  }
  return tellChanged(context, change, isTrash ? 'trashed' : 'restored');
}
