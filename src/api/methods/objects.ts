/** Objects that the client has made itself. [api.py] */
import { hexArgument, integerArgument } from '../arguments.js';
import { typeOf, type CallContext, type Command } from '../command.js';
import { API_ERROR, ApiError, TEXT, unexpected } from '../errors.js';
import { minimumDifficulty } from '../../node/node-settings.js';
import { checkObject, type ObjectCheck } from '../../objects/check.js';
import {
  atLeast,
  initialHashOf,
  NETWORK_MINIMUM,
  powTarget,
  type Difficulty,
} from '../../objects/difficulty.js';
import { ObjectError } from '../../objects/errors.js';
import { decodeHeader, tagOf, withNonce, withoutNonce } from '../../objects/object.js';
import { OBJECT_TYPE } from '../../objects/types.js';
import { POW_PRIORITY } from '../../pow/solver.js';
import { concatBytes, equalBytes, toHex } from '../../util/bytes.js';
import { WireError } from '../../wire/errors.js';
import { Reader } from '../../wire/reader.js';
import type { ApiValue } from '../values.js';

const NONCE_BYTES = 8;
/** Nonce, expiry and type: less than this has no version to read. */
const FIXED_HEADER_BYTES = 20;
/** The reference needs so many bytes to read a time [api.py:HandleDisseminatePreparedObject]. */
const MIN_OBJECT_BYTES = 16;
const DEFAULT_DIFFICULTY = 1000;
/** A verifier's clock may be behind ours: the work is done as for a longer life. */
const CLOCK_MARGIN_S = 300;
const STREAM = 1;
const STREAMS = [STREAM];
const TAG_DIGITS = 64;
/** What the reference asks for, against its own text: accepted, finds nothing. */
const OLD_TAG_DIGITS = 32;
const TAG_BYTES = 32;
/** Read from the store in one go; up to 256 KB each. */
const OBJECTS_AT_ONCE = 100;

export const objectCommands: Command[] = [
  {
    names: ['disseminatePreparedObject', 'disseminatePreEncryptedMsg'],
    parameters: ['encryptedPayload', 'nonceTrialsPerByte', 'payloadLengthExtraBytes'],
    optional: 2,
    help: 'Publishes a finished object; with nonce 0 the proof of work is done here.',
    async run(context, [given, trials, extra]) {
      const payload = hexArgument(context, given);
      checkHeader(payload);
      const difficulty = {
        nonceTrialsPerByte: integerArgument(context, trials ?? DEFAULT_DIFFICULTY),
        payloadLengthExtraBytes: integerArgument(context, extra ?? DEFAULT_DIFFICULTY),
      };
      return publish(context, payload, difficulty);
    },
  },
  {
    names: ['disseminatePubkey'],
    parameters: ['payload'],
    help: 'Publishes a public key object given without its nonce.',
    async run(context, [given]) {
      const rest = hexArgument(context, given);
      const payload = concatBytes(new Uint8Array(NONCE_BYTES), rest);
      checkHeader(payload);
      if (new DataView(payload.buffer).getUint32(16) !== OBJECT_TYPE.pubkey) {
        throw unexpected('not a pubkey object');
      }
      await publish(context, payload, NETWORK_MINIMUM);
      return null;
    },
  },
  {
    names: ['getMessageDataByDestinationHash', 'getMessageDataByDestinationTag'],
    parameters: ['requestedHash'],
    help: 'The msg objects in the inventory whose payload begins with a tag.',
    run: (context, [given = null]) => messagesByTag(context, given),
  },
];

/**
 * Varints that are missing altogether count as 0 here; the check of the object refuses them.
 * @throws ApiError 21 for too few bytes, 26 for varints that cannot be read.
 */
function checkHeader(payload: Uint8Array): void {
  if (payload.length < MIN_OBJECT_BYTES) {
    throw unexpected('unpack requires a string argument of length 8');
  }
  let offset = FIXED_HEADER_BYTES;
  for (let varints = 2; varints > 0; varints--) {
    if (offset >= payload.length) return;
    const reader = new Reader(payload, offset);
    try {
      reader.varintBig();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const text = `Data contains a malformed varint. Some details: ${varintFault(payload, offset)}`;
      throw new ApiError(API_ERROR.malformedVarint, text, { cause: error });
    }
    offset = reader.offset;
  }
}

