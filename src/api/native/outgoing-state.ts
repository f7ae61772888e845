/** How far an own message has come, in the words of schema/outgoing-state.ts. */
import { FORCED_REASON, SENT_AGAIN_AS } from '../../node/outbox/state.js';
import { mailSettings } from '../../node/node-settings.js';
import type { MailboxRow, SendingColumns } from '../../store/mailbox/mailbox-repository.js';
import type { SentStatus } from '../../store/repositories.js';
import type { NativeNode } from './context.js';
import type { OutgoingNext, OutgoingReason, OutgoingState } from './schema/outgoing-state.js';

/** Beginnings of the reasons that rows hold (src/node/outbox), and their words. */
const REASONS: readonly (readonly [begin: string, reason: OutgoingReason])[] = [
  [FORCED_REASON, 'difficulty-accepted'],
  ['the recipient demands a difficulty', 'difficulty-too-high'],
  ["the recipient's address is wrong", 'recipient-address-wrong'],
  ['address version', 'recipient-version-unusable'],
  ['stream', 'recipient-stream-foreign'],
  ['the recipient wants its address readable', 'recipient-wants-readable-address'],
  ['the public key is broken', 'recipient-key-broken'],
  ['the sender is disabled', 'sender-disabled'],
  ['the sender is not one', 'sender-removed'],
  ['the message is too large', 'message-too-large'],
];

/** Where the row gives no reason. */
const USUAL_REASON: Readonly<Partial<Record<SentStatus, OutgoingReason>>> = {
  doingpubkeypow: 'key-unknown',
  awaitingpubkey: 'key-unknown',
  msgsent: 'not-acknowledged-yet',
  msgsentnoackexpected: 'no-acknowledgement-expected',
  ackreceived: 'acknowledged',
};

const USUAL_NEXT: Readonly<Record<SentStatus, OutgoingNext>> = {
  msgqueued: 'wait-for-turn',
  doingpubkeypow: 'work',
  awaitingpubkey: 'ask-for-key-again',
  doingmsgpow: 'work',
  forcepow: 'wait-for-turn',
  msgsent: 'send-again',
  msgsentnoackexpected: 'nothing',
  ackreceived: 'nothing',
  toodifficult: 'decide',
  badkey: 'nothing',
  broadcastqueued: 'wait-for-turn',
  doingbroadcastpow: 'work',
  broadcastsent: 'nothing',
};

const NEXT_OF_REASON: Readonly<Partial<Record<OutgoingReason, OutgoingNext>>> = {
  'sender-disabled': 'wait-for-sender',
  'sender-removed': 'wait-for-sender',
  'recipient-address-wrong': 'nothing',
  'recipient-wants-readable-address': 'decide',
  'recipient-version-unusable': 'look-again',
  'recipient-stream-foreign': 'look-again',
};

/** Steps that come by themselves at the time in the row. */
const TIMED: readonly OutgoingNext[] = ['ask-for-key-again', 'send-again', 'look-again'];

export function outgoingStateOf(
  node: Pick<NativeNode, 'settings'>,
  { folder }: Pick<MailboxRow, 'folder'>,
  sending: SendingColumns,
): OutgoingState {
  const { status, reason: reasonText, sleepUntilS } = sending;
  const ended = isResendingOver(node, sending);
  const reason = ended ? 'resending-ended' : reasonOf(status, reasonText);
  const isStill = ended || folder !== 'sent';
  const next = isStill ? 'nothing' : (NEXT_OF_REASON[reason] ?? USUAL_NEXT[status]);
  return {
    status,
    reason,
    reasonText,
    next,
    ...(TIMED.includes(next) && sleepUntilS > 0 && { nextAtS: sleepUntilS }),
    timesSent: sending.retryNumber,
    ttlS: sending.ttlS,
    lastActionS: sending.lastActionS,
    mayCancel: folder === 'sent' && USUAL_NEXT[status] !== 'nothing',
    mayResend: SENT_AGAIN_AS[status] !== undefined,
    mayForce: folder === 'sent' && status === 'toodifficult',
  };
}

function reasonOf(status: SentStatus, text: string): OutgoingReason {
  if (text === '') return USUAL_REASON[status] ?? 'none';
  return REASONS.find(([begin]) => text.startsWith(begin))?.[1] ?? 'other';
}

/** The user wants no more attempts for messages of that age [src/node/outbox/resend.ts]. */
function isResendingOver(
  { settings }: Pick<NativeNode, 'settings'>,
  { status, sentS, sleepUntilS }: SendingColumns,
): boolean {
  if (status !== 'awaitingpubkey' && status !== 'msgsent') return false;
  const { stopResendingAfterS } = mailSettings(settings);
  return stopResendingAfterS !== undefined && sleepUntilS >= sentS + stopResendingAfterS;
}
