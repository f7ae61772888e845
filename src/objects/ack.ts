/**
 * Acknowledgements. The sender of a msg makes a whole object, with proof of work, puts it into the
 * msg as a packet, and knows that the msg was read when the object comes along. Protocol: msg, object
 *
 *     ack data = type(4) ‖ vi version ‖ vi stream ‖ body      watched for from the beginning
 *     object   = nonce(8) ‖ expires(8) ‖ ack data
 */
import { publicKeyOf, randomPrivateKey } from '../crypto/curve.js';
import { eciesLength, encryptEcies } from '../crypto/ecies.js';
import { concatBytes } from '../util/bytes.js';
import { randomBytes, randomInt } from '../util/random.js';
import { FrameDecoder } from '../wire/frame-decoder.js';
import { encodePacket } from '../wire/packet.js';
import { Writer } from '../wire/writer.js';
import { decodeHeader } from './object.js';
import { tryRead } from './signed-text.js';
import { OBJECT_TYPE } from './types.js';

export { ackTtlS } from './ttl.js';

/**
 * What acknowledgements look like to others [helper_ackPayload.py:genAckPayload]: 0 a msg of 32
 * bytes, which nothing else is; 1 a request for a key; 2 a msg like any other, with more work to do.
 */
export type StealthLevel = 0 | 1 | 2;

const RANDOM_BODY_BYTES = 32;
/** Range of the plaintext of level 2: the ack data has 364 to 940 bytes. */
const MIN_DUMMY_BYTES = 234;
const MAX_DUMMY_BYTES = 800;

/** Nonce and expires are not part of what is watched for. */
const ACK_DATA_OFFSET = 16;
/** Shorter objects acknowledge nothing [class_objectProcessor.py:checkackdata]. */
const MIN_ACK_OBJECT_BYTES = 32;
/** Nor do longer ones: level 2 at its longest, with varints at their longest. */
const MAX_ACK_OBJECT_BYTES = ACK_DATA_OFFSET + 4 + 9 + 9 + eciesLength(MAX_DUMMY_BYTES);

/** Length of ack data in rows of sent messages that a very old PyBitmessage wrote. */
const OLD_ACK_DATA_BYTES = 32;
/** type msg, version 1, stream 1. */
const OLD_ACK_DATA_PREFIX = Uint8Array.of(0, 0, 0, 2, 1, 1);

/**
 * New ack data, which also identifies the sent message in the store and the API.
 * @param stream the recipient's
 */
export function createAckData(stealthLevel: StealthLevel, stream: number): Uint8Array {
  const writer = new Writer();
  writer.u32(stealthLevel === 1 ? OBJECT_TYPE.getpubkey : OBJECT_TYPE.msg);
  writer.varint(stealthLevel === 1 ? 4 : 1);
  writer.varint(stream);
  writer.bytes(stealthLevel === 2 ? dummyCiphertext() : randomBytes(RANDOM_BODY_BYTES));
  return writer.finish();
}

/** Random bytes for nobody: encrypted to a key that is thrown away. */
function dummyCiphertext(): Uint8Array {
  const plaintext = randomBytes(randomInt(MIN_DUMMY_BYTES, MAX_DUMMY_BYTES));
  return encryptEcies(publicKeyOf(randomPrivateKey()), plaintext);
}

/** Ack data of an imported row in today's form: 32 bytes get the header they stood for. */
export function modernAckData(ackData: Uint8Array): Uint8Array {
  const isOld = ackData.length === OLD_ACK_DATA_BYTES;
  return isOld ? concatBytes(OLD_ACK_DATA_PREFIX, ackData) : ackData;
}

/** The object whose arrival acknowledges, without nonce. For `expiresS` see {@link ackTtlS}. */
export function ackObjectWithoutNonce(ackData: Uint8Array, expiresS: number): Uint8Array {
  const writer = new Writer();
  writer.u64(BigInt(expiresS));
  writer.bytes(ackData);
  return writer.finish();
}

/** The acknowledging object (with nonce) as it is put into a msg: a packet with header. */
export function ackPacket(object: Uint8Array): Uint8Array {
  return encodePacket('object', object);
}

/**
 * The object in the acknowledgement packet of a received msg, if the packet is whole and exact and
 * the object a msg or getpubkey. Before it is published it must pass the same checks as every object
 * from the network, and be in a stream of ours: its sender chose every byte of it.
 * @returns a copy
 */
export function readAckPacket(packet: Uint8Array): Uint8Array | undefined {
  const object = tryRead(() => {
    const decoder = new FrameDecoder();
    decoder.push(packet);
    const first = decoder.next();
    if (first?.command !== 'object' || decoder.takeRest().length > 0) return undefined;
    return first.payload.slice();
  });
  return object && isAckType(object) ? object : undefined;
}

function isAckType(object: Uint8Array): boolean {
  const type = tryRead(() => decodeHeader(object).type);
  return type === OBJECT_TYPE.msg || type === OBJECT_TYPE.getpubkey;
}

/**
 * What to look up among the ack data that is waited for, for every object of any type: bytes 16 to
 * the end, sharing memory with `object`. Undefined for objects that no acknowledgement is as short
 * or as long as, so that nobody makes us look up large ones.
 */
export function ackKey(object: Uint8Array): Uint8Array | undefined {
  const fits = object.length >= MIN_ACK_OBJECT_BYTES && object.length <= MAX_ACK_OBJECT_BYTES;
  return fits ? object.subarray(ACK_DATA_OFFSET) : undefined;
}
