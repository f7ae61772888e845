/** Writing: drafts, sending, and what becomes of it. */
import { z } from 'zod';
import { messageSummary } from './messages.js';
import { method } from './method.js';
import { outgoingState } from './outgoing-state.js';
import {
  address,
  messageId,
  messageNumber,
  nextCursor,
  noParams,
  paging,
  threadId,
  timeS,
} from './scalars.js';

/** Addresses of one message. */
export const MAX_RECIPIENTS = 100;
/** Longer texts fit in no object, characters. */
const MAX_TEXT_CHARACTERS = 262_144;

const text = {
  subject: z.string().max(MAX_TEXT_CHARACTERS),
  body: z.string().max(MAX_TEXT_CHARACTERS),
};
const ttlS = z.int().min(3_600).max(2_419_200).describe('time to live: an hour to 28 days');
const encoding = z.union([z.literal(2), z.literal(3)]).describe('2 simple (default), 3 extended');

export const draft = z
  .object({
    id: z.string(),
    savedS: timeS,
    /** A message to `to`, or a broadcast of `fromAddress`. */
    kind: z.enum(['message', 'broadcast']),
    fromAddress: z.string().describe("'' while none is chosen"),
    /** As typed: need not be addresses yet. */
    to: z.array(z.string()),
    ...text,
    ttlS: z.int().optional(),
    /** The message it answers. */
    inReplyTo: messageId.optional(),
  })
  .meta({ id: 'Draft' });
export type Draft = z.infer<typeof draft>;

const difficulty = z.object({
  nonceTrialsPerByte: z.int(),
  payloadLengthExtraBytes: z.int(),
});

export const outgoingMethods = {
  'drafts.list': method(
    'Drafts, the last saved first.',
    z.strictObject(paging),
    z.object({ drafts: z.array(draft), nextCursor }),
    ['invalid-cursor'],
  ),
  'drafts.get': method('One draft.', z.strictObject({ id: z.string() }), draft, ['not-found']),
  'drafts.save': method(
    'Keeps what has been typed so far: makes a draft, or replaces the one of that id. At most 1,000.',
    z.strictObject({
      id: z.string().max(64).optional().describe('of the draft to replace; absent: a new one'),
      kind: z.enum(['message', 'broadcast']).default('message'),
      fromAddress: z.string().max(100).default(''),
      to: z.array(z.string().max(200)).max(MAX_RECIPIENTS).default([]),
      subject: text.subject.default(''),
      body: text.body.default(''),
      ttlS: ttlS.optional(),
      inReplyTo: messageId.optional(),
    }),
    z.object({ id: z.string(), savedS: timeS }),
    ['wrong-state'],
  ),
  'drafts.delete': method(
    'Deletes a draft.',
    z.strictObject({ id: z.string() }),
    z.object({ deleted: z.boolean() }),
  ),
  'outgoing.send': method(
    'Queues a message to each recipient; durable when it answers. Nothing is queued when one of the ' +
      'addresses is wrong.',
    z.strictObject({
      fromAddress: address,
      to: z.array(address).min(1).max(MAX_RECIPIENTS),
      ...text,
      ttlS: ttlS.optional().describe('default: the setting'),
      encoding: encoding.optional(),
      draftId: z.string().optional().describe('a draft to delete with it'),
    }),
    z.object({
      messages: z.array(
        z.object({ id: messageId, number: messageNumber, toAddress: address, threadId }),
      ),
    }),
    ['invalid-address', 'unknown-identity', 'identity-disabled', 'message-too-long'],
  ),
  'outgoing.broadcast': method(
    'Queues a broadcast to the subscribers of an own address.',
    z.strictObject({
      fromAddress: address,
      ...text,
      ttlS: ttlS.optional().describe('default: the setting'),
      encoding: encoding.optional(),
      draftId: z.string().optional().describe('a draft to delete with it'),
    }),
    z.object({ id: messageId, number: messageNumber, threadId }),
    ['unknown-identity', 'identity-disabled', 'message-too-long'],
  ),
  'outgoing.state': method(
    'How far own messages have come; those that are gone are left out.',
    z.strictObject({ ids: z.array(messageId).min(1).max(100) }),
    z.object({ states: z.array(z.object({ id: messageId, state: outgoingState })) }),
  ),
  'outgoing.queue': method(
    'The outbox in the order in which it was written: what is not out yet, and what has failed.',
    z.strictObject(paging),
    z.object({ messages: z.array(messageSummary), nextCursor }),
    ['invalid-cursor'],
  ),
  'outgoing.cancel': method(
    'Stops working on an own message and moves it to the trash; what is out stays out.',
    z.strictObject({ id: messageId }),
    outgoingState,
    ['not-found', 'wrong-state'],
  ),
  'outgoing.resend': method(
    'Sends an own message again, from the beginning.',
    z.strictObject({ id: messageId }),
    outgoingState,
    ['not-found', 'wrong-state'],
  ),
  'outgoing.forceSend': method(
    'Sends although the recipient demands more work than the settings allow.',
    z.strictObject({ id: messageId }),
    outgoingState,
    ['not-found', 'wrong-state'],
  ),
  'outgoing.estimate': method(
    'How much proof of work a message would take, and how long on this machine.',
    z.strictObject({
      textBytes: z.int().min(0).max(MAX_TEXT_CHARACTERS).describe('subject and body in UTF-8'),
      ttlS: ttlS.optional().describe('default: the setting'),
      to: address.optional().describe('whose demand counts, when it is known'),
      kind: z.enum(['message', 'broadcast']).default('message'),
      difficulty: difficulty.optional().describe('instead of what the recipient demands'),
    }),
    z.object({
      objectBytes: z.int(),
      ttlS: z.int(),
      difficulty,
      /** False: the recipient's key is not here yet, the network's minimum stands in. */
      difficultyKnown: z.boolean(),
      /** More than the settings allow: the message would wait for a decision. */
      tooDifficult: z.boolean(),
      trials: z.number().describe('expected; acknowledgement included'),
      /** 0 while this machine's rate is not known. */
      trialsPerSecond: z.number(),
      /** Of the work alone, on all threads; absent while the rate is not known. */
      meanMs: z.number().optional(),
      halfWithinMs: z.number().optional(),
      ninetyPercentWithinMs: z.number().optional(),
      /** Work that is queued before it. */
      waitingJobs: z.int(),
    }),
    ['invalid-address'],
  ),
  'outgoing.defaults': method(
    'What a new message begins with.',
    noParams,
    z.object({
      ttlS: z.int(),
      minTtlS: z.int(),
      maxTtlS: z.int(),
      maxTextBytes: z.int(),
      maxRecipients: z.int(),
    }),
  ),
};
