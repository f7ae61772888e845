/** Finds the messages whose time to try again has come. [singleCleaner.py; node.md §6] */
import { MAX_SENT_TTL_S } from '../../objects/ttl.js';
import { SLEEP_PER_TTL } from './parts.js';
import type { SentRecord } from '../../store/repositories.js';
import type { MailContext } from '../mail-dependencies.js';
import type { SentRows } from './sent-rows.js';

/** The longest time to live, and what is waited beyond it. */
const MAX_SLEEP_S = Math.ceil(MAX_SENT_TTL_S * SLEEP_PER_TTL) + 86_400;

/**
 * Puts rows back to `msgqueued` whose sleep is over: nobody answered the key request, or nobody
 * acknowledged the message. Messages older than the setting are left alone.
 * @returns the rows that were put back
 */
export async function requeueOverdue(context: MailContext, rows: SentRows): Promise<SentRecord[]> {
  const nowS = context.clock.nowS();
  const { stopResendingAfterS } = context.settings;
  const oldestS = stopResendingAfterS === undefined ? 0 : nowS - stopResendingAfterS;
  const requeued: SentRecord[] = [];
  for (const row of await context.store.sent.listByStatus(['awaitingpubkey', 'msgsent'])) {
    // Longer than any sleep there is: written by a clock that was wrong then.
    const isAsleep = row.sleepUntilS >= nowS && row.sleepUntilS <= nowS + MAX_SLEEP_S;
    if (isAsleep || row.sentS <= oldestS) continue;
    if (await rows.move(row, 'msgqueued')) requeued.push(row);
  }
  return requeued;
}
