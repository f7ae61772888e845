import { sha512 } from '../crypto/hashes.js';
import { NO_BYTES } from '../util/bytes.js';
import { INVENTORY_HASH_BYTES, NONCE_BYTES } from '../wire/limits.js';
import { clampToNumber, Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { ObjectError, orMalformed } from './errors.js';
import { OBJECT_TYPE } from './types.js';

/** Bytes of a tag (see {@link tagOf}). */
export const TAG_BYTES = 32;

/**
 * nonce u64 ‖ expires u64 ‖ type u32 ‖ varint version ‖ varint stream. Protocol: object.
 * Expiry, version and stream above 2^53 - 1 are given as that: none of them is ever valid.
 */
export interface ObjectHeader {
  readonly nonce: bigint;
  /** End of life, unix seconds. */
  readonly expiresS: number;
  readonly type: number;
  /** Of the address for getpubkey and pubkey, else of the object's form. */
  readonly version: number;
  readonly stream: number;
  /** Where the payload begins: 22 to 38. */
  readonly headerLength: number;
}

/** @throws ObjectError `malformed` */
export function decodeHeader(object: Uint8Array): ObjectHeader {
  return orMalformed(() => {
    const reader = new Reader(object);
    const nonce = reader.u64();
    const expiresS = reader.u64Clamped();
    const type = reader.u32();
    const version = clampToNumber(reader.varintBig());
    const stream = clampToNumber(reader.varintBig());
    return { nonce, expiresS, type, version, stream, headerLength: reader.offset };
  });
}

export type ObjectFields = Pick<ObjectHeader, 'expiresS' | 'type' | 'version' | 'stream'>;

/** What the proof of work is done for: everything behind the nonce. */
export function encodeObjectWithoutNonce(fields: ObjectFields, payload: Uint8Array): Uint8Array {
  return new Writer()
    .u64(fields.expiresS)
    .u32(fields.type)
    .varint(fields.version)
    .varint(fields.stream)
    .bytes(payload)
    .finish();
}

/** A whole object. */
export function withNonce(nonce: bigint, rest: Uint8Array): Uint8Array {
  return new Writer().u64(nonce).bytes(rest).finish();
}

/** An object without its nonce: a view, not a copy. @throws ObjectError `malformed` when too short */
export function withoutNonce(object: Uint8Array): Uint8Array {
  if (object.length < NONCE_BYTES) throw new ObjectError('malformed', 'object is cut');
  return object.subarray(NONCE_BYTES);
}

/**
 * Name of an object on the network: the first 32 bytes of its double SHA-512, nonce included.
 * @param objectHash the object's SHA-512 when it is known already
 */
export function inventoryHash(object: Uint8Array, objectHash = sha512(object)): Uint8Array {
  return sha512(objectHash).slice(0, INVENTORY_HASH_BYTES);
}

/**
 * The 32 bytes that tell whose key or broadcast this is to those who know the address: the first of
 * the payload of pubkey v4, broadcast v5 and getpubkey v4. For onionpeer those of the payload's double
 * SHA-512: equal when two objects say the same [class_singleWorker.py:sendOnionPeerObj]. Empty for
 * every other object, and when the payload is too short for one.
 */
export function tagOf(header: ObjectHeader, object: Uint8Array): Uint8Array {
  if (header.type === OBJECT_TYPE.onionpeer) {
    return sha512(sha512(object.subarray(header.headerLength))).slice(0, TAG_BYTES);
  }
  const end = header.headerLength + TAG_BYTES;
  return isTagged(header) && object.length >= end
    ? object.slice(header.headerLength, end)
    : NO_BYTES;
}

/** [bmobject.py:BMObject], limited to the objects that have one. */
function isTagged({ type, version }: ObjectHeader): boolean {
  if (type === OBJECT_TYPE.broadcast) return version === 5;
  return (type === OBJECT_TYPE.getpubkey || type === OBJECT_TYPE.pubkey) && version === 4;
}
