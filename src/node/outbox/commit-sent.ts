/** The step every kind of sending ends with: row and object become durable together, then go out. */
import { inventoryHash } from '../../objects/object.js';
import type { InboxRecord, MailChanges, SentRecord, SentStatus } from '../../store/repositories.js';
import type { OutboxParts } from './parts.js';
import type { Move, SentRows } from './sent-rows.js';

export interface Sending {
  readonly row: SentRecord;
  readonly to: SentStatus;
  readonly move: Move;
  readonly object: Uint8Array;
  /** Delivery to an own address, in the same transaction. */
  readonly inbox?: InboxRecord;
  /** Called after the commit and before anybody can see the object. */
  readonly beforePublish?: () => void;
}

/**
 * False when the row had left its state meanwhile (acknowledged, cancelled, deleted): then nothing
 * is published. A stop between commit and publication is made good at the next start.
 */
export async function commitSent(
  { context, publisher }: OutboxParts,
  rows: SentRows,
  sending: Sending,
): Promise<boolean> {
  const { row, to, object, inbox } = sending;
  const { patient: store, clock } = context;
  const current = await store.sent.getByAckData(row.ackData);
  if (current?.status !== row.status || current.folder !== 'sent') return false;
  const hash = inventoryHash(object);
  const changes = rows.changes(row, to, sending.move);
  const outgoing = { hash, object, publishAtMs: clock.nowMs() };
  const commit: MailChanges = {
    sent: [{ ackData: row.ackData, changes, onlyFrom: [row.status] }],
    outgoing: [outgoing],
    ...(inbox && { inbox }),
  };
  const { sentChanged } = await store.journal.commit(commit);
  if (sentChanged[0] === false) {
    await store.journal.removeOutgoing(hash);
    return false;
  }
  sending.beforePublish?.();
  rows.tell(row, to, changes.reason);
  publisher.publish(outgoing);
  return true;
}
