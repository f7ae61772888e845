/** Takes one queued broadcast out. [singleWorker.py:sendBroadcast; objects.md §8] */
import { encodeBroadcast } from '../../objects/broadcast.js';
import { encodeMessage } from '../../objects/message-encoding.js';
import { inventoryHash } from '../../objects/object.js';
import { broadcastTtlS } from '../../objects/ttl.js';
import { POW_PRIORITY } from '../../pow/solver.js';
import type { SentRecord } from '../../store/repositories.js';
import { commitSent } from './commit-sent.js';
import type { OutboxParts } from './parts.js';
import type { SentRows } from './sent-rows.js';
import { stampInTime } from './stamp-in-time.js';

/** @param row in `broadcastqueued`. @throws PowAborted */
export async function sendBroadcast(
  parts: OutboxParts,
  rows: SentRows,
  row: SentRecord,
  signal: AbortSignal,
): Promise<void> {
  const { context, identities, stamper } = parts;
  const { clock, log, settings } = context;
  const sender = identities.get(row.fromAddress);
  const address = identities.addressOf(row.fromAddress);
  if (!sender?.enabled || !address) {
    await rows.hold(row, `the sender is ${sender ? 'disabled' : 'not one of your addresses'}`);
    return;
  }
  if (!(await rows.move(row, 'doingbroadcastpow'))) return;
  const working: SentRecord = { ...row, status: 'doingbroadcastpow' };
  const content = {
    sender: { ...address, signingKey: sender.signingKey },
    keyBlock: identities.keyBlockOf(sender, identities.demandedDifficulty(sender)),
    encoding: row.encoding,
    message: encodeMessage(row.encoding as 1 | 2 | 3, { subject: row.subject, body: row.body }),
  };
  const { object } = await stampInTime(
    { stamper, clock, log },
    broadcastTtlS(row.ttlS),
    (expiresS) => encodeBroadcast(content, expiresS),
    {
      difficulty: settings.minimumDifficulty,
      priority: POW_PRIORITY.broadcast,
      purpose: 'broadcast',
      owner: row.fromAddress,
      signal,
    },
  );
  const move = { msgid: inventoryHash(object), lastActionS: clock.nowS() };
  const done = await commitSent(parts, rows, { row: working, to: 'broadcastsent', move, object });
  if (done) context.counters.broadcastsSent += 1;
}
