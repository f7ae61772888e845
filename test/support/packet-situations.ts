/** Situations of an established connection. */
import { concatBytes, utf8 } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';
import { encodeAddr } from '../../src/wire/addr.js';
import { encodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { encodePacket } from '../../src/wire/packet.js';
import { encodeVarint } from '../../src/wire/writer.js';
import { encodeOddPacket } from './raw-peer.js';
import {
  type WireSituation,
  WEDGED,
  FATAL,
  NOTHING,
  CLOSED,
  after,
  addrEntry,
  headerOnly,
  HASH,
  NAME,
  repeated,
  errorPayload,
} from './wire-situation.js';

export const PACKETS: readonly WireSituation[] = [
  after('PING', () => encodeOddPacket('PING', new Uint8Array(0)), {
    ours: NOTHING,
    why: 'PyBitmessage takes capitals for small letters; nobody sends them',
  }),
  after('ping with something behind a zero', () => encodeOddPacket('ping\0x', new Uint8Array(0)), {
    ours: NOTHING,
  }),
  after('a command of 12 letters', () => encodeOddPacket('abcdefghijkl', new Uint8Array(0)), {
    ours: NOTHING,
  }),
  after('a command that is not ASCII', () => encodeOddPacket('p\u00efng', new Uint8Array(0)), {
    ours: NOTHING,
  }),
  after('an empty command', () => encodeOddPacket('', utf8('x')), { ours: NOTHING }),
  after('two pings in one piece', () => concatBytes(encodePacket('ping'), encodePacket('ping')), {
    ours: ['pong', 'pong'],
  }),
  after(
    'ping byte by byte',
    () => [...encodePacket('ping')].map((byte) => new Uint8Array([byte])),
    { ours: ['pong'] },
  ),
  after(
    'pong that nobody asked for, with a payload',
    () => encodePacket('pong', utf8('12345678')),
    { ours: NOTHING },
  ),
  after('portcheck', () => encodePacket('portcheck'), { ours: NOTHING }),
  after('portcheck with a payload', () => encodePacket('portcheck', randomBytes(30)), {
    ours: NOTHING,
  }),
  after('warning', () => encodePacket('error', errorPayload(0)), { ours: NOTHING }),
  after('error', () => encodePacket('error', errorPayload(1, 'sorry', randomBytes(32))), {
    ours: NOTHING,
  }),
  after('fatal error', () => encodePacket('error', errorPayload(2)), { ours: CLOSED, why: FATAL }),
  after('error that is cut', () => encodePacket('error', new Uint8Array([0, 0, 0, 50])), {
    ours: NOTHING,
  }),
  after('error without payload', () => encodePacket('error'), { ours: NOTHING }),
  after(
    'error with bytes that are no text',
    () =>
      encodePacket(
        'error',
        concatBytes(new Uint8Array([0, 0, 0, 4]), new Uint8Array([0xff, 0x1b, 0, 0xfe])),
      ),
    { ours: NOTHING },
  ),
  after('addr without payload', () => encodePacket('addr'), { ours: NOTHING }),
  after('addr without entries', () => encodePacket('addr', encodeAddr([])), { ours: NOTHING }),
  after(
    'addr that is cut',
    (nowS) => encodePacket('addr', encodeAddr([addrEntry(nowS)]).slice(0, 20)),
    { ours: NOTHING },
  ),
  after(
    'addr with bytes too many',
    (nowS) => encodePacket('addr', concatBytes(encodeAddr([addrEntry(nowS)]), randomBytes(5))),
    { ours: NOTHING },
  ),
  after(
    'addr with 1,001 entries',
    (nowS) =>
      encodePacket(
        'addr',
        concatBytes(
          encodeVarint(1_001),
          ...Array.from({ length: 1_001 }, () => encodeAddr([addrEntry(nowS)]).slice(1)),
        ),
      ),
    { ours: NOTHING },
  ),
  after(
    'addr with a count in three bytes',
    (nowS) =>
      encodePacket(
        'addr',
        concatBytes(new Uint8Array([0xfd, 0, 1]), encodeAddr([addrEntry(nowS)]).slice(1)),
      ),
    { ours: CLOSED, why: WEDGED },
  ),
  after('getdata without payload', () => encodePacket('getdata'), { ours: NOTHING }),
  after('getdata of nothing', () => encodePacket('getdata', encodeVarint(0)), { ours: NOTHING }),
  after('getdata that is cut', () => encodePacket('getdata', concatBytes(encodeVarint(2), HASH)), {
    ours: NOTHING,
  }),
  after(
    'getdata of 50,001 hashes',
    () => encodeOddPacket('getdata', concatBytes(encodeVarint(50_001), randomBytes(50_001 * 32))),
    { ours: NOTHING },
  ),
  after(
    'getdata with a count in five bytes',
    () => encodePacket('getdata', concatBytes(new Uint8Array([0xfe, 0, 0, 0, 1]), HASH)),
    { ours: CLOSED, why: WEDGED },
  ),
  after(
    'inv with bytes too many',
    () => encodePacket('inv', concatBytes(encodeInventoryVectors([HASH]), randomBytes(7))),
    { ours: [`getdata ${NAME}`] },
  ),
  after(
    'inv with half a hash',
    () => encodePacket('inv', concatBytes(encodeVarint(1), new Uint8Array(16).fill(0xcd))),
    { ours: NOTHING, why: 'PyBitmessage asks for the half' },
  ),
  after('inv with the same hash twice', repeated, { ours: [`getdata ${NAME}`] }),
  after(
    'inv of 2^63 hashes',
    () => encodePacket('inv', concatBytes(encodeVarint(1n << 63n), HASH)),
    { ours: NOTHING, why: WEDGED },
  ),
  after('dinv, Dandelion being off', () => encodePacket('dinv', encodeInventoryVectors([HASH])), {
    ours: NOTHING,
  }),
  after('dinv that is cut', () => encodePacket('dinv', concatBytes(encodeVarint(3), HASH)), {
    ours: NOTHING,
  }),
  after('a packet without end', () => encodeOddPacket('object', randomBytes(10), 100), {
    ours: ['silent'],
  }),
  after('object without payload', () => encodePacket('object'), { ours: NOTHING }),
  after('object of 19 bytes', () => encodePacket('object', randomBytes(19)), { ours: NOTHING }),
  after(
    'object without a stream',
    (nowS) => encodePacket('object', headerOnly(nowS, encodeVarint(1))),
    { ours: NOTHING },
  ),
];
