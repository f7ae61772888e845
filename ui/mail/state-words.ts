/** How far an own message has come, in the words of the dictionary. */
import type { OutgoingState } from '../state/records.js';
import type { TextKey } from '../texts/languages.js';

export const STATUS_WORDS: Readonly<Record<OutgoingState['status'], TextKey>> = {
  msgqueued: 'stateQueued',
  doingpubkeypow: 'stateAskingForKey',
  awaitingpubkey: 'stateWaitingForKey',
  doingmsgpow: 'stateWorking',
  forcepow: 'stateQueued',
  msgsent: 'stateSent',
  msgsentnoackexpected: 'stateSentNoAck',
  ackreceived: 'stateDelivered',
  toodifficult: 'stateTooDifficult',
  badkey: 'stateBadKey',
  broadcastqueued: 'stateQueued',
  doingbroadcastpow: 'stateWorking',
  broadcastsent: 'statePublished',
};

export const REASON_WORDS: Readonly<Record<OutgoingState['reason'], TextKey | undefined>> = {
  none: undefined,
  'key-unknown': 'reasonKeyUnknown',
  'not-acknowledged-yet': 'reasonNotAcknowledged',
  'no-acknowledgement-expected': 'reasonNoAck',
  acknowledged: undefined,
  'difficulty-too-high': 'reasonTooDifficult',
  'difficulty-accepted': 'reasonDifficultyAccepted',
  'recipient-address-wrong': 'reasonAddressWrong',
  'recipient-version-unusable': 'reasonAddressUnusable',
  'recipient-stream-foreign': 'reasonAddressUnusable',
  'recipient-wants-readable-address': 'reasonReadableAddress',
  'recipient-key-broken': 'reasonKeyBroken',
  'sender-disabled': 'reasonSenderDisabled',
  'sender-removed': 'reasonSenderRemoved',
  'message-too-large': 'reasonTooLarge',
  'resending-ended': 'reasonResendingEnded',
  other: undefined,
};

export const NEXT_WORDS: Readonly<Record<OutgoingState['next'], TextKey | undefined>> = {
  nothing: undefined,
  'wait-for-turn': 'nextTurn',
  work: 'nextWork',
  'ask-for-key-again': 'nextAskAgain',
  'send-again': 'nextSendAgain',
  'look-again': 'nextLookAgain',
  'wait-for-sender': 'nextWaitForSender',
  decide: 'nextDecide',
};

export type StateKind = 'good' | 'warn' | 'bad' | 'plain';

/** How the state is coloured. */
export function stateKind({ status }: OutgoingState): StateKind {
  if (status === 'ackreceived' || status === 'broadcastsent' || status === 'msgsentnoackexpected') {
    return 'good';
  }
  if (status === 'badkey') return 'bad';
  return status === 'toodifficult' ? 'warn' : 'plain';
}
