/** What a node does to the packets of one peer, over real sockets on loopback. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { NetworkOptions } from '../../src/network/options.js';
import { concatBytes, toHex } from '../../src/util/bytes.js';
import { systemClock } from '../../src/util/clock.js';
import { randomBytes } from '../../src/util/random.js';
import { decodeAddr, encodeAddr } from '../../src/wire/addr.js';
import { decodeError, encodeError } from '../../src/wire/error-packet.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { SERVICE } from '../../src/wire/limits.js';
import { encodePacket, type Packet } from '../../src/wire/packet.js';
import { decodeVersion, encodeVersion } from '../../src/wire/version.js';
import { encodeVarint, Writer } from '../../src/wire/writer.js';
import { FakeClock } from '../support/fake-clock.js';
import { createEasyObject } from '../support/easy-objects.js';
import { nextEvent, startNetworkNode, type NetworkNode } from '../support/network-node.js';
import { encodeOddPacket, RawPeer, testVersion } from '../support/raw-peer.js';

const nowS = systemClock.nowS();
const stops: (() => unknown)[] = [];

async function start(options: Partial<NetworkOptions> = {}): Promise<NetworkNode> {
  const node = await startNetworkNode(options);
  stops.push(() => node.network.stop());
  return node;
}

type EstablishOptions = Parameters<typeof RawPeer.establish>[2];

async function establish(node: NetworkNode, options?: EstablishOptions): Promise<RawPeer> {
  const peer = await RawPeer.establish(node.network.port, nowS, options);
  stops.push(() => peer.close());
  return peer;
}

async function connect(node: NetworkNode, from?: string): Promise<RawPeer> {
  const peer = await RawPeer.connect(node.network.port, from);
  stops.push(() => peer.close());
  return peer;
}

function hexes(packet: Packet | undefined, command: string): string[] {
  assert.equal(packet?.command, command);
  return decodeInventoryVectors(packet.payload).hashes.map(toHex);
}

after(async () => {
  for (const stop of stops.reverse()) await stop();
});

describe('handshake with a scripted peer', () => {
  it('answers verack, then a version as PyBitmessage writes it', async () => {
    const node = await start({ tls: true, dandelionPercent: 90 });
    const peer = await connect(node, '127.0.0.9');
    peer.send('version', encodeVersion(testVersion(nowS)));
    assert.equal((await peer.expect('verack')).payload.length, 0);
    const { payload } = await peer.expect('version');
    const version = decodeVersion(payload);
    assert.equal(version.protocolVersion, 3);
    assert.equal(version.services, SERVICE.network | SERVICE.tls | SERVICE.dandelion);
    assert.equal(version.timestampS % 60, 0);
    assert.equal(version.receiverHost, '127.0.0.9');
    assert.equal(version.receiverPort, peer.socket.localPort);
    assert.equal(version.senderPort, node.network.port);
    assert.equal(version.userAgent, '/Petrel:0.1.0/');
    assert.deepEqual(payload.slice(-2), new Uint8Array([1, 1]), 'ends with the stream list');
  });

  it('hides what it sees of peers that come through the proxy', async () => {
    const peer = await connect(await start());
    peer.send('version', encodeVersion(testVersion(nowS)));
    await peer.expect('verack');
    assert.equal(decodeVersion((await peer.expect('version')).payload).receiverPort, 8444);
  });

  it('uses another nonce for each connection', async () => {
    const node = await start();
    const nonces = new Set<string>();
    for (let times = 0; times < 3; times++) {
      const peer = await connect(node);
      peer.send('version', encodeVersion(testVersion(nowS)));
      await peer.expect('verack');
      nonces.add(toHex(decodeVersion((await peer.expect('version')).payload).nonce));
    }
    assert.equal(nonces.size, 3);
  });

  const REFUSED: [string, Parameters<typeof testVersion>[1], string][] = [
    ['protocol 2', { protocolVersion: 2 }, 'Your is using an old protocol. Closing connection.'],
    [
      'a clock two hours ahead',
      { timestampS: nowS + 7_200 },
      'Your time is too far in the future compared to mine. Closing connection.',
    ],
    [
      'a clock two hours behind',
      { timestampS: nowS - 7_200 },
      'Your time is too far in the past compared to mine. Closing connection.',
    ],
    [
      'no common stream',
      { streams: [2, 3] },
      "We don't have shared stream interests. Closing connection.",
    ],
  ];
  for (const [name, changes, text] of REFUSED) {
    it(`refuses ${name} with the exact text and closes`, async () => {
      const peer = await connect(await start());
      peer.send('version', encodeVersion(testVersion(nowS, changes)));
      const error = decodeError((await peer.expect('error')).payload);
      assert.deepEqual([error.fatal, error.banTimeS, error.text], [2, 0, text]);
      assert.equal(await peer.next(), undefined, 'nothing else, then the end');
    });
  }

  it('takes one inbound connection per IP, but many from the proxy', async () => {
    const node = await start();
    await establish(node, { from: '127.0.0.9' });
    const second = await connect(node, '127.0.0.9');
    second.send('version', encodeVersion(testVersion(nowS)));
    const { text } = decodeError((await second.expect('error')).payload);
    assert.equal(text, 'Too many connections from your IP. Closing connection.');
    await second.closed;
    await establish(node, { from: '127.0.0.10' });
    await establish(node);
    await establish(node);
  });

  it('refuses more connections than allowed, and says nothing to far too many', async () => {
    const node = await start({ maxTotal: 1, maxBootstrap: 1 });
    await establish(node);
    await establish(node);
    const third = await connect(node);
    third.send('version', encodeVersion(testVersion(nowS)));
    const { text } = decodeError((await third.expect('error')).payload);
    assert.equal(text, 'Server full, please try again later.');
    const waiting = await Promise.all(Array.from({ length: 12 }, () => connect(node)));
    const last = waiting.at(-1);
    assert.equal(await last?.next(), undefined);
  });

  it('limits how many strangers of one IP may be silent', async () => {
    const node = await start();
    const waiting: RawPeer[] = [];
    for (let times = 0; times < 5; times++) waiting.push(await connect(node, '127.0.0.9'));
    await waiting[4]?.closed;
    assert.equal(waiting[3]?.isClosed, false);
  });

  it('limits how often an IP may come back', async () => {
    const node = await start();
    for (let times = 0; times < 20; times++) {
      const peer = await connect(node, '127.0.0.9');
      peer.send('ping');
      assert.equal(await peer.next(), undefined);
    }
    const peer = await connect(node, '127.0.0.9');
    peer.send('version', encodeVersion(testVersion(nowS)));
    assert.equal(await peer.next(), undefined);
    await establish(node, { from: '127.0.0.10' });
  });

  it('recognises itself', async () => {
    const node = await start({ trustedPeers: [] });
    const probe = await connect(node);
    probe.send('version', encodeVersion(testVersion(nowS)));
    await probe.expect('verack');
    const { nonce } = decodeVersion((await probe.expect('version')).payload);
    const mirror = await connect(node);
    mirror.send('version', encodeVersion(testVersion(nowS, { nonce })));
    const { text } = decodeError((await mirror.expect('error')).payload);
    assert.equal(text, "I'm connected to myself. Closing connection.");
  });

  it('closes on a command before the handshake and on a second version after it', async () => {
    const node = await start();
    const early = await connect(node);
    early.send('ping');
    assert.equal(await early.next(), undefined);
    const late = await establish(node);
    await late.sync();
    late.send('version', encodeVersion(testVersion(nowS)));
    assert.equal(await late.next(), undefined);
  });

  it('closes on garbage', async () => {
    const peer = await connect(await start());
    peer.write(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    assert.equal(await peer.next(), undefined);
  });
});

describe('packets of an established peer', () => {
  it('answers ping, ignores pong, portcheck, unknown commands and bytes too many', async () => {
    const peer = await establish(await start());
    peer.send('pong');
    peer.send('portcheck');
    peer.write(encodeOddPacket('foobar', randomBytes(10)));
    peer.write(encodeOddPacket('PING', randomBytes(0)));
    peer.write(encodePacket('ping', randomBytes(8)));
    peer.send('addr', concatBytes(encodeAddr([]), randomBytes(5)));
    assert.deepEqual(await peer.sync(), [], 'nothing before the first pong');
    assert.equal((await peer.expect('pong')).payload.length, 0);
  });

  it('drops packets that are cut or too long and keeps the connection', async () => {
    const node = await start();
    const peer = await establish(node);
    peer.send('inv', encodeVarint(50_001));
    peer.send('addr', encodeVarint(1_001));
    peer.send('addr', new Uint8Array([1, 2, 3]));
    peer.send('error', new Uint8Array([0, 0, 0, 50]));
    assert.deepEqual(await peer.sync(), []);
  });

  it('closes on a malformed varint', async () => {
    const peer = await establish(await start());
    peer.send('inv', new Uint8Array([0xfd, 0, 1]));
    assert.equal(await peer.next(), undefined);
  });

  it('closes on a fatal error, not on a warning', async () => {
    const peer = await establish(await start());
    const error = { banTimeS: 0, inventoryVector: new Uint8Array(0), text: 'x' };
    peer.send('error', encodeError({ ...error, fatal: 0 }));
    assert.deepEqual(await peer.sync(), []);
    peer.send('error', encodeError({ ...error, fatal: 2 }));
    assert.equal(await peer.next(), undefined);
  });

  it('closes and refuses for an hour an IP that does not stop', async () => {
    const node = await start();
    const peer = await establish(node, { from: '127.0.0.9' });
    for (let times = 0; times < 10; times++) peer.send('addr', new Uint8Array([1]));
    assert.equal(await peer.next(), undefined);
    const again = await connect(node, '127.0.0.9');
    assert.equal(await again.next(), undefined);
  });

  it('learns addresses, a bounded number per connection, and tells good ones to others', async () => {
    const node = await start();
    const peer = await establish(node);
    const entries = Array.from({ length: 1_000 }, (_, index) => ({
      timeS: nowS - 100,
      stream: 1,
      services: 1n,
      host: `5.${index >> 8}.${index & 255}.1`,
      port: 8444,
    }));
    peer.send('addr', encodeAddr([{ ...entries[0], host: '192.168.1.1' } as never]));
    peer.send('addr', encodeAddr(entries));
    await peer.sync();
    assert.equal(node.network.knownNodes, 999);
    const other = await establish(node);
    const told = decodeAddr((await other.expect('addr')).payload);
    assert.equal(told.length, 500);
    assert.ok(told.every(({ host, services }) => host.startsWith('5.') && services === 1n));
    assert.equal(node.dialer.refused.length, 0, 'offline: nobody is dialled');
  });
});

describe('objects of a scripted peer', () => {
  it('fetches what is announced and tells other peers, not the one it came from', async () => {
    const node = await start();
    const from = await establish(node);
    const other = await establish(node);
    const { hash, object } = createEasyObject(nowS);
    from.sendInventory('inv', hash);
    assert.deepEqual(hexes(await from.next(), 'getdata'), [toHex(hash)]);
    const accepted = nextEvent(node, 'objectAccepted');
    from.send('object', object);
    const event = await accepted;
    assert.equal(event.header.type, 2);
    assert.deepEqual(hexes(await other.next(), 'inv'), [toHex(hash)]);
    assert.deepEqual(await from.sync(), []);
    other.sendInventory('getdata', hash);
    assert.deepEqual((await other.expect('object')).payload, object);
  });

  it('asks one peer only, the other when the first one leaves', async () => {
    const node = await start();
    const one = await establish(node);
    const two = await establish(node);
    const { hash } = createEasyObject(nowS);
    one.sendInventory('inv', hash, randomBytes(32));
    assert.equal(hexes(await one.next(), 'getdata').length, 2);
    two.sendInventory('inv', hash);
    assert.deepEqual(await two.sync(), []);
    assert.equal(node.network.pendingDownloads(), 2);
    one.close();
    assert.deepEqual(hexes(await two.next(), 'getdata'), [toHex(hash)]);
    assert.equal(node.network.pendingDownloads(), 1);
  });

  it('lists its objects to a new peer, without asking for what it has', async () => {
    const node = await start();
    const made = Array.from({ length: 20 }, () => node.publish());
    const peer = await establish(node);
    const listed = hexes(await peer.next(), 'inv');
    assert.deepEqual([...listed].sort(), made.map(({ hash }) => toHex(hash)).sort());
    peer.sendInventory('inv', ...made.map(({ hash }) => hash));
    peer.send('inv', encodeVarint(0));
    assert.deepEqual(await peer.sync(), []);
  });

  it('sends nothing for unknown hashes and goes on', async () => {
    const node = await start();
    const { hash, object } = node.publish();
    const peer = await establish(node);
    await peer.expect('inv');
    peer.sendInventory('getdata', randomBytes(32));
    peer.send('getdata', encodeVarint(0));
    peer.sendInventory('getdata', hash);
    assert.deepEqual((await peer.expect('object')).payload, object);
  });

  it('takes an object that nobody asked for, once', async () => {
    const node = await start();
    const peer = await establish(node);
    const { object } = createEasyObject(nowS);
    peer.send('object', object);
    await peer.sync();
    peer.send('object', object);
    await peer.sync();
    const { accepted, duplicate, received } = node.network.counters.objects;
    assert.deepEqual([accepted, duplicate, received], [1, 1, 2]);
  });

  it('relays unknown types and unusable objects', async () => {
    const node = await start();
    const peer = await establish(node);
    const kinds = [
      createEasyObject(nowS, { type: 0x777777, payload: randomBytes(3) }),
      createEasyObject(nowS, { type: 0, payload: randomBytes(1) }),
      createEasyObject(nowS, { type: 1, payload: randomBytes(500) }),
      createEasyObject(nowS, { type: 3, version: 1 }),
      createEasyObject(nowS, { expiresS: nowS - 1_800 }),
    ];
    for (const { object } of kinds) peer.send('object', object);
    await peer.sync();
    assert.equal(node.network.counters.objects.accepted, kinds.length);
  });

  const REFUSED = [
    ['too-large', createEasyObject(nowS, { payload: new Uint8Array(262_145), goodPow: false })],
    ['expired', createEasyObject(nowS, { expiresS: nowS - 3_700 })],
    ['ttl-too-long', createEasyObject(nowS, { expiresS: nowS + 2_430_100 })],
    ['wrong-stream', createEasyObject(nowS, { stream: 2 })],
    ['insufficient-pow', createEasyObject(nowS, { goodPow: false })],
  ] as const;
  for (const [code, { hash, object }] of REFUSED) {
    it(`refuses an object that is ${code} and does not ask for it again`, async () => {
      const node = await start();
      const peer = await establish(node);
      peer.sendInventory('inv', hash);
      await peer.expect('getdata');
      peer.send('object', object);
      peer.sendInventory('inv', hash);
      assert.deepEqual(await peer.sync(), []);
      const { refused, accepted } = node.network.counters.objects;
      assert.deepEqual([refused[code], accepted], [1, 0]);
      assert.equal(node.network.pendingDownloads(), 0);
    });
  }

  it('takes the largest object there is', async () => {
    const node = await start();
    const peer = await establish(node);
    peer.send(
      'object',
      createEasyObject(nowS, { payload: new Uint8Array(262_144), expiresS: nowS }).object,
    );
    await peer.sync();
    assert.equal(node.network.counters.objects.accepted, 1);
  });

  it('drops an object that cannot be read', async () => {
    const node = await start();
    const peer = await establish(node);
    peer.send(
      'object',
      new Writer()
        .u64(0n)
        .u64(nowS + 60)
        .u32(2)
        .bytes(new Uint8Array([0xfd, 0, 1, 1]))
        .finish(),
    );
    peer.send('object');
    await peer.sync();
    assert.equal(node.network.counters.objects.refused.malformed, 2);
  });

  it('closes a peer that sends objects without proof of work', async () => {
    const node = await start();
    const peer = await establish(node);
    for (let times = 0; times < 5; times++) {
      peer.send('object', createEasyObject(nowS, { goodPow: false }).object);
    }
    assert.equal(await peer.next(), undefined);
  });

  it('keeps objects of other streams to itself when told to keep them', async () => {
    const node = await start({ acceptMismatch: true });
    const peer = await establish(node);
    const other = await establish(node);
    peer.send('object', createEasyObject(nowS, { stream: 2 }).object);
    await peer.sync();
    assert.equal(node.network.counters.objects.accepted, 1);
    assert.deepEqual(await other.sync(), []);
  });

  it('asks for a long list in chunks of at most 1,000, as the peer delivers', async () => {
    const node = await start();
    const peer = await establish(node);
    const all = Array.from({ length: 3_000 }, () => createEasyObject(nowS));
    const byHash = new Map(all.map(({ hash, object }) => [toHex(hash), object]));
    peer.sendInventory('inv', ...all.map(({ hash }) => hash));
    while (byHash.size > 0) {
      const wanted = hexes(await peer.next(), 'getdata');
      assert.ok(wanted.length <= 1_000);
      for (const hex of wanted) {
        const object = byHash.get(hex);
        assert.ok(object, 'nothing is asked for twice');
        byHash.delete(hex);
        peer.send('object', object);
      }
    }
    await peer.sync();
    assert.equal(node.inventory.entries.size, 3_000);
  });
});

describe('dandelion over sockets', () => {
  const stems = { dandelionPercent: 100, stemFixedMs: 600_000 };

  it('ignores dinv when it is off', async () => {
    const peer = await establish(await start());
    peer.sendInventory('dinv', randomBytes(32));
    assert.deepEqual(await peer.sync(), []);
  });

  it('fetches by dinv, hides the object, and tells all when it comes again', async () => {
    const node = await start(stems);
    const from = await establish(node);
    const other = await establish(node);
    const { hash, object } = createEasyObject(nowS);
    from.sendInventory('dinv', hash);
    assert.deepEqual(hexes(await from.next(), 'getdata'), [toHex(hash)]);
    from.send('object', object);
    await from.sync();
    assert.equal(node.inventory.has(hash), true);
    other.sendInventory('getdata', hash);
    assert.deepEqual(await other.sync(), [], 'as if it were unknown');
    const newcomer = await establish(node);
    assert.deepEqual(await newcomer.sync(), [], 'not in the list for new peers');
    other.sendInventory('inv', hash);
    assert.deepEqual(hexes(await other.next(), 'getdata'), [toHex(hash)]);
    other.send('object', object);
    assert.deepEqual(hexes(await newcomer.next(), 'inv'), [toHex(hash)]);
  });

  it('tells everybody when the stem phase is over', async () => {
    const clock = new FakeClock();
    const options = { ...stems, stemFixedMs: 30_000, stemMeanMs: 10, tls: false };
    const node = await startNetworkNode(options, clock);
    stops.push(() => node.network.stop());
    const [from, other] = [
      await RawPeer.establish(node.network.port, clock.nowS()),
      await RawPeer.establish(node.network.port, clock.nowS()),
    ];
    stops.push(() => from.close());
    stops.push(() => other.close());
    const { hash, object } = createEasyObject(clock.nowS());
    from.sendInventory('dinv', hash);
    await from.expect('getdata');
    from.send('object', object);
    await from.sync();
    await clock.advance(29_000);
    assert.deepEqual(await other.sync(), []);
    await clock.advance(10_000);
    assert.deepEqual(hexes(await other.next(), 'inv'), [toHex(hash)]);
    other.sendInventory('getdata', hash);
    await other.expect('object');
  });

  it('tells its stem child alone about an own object', async () => {
    const child = await start({ ...stems, announceDelayMs: 0 });
    const node = await start({
      ...stems,
      trustedPeers: [{ host: '127.0.0.1', port: child.network.port }],
    });
    await nextEvent(node, 'peerUp');
    const other = await establish(node);
    const accepted = nextEvent(child, 'objectAccepted');
    const { hash } = node.publish();
    await accepted;
    other.sendInventory('getdata', hash);
    assert.deepEqual(await other.sync(), []);
    const beyond = await establish(child);
    assert.deepEqual(await beyond.sync(), [], 'the child keeps it to its own stem');
  });
});
