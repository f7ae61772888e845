/** An onion service, or any address, that somebody tells everybody of. [objectProcessor.py:processonion] */
import { ObjectError } from '../../objects/errors.js';
import { decodeOnionPeer, type OnionPeer } from '../../objects/onionpeer.js';
import type { ReceivedObject } from './effect.js';

/** @param learn what to do with it: nobody has signed it, and the work for one object buys one. */
export function receiveOnionPeer(
  { object, header }: ReceivedObject,
  learn: (peer: OnionPeer, stream: number) => void,
): undefined {
  try {
    learn(decodeOnionPeer(object), header.stream);
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error; // Others relay what nobody can read.
  }
  return undefined;
}
