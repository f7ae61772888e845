/**
 * The states of a sent message and which may follow which. [objects.md §13, storage.md §3.4]
 *
 * ```
 * msgqueued ──────────────┬─ key unknown ─> doingpubkeypow ─> awaitingpubkey ─┐
 *   ^  ^                  │                       │ key arrives │ key arrives │ sleep over
 *   │  │                  │                       └─────────────┴─> msgqueued <┘
 *   │  │                  └─ key known ──> doingmsgpow ─> msgsent ─ ack ─> ackreceived (final)
 *   │  │                                      │  │  │        └─ sleep over, no ack ─> msgqueued
 *   │  │                                      │  │  └─> msgsentnoackexpected (final)
 *   │  └── the user raises the limits ─ toodifficult │
 *   │                     the user forces ─> forcepow ─> doingmsgpow
 *   └── every start puts doing… rows back            badkey (final)
 *
 * broadcastqueued ─> doingbroadcastpow ─> broadcastsent (final)
 * ```
 *
 * A message that is too large for any object ends in `badkey`, too: the list of states is closed
 * because clients know it, and the row's reason says what happened.
 */
import type { SentStatus } from '../../store/repositories.js';

/** Work waits for a free place. */
export const QUEUED: readonly SentStatus[] = ['msgqueued', 'forcepow', 'broadcastqueued'];

/** What a stop or crash interrupts, and where it goes on. */
export const RESUME_AS: Partial<Record<SentStatus, SentStatus>> = {
  doingpubkeypow: 'msgqueued',
  doingmsgpow: 'msgqueued',
  doingbroadcastpow: 'broadcastqueued',
};

/** What may be sent again, and where it begins. */
export const SENT_AGAIN_AS: Partial<Record<SentStatus, SentStatus>> = {
  awaitingpubkey: 'msgqueued',
  msgsent: 'msgqueued',
  msgsentnoackexpected: 'msgqueued',
  ackreceived: 'msgqueued',
  toodifficult: 'msgqueued',
  badkey: 'msgqueued',
  broadcastsent: 'broadcastqueued',
};

/** An acknowledgement can still arrive for these, once they have been sent at least once. */
export const ACKNOWLEDGEABLE: readonly SentStatus[] = [
  'msgsent',
  'msgqueued',
  'doingpubkeypow',
  'awaitingpubkey',
  'doingmsgpow',
  'toodifficult',
  'forcepow',
];

/** Reason that marks a message whose difficulty the user accepted: it stays so when re-sent. */
export const FORCED_REASON = 'difficulty accepted by the user';
