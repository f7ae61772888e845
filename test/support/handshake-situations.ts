/** Situations before and in the handshake. */
import { concatBytes } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';
import { encodeAddr } from '../../src/wire/addr.js';
import { encodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { encodePacket } from '../../src/wire/packet.js';
import { encodeVarint } from '../../src/wire/writer.js';
import { createEasyObject } from './easy-objects.js';
import { encodeOddPacket } from './raw-peer.js';
import {
  type WireSituation,
  HELD,
  UNREADABLE,
  WEDGED,
  STARTS_OVER,
  FATAL,
  ONLY_SAYS,
  CLOSED,
  WELCOME,
  OLD,
  PAST,
  FUTURE,
  version,
  hello,
  before,
  MAX_U64,
  addrEntry,
  HASH,
  errorPayload,
} from './wire-situation.js';

export const HANDSHAKES: readonly WireSituation[] = [
  before('version without payload', () => encodePacket('version'), { ours: CLOSED, why: HELD }),
  before('version of 20 bytes', (nowS) => encodePacket('version', version(nowS).slice(0, 20)), {
    ours: CLOSED,
    why: HELD,
  }),
  before(
    'version cut in its user agent',
    (nowS) => encodePacket('version', version(nowS).slice(0, 84)),
    { ours: CLOSED, why: UNREADABLE },
  ),
  before(
    'version without list of streams',
    (nowS) => encodePacket('version', version(nowS).slice(0, -2)),
    { ours: CLOSED, why: UNREADABLE },
  ),
  before(
    'version with 10 bytes too many',
    (nowS) => encodePacket('version', concatBytes(version(nowS), randomBytes(10))),
    { ours: WELCOME },
  ),
  before(
    'version that announces more streams than there are',
    (nowS) =>
      encodePacket(
        'version',
        concatBytes(version(nowS).slice(0, -2), encodeVarint(3), encodeVarint(1)),
      ),
    { ours: CLOSED, why: UNREADABLE },
  ),
  before(
    'version that announces 160,001 streams',
    (nowS) =>
      encodePacket(
        'version',
        concatBytes(
          version(nowS).slice(0, -2),
          encodeVarint(160_001),
          new Uint8Array(160_001).fill(1),
        ),
      ),
    { ours: CLOSED, why: UNREADABLE },
  ),
  before(
    'version with a length of the user agent in three bytes',
    (nowS) => {
      const bytes = version(nowS);
      return encodePacket(
        'version',
        concatBytes(bytes.slice(0, 80), new Uint8Array([0xfd, 0, 8]), bytes.slice(81)),
      );
    },
    { ours: CLOSED, why: WEDGED },
  ),
  before(
    'version twice',
    (nowS) => [encodePacket('version', version(nowS)), encodePacket('version', version(nowS))],
    {
      ours: [...WELCOME, 'closed'],
      why: STARTS_OVER,
    },
  ),
  before('verack first', () => encodePacket('verack'), { ours: CLOSED, why: HELD }),
  before(
    'version, then verack twice',
    (nowS) => [
      encodePacket('version', version(nowS)),
      encodePacket('verack'),
      encodePacket('verack'),
    ],
    { ours: [...WELCOME, 'closed'], why: STARTS_OVER },
  ),
  before('VERSION', (nowS) => encodeOddPacket('VERSION', version(nowS)), { ours: CLOSED }),
  before(
    'version byte by byte',
    (nowS) => [...encodePacket('version', version(nowS))].map((byte) => new Uint8Array([byte])),
    {
      ours: WELCOME,
    },
  ),
  before('an unknown command first', () => encodeOddPacket('foobar', new Uint8Array(3)), {
    ours: CLOSED,
  }),
  before('inv first', () => encodePacket('inv', encodeInventoryVectors([HASH])), { ours: CLOSED }),
  before('object first', (nowS) => encodePacket('object', createEasyObject(nowS).object), {
    ours: CLOSED,
  }),
  before('addr first', (nowS) => encodePacket('addr', encodeAddr([addrEntry(nowS)])), {
    ours: CLOSED,
  }),
  before('fatal error first', () => encodePacket('error', errorPayload(2)), {
    ours: CLOSED,
    why: FATAL,
  }),
  before(
    'warning, then version',
    (nowS) => [encodePacket('error', errorPayload(0)), encodePacket('version', version(nowS))],
    {
      ours: WELCOME,
    },
  ),
  before(
    'a header of 1,600,101 bytes first',
    () => encodeOddPacket('version', new Uint8Array(0), 1_600_101),
    { ours: CLOSED, why: 'PyBitmessage waits for a payload that it will refuse' },
  ),
  hello('protocol version 0', { protocolVersion: 0 }, { ours: [OLD, 'closed'], why: ONLY_SAYS }),
  hello('protocol version 2^32 - 1', { protocolVersion: 0xffffffff }, { ours: WELCOME }),
  hello('no services', { services: 0n }, { ours: WELCOME }),
  hello('all services but TLS', { services: MAX_U64 - 2n }, { ours: WELCOME }),
  hello('port 0', { senderPort: 0 }, { ours: WELCOME }),
  hello('nonce of zeros', { nonce: new Uint8Array(8) }, { ours: WELCOME }),
  hello('stream 1 twice', { streams: [1, 1] }, { ours: WELCOME }),
  hello('streams 2 and 1', { streams: [2, 1] }, { ours: WELCOME }),
  hello('no user agent', { userAgent: '' }, { ours: WELCOME }),
  hello('user agent of 5,000 bytes', { userAgent: 'x'.repeat(5_000) }, { ours: WELCOME }),
  hello(
    'user agent of 5,001 bytes',
    { userAgent: 'x'.repeat(5_001) },
    { ours: CLOSED, why: 'the documented limit' },
  ),
  {
    ...hello('time 2 h behind', {}, { ours: [PAST, 'closed'], why: ONLY_SAYS }),
    send: (nowS) => [encodePacket('version', version(nowS - 7_200))],
  },
  {
    ...hello('time 58 min behind', {}, { ours: WELCOME }),
    send: (nowS) => [encodePacket('version', version(nowS - 3_480))],
  },
  {
    ...hello('time 58 min ahead', {}, { ours: WELCOME }),
    send: (nowS) => [encodePacket('version', version(nowS + 3_480))],
  },
  {
    ...hello('time 62 min ahead', {}, { ours: [FUTURE, 'closed'], why: ONLY_SAYS }),
    send: (nowS) => [encodePacket('version', version(nowS + 3_720))],
  },
  {
    ...hello('time 0', {}, { ours: [PAST, 'closed'], why: ONLY_SAYS }),
    send: () => [encodePacket('version', version(0))],
  },
  {
    ...hello('time before 1970', {}, { ours: [PAST, 'closed'], why: ONLY_SAYS }),
    send: () => [encodePacket('version', version(-5))],
  },
];
