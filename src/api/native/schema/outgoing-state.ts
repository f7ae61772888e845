/** How far an own message has come: in words' codes, why, and what happens next and when. */
import { z } from 'zod';
import { timeS } from './scalars.js';

/** The states of src/node/outbox/state.ts, as PyBitmessage names them. */
export const outgoingStatus = z.enum([
  'msgqueued',
  'doingpubkeypow',
  'awaitingpubkey',
  'doingmsgpow',
  'forcepow',
  'msgsent',
  'msgsentnoackexpected',
  'ackreceived',
  'toodifficult',
  'badkey',
  'broadcastqueued',
  'doingbroadcastpow',
  'broadcastsent',
]);
export type OutgoingStatus = z.infer<typeof outgoingStatus>;

export const outgoingReason = z
  .enum([
    'none',
    'key-unknown',
    'not-acknowledged-yet',
    'no-acknowledgement-expected',
    'acknowledged',
    'difficulty-too-high',
    'difficulty-accepted',
    'recipient-address-wrong',
    'recipient-version-unusable',
    'recipient-stream-foreign',
    'recipient-wants-readable-address',
    'recipient-key-broken',
    'sender-disabled',
    'sender-removed',
    'message-too-large',
    'resending-ended',
    'other',
  ])
  .describe('why it is in this state');
export type OutgoingReason = z.infer<typeof outgoingReason>;

export const outgoingNext = z
  .enum([
    'nothing',
    'wait-for-turn',
    'work',
    'ask-for-key-again',
    'send-again',
    'look-again',
    'wait-for-sender',
    'decide',
  ])
  .describe(
    'nothing: final; wait-for-turn: queued; work: proof of work runs or waits for the processor; ' +
      'ask-for-key-again, send-again: at nextAtS unless the key or the acknowledgement comes before; ' +
      'look-again: at nextAtS; wait-for-sender: until the own address is switched on; decide: you may ' +
      'force it, cancel it, or raise the limits',
  );
export type OutgoingNext = z.infer<typeof outgoingNext>;

export const outgoingState = z
  .object({
    status: outgoingStatus,
    reason: outgoingReason,
    /** The reason in English with its numbers, as the node's log has it; ''. */
    reasonText: z.string(),
    next: outgoingNext,
    /** When; absent when it is up to others or at once. */
    nextAtS: timeS.optional(),
    /** How often it went out already. */
    timesSent: z.int(),
    ttlS: z.int(),
    lastActionS: timeS,
    mayCancel: z.boolean(),
    mayResend: z.boolean(),
    mayForce: z.boolean(),
  })
  .meta({ id: 'OutgoingState' });
export type OutgoingState = z.infer<typeof outgoingState>;
