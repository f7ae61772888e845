/** Sending, and what became of it. [api.py] */
import type { NewMail } from '../api-node.js';
import { checkAddress, checkDecodable, keptForm, withPrefix } from '../address-check.js';
import { base64Argument, hexArgument, numberArgument, numberOf } from '../arguments.js';
import { typeOf, type CallContext, type Command } from '../command.js';
import { API_ERROR, ApiError, TEXT, unexpected } from '../errors.js';
import { toHex } from '../../util/bytes.js';
import { isList, isStruct, type ApiValue } from '../values.js';

/** Subject and message together: 2^18 less room for what stands around them [api.py]. */
const MAX_MAIL_BYTES = 2 ** 18 - 500;
const DEFAULT_ENCODING = 2;
const ENCODINGS = [2, 3];
const DEFAULT_TTL_S = 345_600;
const MIN_TTL_S = 3_600;
const MAX_TTL_S = 2_419_200;
/** Hex digits of the shortest ack data. */
const MIN_ACK_DATA_DIGITS = 76;

type Given = ApiValue | undefined;

export const sendingCommands: Command[] = [
  {
    names: ['sendMessage'],
    parameters: ['toAddress', 'fromAddress', 'subject', 'message', 'encodingType', 'TTL'],
    optional: 2,
    help: 'Sends a message; the answer is its acknowledgement data.',
    async run(context, [to, from, subject, body, encodingType, ttl]) {
      const mail = mailContent(context, subject, body, encodingType, ttl);
      const toAddress = withPrefix(to);
      const fromAddress = ownSender(context, from);
      checkDecodable(toAddress);
      const kept = keptForm(toAddress);
      return toHex(
        await context.node.outbox.sendMessage({ ...mail, fromAddress, toAddress: kept }),
      );
    },
  },
  {
    names: ['sendBroadcast'],
    parameters: ['fromAddress', 'subject', 'message', 'encodingType', 'TTL'],
    optional: 2,
    help: 'Sends a broadcast to all subscribers; the answer is its acknowledgement data.',
    async run(context, [from, subject, body, encodingType, ttl]) {
      const mail = mailContent(context, subject, body, encodingType, ttl);
      const fromAddress = ownSender(context, from);
      return toHex(await context.node.outbox.sendBroadcast({ ...mail, fromAddress }));
    },
  },
  {
    names: ['getStatus'],
    parameters: ['ackData'],
    help: 'How far a sent message has come.',
    async run(context, [given = null]) {
      if (lengthOf(context, given) < MIN_ACK_DATA_DIGITS) {
        throw new ApiError(API_ERROR.ackDataSize, TEXT.ackDataSize);
      }
      const ackData = hexArgument(context, given);
      return (await context.node.store.sent.getByAckData(ackData))?.status ?? 'notfound';
    },
  },
];

/** Checks in the order in which the reference does: encoding, decoding, length. */
function mailContent(
  context: CallContext,
  givenSubject: Given,
  givenBody: Given,
  encodingType: Given,
  ttl: Given,
): Omit<NewMail, 'fromAddress'> {
  const encoding =
    encodingType === undefined
      ? DEFAULT_ENCODING
      : typeof encodingType === 'boolean'
        ? undefined
        : numberOf(encodingType);
  if (encoding === undefined || !ENCODINGS.includes(encoding)) {
    throw new ApiError(API_ERROR.encodingType, TEXT.encodingType);
  }
  const subject = base64Argument(context, givenSubject);
  const body = base64Argument(context, givenBody);
  if (subject.length + body.length > MAX_MAIL_BYTES) {
    throw new ApiError(API_ERROR.messageTooLong, TEXT.messageTooLong);
  }
  // Python 2 takes nothing for less than any number.
  const wantedS = ttl === null ? MIN_TTL_S : numberArgument(context, ttl ?? DEFAULT_TTL_S);
  const ttlS = Math.trunc(Math.min(Math.max(wantedS, MIN_TTL_S), MAX_TTL_S));
  return { subject, body, encoding, ttlS };
}

/** @throws ApiError 7 to 14, 26 */
function ownSender(context: CallContext, given: Given): string {
  const shown = withPrefix(given);
  checkAddress(shown);
  const identity = context.node.identities.get(keptForm(shown));
  if (!identity) throw new ApiError(API_ERROR.unknownIdentity, TEXT.unknownSender);
  if (!identity.enabled) throw new ApiError(API_ERROR.disabledIdentity, TEXT.disabledSender);
  return identity.address;
}

function lengthOf(context: CallContext, given: ApiValue): number {
  if (typeof given === 'string' || isList(given)) return given.length;
  if (isStruct(given)) return Object.keys(given).length;
  throw unexpected(`object of type '${typeOf(context, given)}' has no len()`);
}
