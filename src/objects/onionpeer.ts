/** Object type onionpeer: a hidden service that takes connections [objectProcessor.py:processonion]. */
import { decodeHost, encodeHost } from '../wire/net-addr.js';
import { isOnionHost, isRealOnion, ONION_V3_BYTES, parseOnion } from '../wire/onion.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { ObjectError, orMalformed } from './errors.js';
import { decodeHeader, encodeObjectWithoutNonce } from './object.js';
import { OBJECT_TYPE } from './types.js';

export interface OnionPeer {
  /** Normally a name ending in `.onion`; IP addresses have a form, too. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/**
 * An object without nonce; its version is that of the onion name. Payload: varint port ‖ host bytes,
 * 16 of an IP address or a version 2 name, 41 of a version 3 name [singleWorker.py:sendOnionPeerObj].
 * @throws RangeError when `host` is no host
 */
export function encodeOnionPeer(
  { host, port }: OnionPeer,
  { expiresS, stream }: { expiresS: number; stream: number },
): Uint8Array {
  const version = parseOnion(host)?.length === ONION_V3_BYTES ? 3 : 2;
  const payload = new Writer().varint(port).bytes(encodeHost(host)).finish();
  const type = OBJECT_TYPE.onionpeer;
  return encodeObjectWithoutNonce({ expiresS, type, version, stream }, payload);
}

/**
 * The peer that a whole object tells of. Nobody has signed it: whether to believe it, and how many of
 * them, is up to the caller.
 * @throws ObjectError `malformed`, also for a port out of range and a wrong onion checksum
 */
export function decodeOnionPeer(object: Uint8Array): OnionPeer {
  const { headerLength } = decodeHeader(object);
  return orMalformed(() => {
    const reader = new Reader(object, headerLength);
    const port = reader.varint();
    if (port < 1 || port > 0xffff) throw new ObjectError('malformed', 'no such port');
    const host = decodeHost(reader.rest());
    if (isOnionHost(host) && !isRealOnion(host)) {
      throw new ObjectError('malformed', 'wrong checksum in the onion name');
    }
    return { host, port };
  });
}
