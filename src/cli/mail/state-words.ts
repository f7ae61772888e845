/** How far an own message has come, in words. */
import type {
  OutgoingNext,
  OutgoingState,
  OutgoingStatus,
} from '../../api/native/schema/outgoing-state.js';
import { localMinute } from '../terminal/quantities.js';

const STATUS_WORDS: Readonly<Record<OutgoingStatus, string>> = {
  msgqueued: 'queued',
  doingpubkeypow: 'asking for the key',
  awaitingpubkey: 'waiting for the key',
  doingmsgpow: 'working',
  forcepow: 'queued',
  msgsent: 'sent',
  msgsentnoackexpected: 'sent',
  ackreceived: 'delivered',
  toodifficult: 'too difficult',
  badkey: 'failed',
  broadcastqueued: 'queued',
  doingbroadcastpow: 'working',
  broadcastsent: 'published',
};

const NEXT_WORDS: Readonly<Record<OutgoingNext, string>> = {
  nothing: '',
  'wait-for-turn': 'waits for its turn',
  work: 'proof of work',
  'ask-for-key-again': 'asks for the key again',
  'send-again': 'is sent again unless it is acknowledged',
  'look-again': 'tries again',
  'wait-for-sender': 'waits until the own address is switched on',
  decide: 'waits for you: petrel queue force or cancel',
};

/** A word or two. */
export function statusWords({ status }: OutgoingState): string {
  return STATUS_WORDS[status];
}

/** What happens next, and when; empty for what is final. */
export function nextWords({ next, nextAtS }: OutgoingState): string {
  const words = NEXT_WORDS[next];
  return words === '' || nextAtS === undefined ? words : `${words} at ${localMinute(nextAtS)}`;
}

/** State, reason and what happens next. */
export function stateLine(state: OutgoingState): string {
  const parts = [statusWords(state), state.reasonText, nextWords(state)];
  return parts.filter((part) => part !== '').join('; ');
}
