import { MAX_OBJECT_PAYLOAD_BYTES } from '../wire/limits.js';
import { powTarget, powValue, type Difficulty } from './difficulty.js';
import { ObjectError } from './errors.js';
import { decodeHeader, inventoryHash, type ObjectHeader } from './object.js';

/** An object may end at most this far ahead: 28 days and 3 hours [bmobject.py]. */
export const MAX_TTL_S = 2_430_000;

/** ... and may have ended at most this long ago: 1 hour [bmobject.py]. */
export const MAX_EXPIRED_S = 3_600;

export interface ObjectCheck {
  readonly nowS: number;
  /** The network's minimum: what everybody relays. */
  readonly minimum: Difficulty;
  /** Streams that we take part in. */
  readonly streams: readonly number[];
  /** Take objects of other streams as well (PyBitmessage's option `acceptmismatch`). */
  readonly acceptMismatch?: boolean;
  /** The object's inventory hash when it is known already: saves computing it. */
  readonly hash?: Uint8Array;
}

export interface CheckedObject {
  readonly header: ObjectHeader;
  /** Inventory hash, 32 bytes. */
  readonly hash: Uint8Array;
}

/**
 * Whether an object may be kept and relayed: the cheap checks first, the proof of work last. Nothing
 * here looks into the payload: nodes must agree on what they relay, be it usable or not
 * [bmproto.py:bm_command_object, bmobject.py].
 * @throws ObjectError
 */
export function checkObject(object: Uint8Array, check: ObjectCheck): CheckedObject {
  const header = decodeHeader(object);
  if (object.length - header.headerLength > MAX_OBJECT_PAYLOAD_BYTES) {
    throw new ObjectError('too-large', 'more than 2^18 bytes of payload');
  }
  const ttlS = header.expiresS - check.nowS;
  if (ttlS < -MAX_EXPIRED_S) throw new ObjectError('expired', `expired ${-ttlS} s ago`);
  if (ttlS > MAX_TTL_S) throw new ObjectError('ttl-too-long', `expires in ${ttlS} s`);
  if (!isOurStream(header.stream, check)) {
    throw new ObjectError('wrong-stream', `stream ${header.stream}`);
  }
  if (powValue(object) > powTarget(object.length, ttlS, check.minimum)) {
    throw new ObjectError('insufficient-pow', 'proof of work below the minimum');
  }
  return { header, hash: check.hash ?? inventoryHash(object) };
}

/** Stream 0 does not exist. */
function isOurStream(stream: number, { streams, acceptMismatch }: ObjectCheck): boolean {
  return streams.includes(stream) || (acceptMismatch === true && stream > 0);
}