/** What the reference says about such a varint [addresses.py:decodeVarint]. */
function varintFault(payload: Uint8Array, offset: number): string {
  const first = payload[offset] ?? 0;
  const given = payload.length - offset;
  const needed = first === 0xfd ? 3 : first === 0xfe ? 5 : 9;
  if (given >= needed) {
    return 'This varint does not encode the value with the lowest possible number of bytes.';
  }
  return (
    `The first byte of this varint as an integer is ${first} but the total length is only ` +
    `${given}. It needs to be at least ${needed}.`
  );
}

/** Proof of work if there is none, checks as for any object, inventory, announcement. */
async function publish(
  context: CallContext,
  payload: Uint8Array,
  wanted: Difficulty,
): Promise<string> {
  const { node, clock } = context;
  const check = {
    nowS: clock.nowS(),
    minimum: minimumDifficulty(node.settings),
    streams: STREAMS,
  };
  try {
    const hasNonce = payload.subarray(0, NONCE_BYTES).some((byte) => byte !== 0);
    const object = hasNonce ? payload : await solved(context, payload, wanted, check);
    const { header, hash } = checkObject(object, check);
    const { type, version, stream, expiresS } = header;
    const tag = tagOf(header, object);
    await node.store.inventory.add({ hash, type, version, stream, expiresS, tag, object });
    node.network.announce(hash, stream);
    return toHex(hash);
  } catch (error) {
    if (error instanceof ObjectError) throw unexpected(error.message, error);
    throw error;
  }
}

/** The object with its proof of work. @throws ObjectError before any work when it is unacceptable. */
async function solved(
  { node }: CallContext,
  payload: Uint8Array,
  wanted: Difficulty,
  check: ObjectCheck,
): Promise<Uint8Array> {
  try {
    checkObject(payload, check);
    return payload; // Nonce 0 happens to be good enough.
  } catch (error) {
    if (!(error instanceof ObjectError) || error.code !== 'insufficient-pow') throw error;
  }
  const ttlS = decodeHeader(payload).expiresS - check.nowS + CLOCK_MARGIN_S;
  const rest = withoutNonce(payload);
  const { nonce } = await node.pow.solve({
    initialHash: initialHashOf(rest),
    target: powTarget(payload.length, ttlS, atLeast(wanted, check.minimum)),
    priority: POW_PRIORITY.other,
    purpose: 'object',
  });
  return withNonce(nonce, rest);
}

async function messagesByTag(context: CallContext, given: ApiValue): Promise<ApiValue> {
  if (typeof given !== 'string') {
    throw unexpected(`object of type '${typeOf(context, given)}' has no len()`);
  }
  if (given.length !== TAG_DIGITS && given.length !== OLD_TAG_DIGITS) {
    throw new ApiError(API_ERROR.hashLength, TEXT.hashLength);
  }
  const tag = hexArgument(context, given);
  const found: ApiValue[] = [];
  if (tag.length === TAG_BYTES) {
    for await (const object of allObjects(context)) {
      if (isMessageWithTag(object, tag)) found.push({ data: toHex(object) });
    }
  }
  return { receivedMessageDatas: found };
}

async function* allObjects({ node }: CallContext): AsyncGenerator<Uint8Array> {
  for (let afterSeq = 0; ;) {
    const entries = await node.store.inventory.readFeed(afterSeq, OBJECTS_AT_ONCE);
    for (const { object } of entries) yield object;
    const last = entries.at(-1);
    if (!last) return;
    afterSeq = last.seq;
  }
}

function isMessageWithTag(object: Uint8Array, tag: Uint8Array): boolean {
  const reader = new Reader(object, FIXED_HEADER_BYTES - 4);
  if (reader.u32() !== OBJECT_TYPE.msg) return false;
  reader.varint();
  reader.varint();
  return reader.remaining >= TAG_BYTES && equalBytes(reader.bytes(TAG_BYTES), tag);
}
