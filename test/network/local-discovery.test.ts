import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { describe, it, type TestContext } from 'node:test';
import { fc } from '../support/properties.js';
import { decodeAnnouncement, encodeAnnouncement } from '../../src/network/local-datagram.js';
import { LocalDiscovery } from '../../src/network/local-discovery.js';
import { LocalPeers } from '../../src/network/local-peers.js';
import type { HostPort } from '../../src/network/options.js';
import type { Log } from '../../src/util/log.js';
import { nullLog } from '../../src/util/log.js';
import { encodeAddr } from '../../src/wire/addr.js';
import { encodePacket } from '../../src/wire/packet.js';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { until } from '../support/until.js';

const LIMIT_MS = 60_000;
const NOW_S = new FakeClock().nowS();
const FACTS = { nowS: NOW_S, streams: [1] };
const ENTRY = { timeS: NOW_S, stream: 1, services: 1n, host: '127.0.0.1', port: 8444 };

describe('announcement on the local network', () => {
  it('is an addr of one entry for 127.0.0.1, as PyBitmessage sends it', () => {
    assert.equal(
      toHex(encodeAnnouncement(8444, FACTS)).slice(48),
      `01${NOW_S.toString(16).padStart(16, '0')}000000010000000000000001` +
        '00000000000000000000ffff7f00000120fc',
    );
    assert.equal(decodeAnnouncement(encodeAnnouncement(1234, FACTS), FACTS), 1234);
  });

  const REFUSED: [string, Uint8Array][] = [
    ['another stream', encodePacket('addr', encodeAddr([{ ...ENTRY, stream: 2 }]))],
    ['an hour ago', encodePacket('addr', encodeAddr([{ ...ENTRY, timeS: NOW_S - 3_601 }]))],
    ['in an hour', encodePacket('addr', encodeAddr([{ ...ENTRY, timeS: NOW_S + 3_601 }]))],
    ['a public host', encodePacket('addr', encodeAddr([{ ...ENTRY, host: '5.9.1.1' }]))],
    ['port 0', encodePacket('addr', encodeAddr([{ ...ENTRY, port: 0 }]))],
    ['no entry', encodePacket('addr', encodeAddr([]))],
    ['another command', encodePacket('ping')],
    ['an object', encodePacket('object', new Uint8Array(100))],
    ['an empty datagram', new Uint8Array(0)],
    ['half a packet', encodeAnnouncement(8444, FACTS).slice(0, 40)],
    [
      'two packets',
      new Uint8Array([...encodeAnnouncement(1, FACTS), ...encodeAnnouncement(2, FACTS)]),
    ],
    ['too many entries', encodePacket('addr', encodeAddr(Array.from({ length: 40 }, () => ENTRY)))],
    ['a wrong checksum', encodeAnnouncement(8444, FACTS).fill(0, 20, 21)],
    ['another network', fromHex('00000000')],
  ];
  for (const [name, datagram] of REFUSED) {
    it(`is not: ${name}`, () => assert.equal(decodeAnnouncement(datagram, FACTS), undefined));
  }

  it('may be anything without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeAnnouncement(bytes, FACTS);
        decodeAnnouncement(encodePacket('addr', bytes), FACTS);
      }),
    );
  });
});

describe('peers of the local network', () => {
  it('are kept for five minutes, taken once, and not too many', async () => {
    const clock = new FakeClock();
    const peers = new LocalPeers(clock);
    for (let port = 1; port <= 1_000; port++) peers.add({ host: '10.0.0.1', port });
    assert.equal(peers.size, 100);
    assert.ok(peers.take(({ port }) => port === 100));
    assert.equal(
      peers.take(({ port }) => port === 100),
      undefined,
    );
    assert.equal(
      peers.take(({ port }) => port === 101),
      undefined,
      'the first ones stay',
    );
    await clock.advance(300_000);
    assert.equal(peers.size, 0);
  });
});

/** The broadcast address of loopback: only Linux delivers to it. */
const isLinux = process.platform === 'linux';

interface Scene {
  readonly discovery: LocalDiscovery;
  readonly peers: LocalPeers;
  readonly clock: FakeClock;
  readonly warnings: string[];
}

async function start(
  t: TestContext,
  { port = 0, listens = 8444, broadcastHost = '127.255.255.255', host = '0.0.0.0' } = {},
): Promise<Scene> {
  const clock = new FakeClock();
  const peers = new LocalPeers(clock);
  const warnings: string[] = [];
  const log: Log = {
    ...nullLog,
    warn: (...args: unknown[]) => void warnings.push(String(args[1])),
  };
  const discovery = new LocalDiscovery(
    { streams: [1], bindHosts: [host, '::'], broadcastHost, port },
    { peers, clock, log, listeningPort: () => (listens === 0 ? undefined : listens) },
  );
  t.after(() => discovery.stop());
  await discovery.start();
  return { discovery, peers, clock, warnings };
}

function heard({ peers }: Scene): Promise<HostPort> {
  return until('an announcement', LIMIT_MS, () => peers.take(() => true));
}

describe(
  'discovery on the local network',
  { skip: !isLinux && 'needs broadcasts on loopback' },
  () => {
    it('finds each other, again every minute, and not itself', async (t) => {
      const a = await start(t, { listens: 1_111 });
      const port = a.discovery.port ?? 0;
      const b = await start(t, { listens: 2_222, port });
      assert.deepEqual(await heard(a), { host: '127.0.0.1', port: 2_222 });
      await a.clock.advance(60_000);
      assert.deepEqual(await heard(b), { host: '127.0.0.1', port: 1_111 });
      await b.clock.advance(60_000);
      assert.deepEqual(await heard(a), { host: '127.0.0.1', port: 2_222 });
      assert.equal(a.peers.size + b.peers.size, 0);
    });

    it('says nothing when nobody could connect', async (t) => {
      const a = await start(t, { listens: 1_111 });
      const port = a.discovery.port ?? 0;
      await start(t, { listens: 0, port });
      await start(t, { listens: 3_333, port });
      assert.deepEqual(await heard(a), { host: '127.0.0.1', port: 3_333 });
      assert.equal(a.peers.size, 0);
    });

    it('reads a few datagrams a minute of one host', async (t) => {
      const a = await start(t, { listens: 1_111 });
      const socket = createSocket('udp4');
      t.after(() => socket.close());
      const send = (port: number): Promise<void> =>
        new Promise((resolve) => {
          socket.send(encodeAnnouncement(port, FACTS), a.discovery.port ?? 0, '127.0.0.1', () =>
            resolve(),
          );
        });
      for (let port = 1; port <= 200; port++) await send(port);
      await until('some of them', LIMIT_MS, () => (a.peers.size >= 5 ? true : undefined));
      assert.ok(a.peers.size <= 6);
    });

    it('goes on without, and tells once, where it cannot work', async (t) => {
      const a = await start(t, { host: '127.0.0.77', broadcastHost: '127.0.0.1' });
      assert.deepEqual(a.warnings, []);
      const b = await start(t, { host: '203.0.113.1' });
      assert.equal(b.discovery.port, undefined);
      assert.deepEqual(b.warnings, ['discovery on the local network fails']);
    });
  },
);
