/** Objects, each taken or not. */
import { randomBytes } from '../../src/util/random.js';
import { type WireSituation, object, ACCEPTED, DROPPED } from './wire-situation.js';

export const OBJECTS: readonly WireSituation[] = [
  object('msg', () => ({}), ACCEPTED),
  object('msg without payload', () => ({ payload: new Uint8Array(0) }), ACCEPTED),
  object('msg of version 0', () => ({ version: 0 }), ACCEPTED),
  object('msg of version 2^32', () => ({ version: 2 ** 32 }), ACCEPTED),
  object('getpubkey of version 9', () => ({ type: 0, version: 9 }), ACCEPTED),
  object('pubkey of 30 bytes', () => ({ type: 1, version: 4, payload: randomBytes(8) }), ACCEPTED),
  object(
    'broadcast of 30 bytes',
    () => ({ type: 3, version: 5, payload: randomBytes(8) }),
    ACCEPTED,
  ),
  object(
    'onionpeer that says nothing',
    () => ({ type: 0x746f72, payload: randomBytes(3) }),
    ACCEPTED,
  ),
  object('type 2^32 - 1', () => ({ type: 0xffffffff }), ACCEPTED),
  object('expires now', (nowS) => ({ expiresS: nowS }), ACCEPTED),
  object('expired 59 min ago', (nowS) => ({ expiresS: nowS - 3_540 }), ACCEPTED),
  object('expired 61 min ago', (nowS) => ({ expiresS: nowS - 3_660 }), DROPPED),
  object('expires in 28 d 2 h 59 min', (nowS) => ({ expiresS: nowS + 2_429_940 }), ACCEPTED),
  object('expires in 28 d 3 h 1 min', (nowS) => ({ expiresS: nowS + 2_430_060 }), DROPPED),
  object('expires at 0', () => ({ expiresS: 0 }), DROPPED),
  object('stream 3', () => ({ stream: 3 }), DROPPED),
  object(
    'proof of work not enough',
    () => ({
      goodPow: false,
      difficulty: { nonceTrialsPerByte: 1_000, payloadLengthExtraBytes: 1_000 },
    }),
    DROPPED,
  ),
];
