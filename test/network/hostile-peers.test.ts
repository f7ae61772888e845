/**
 * Peers that mean harm, over real sockets on loopback: what each of them can reach, and that an honest
 * peer is served in the meantime. test/network/hostile-memory.long.ts measures a whole process.
 */
import assert from 'node:assert/strict';
import { connect as dialTcp, createServer, type AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import {
  HANDSHAKE_TIMEOUT_MS,
  MAX_ADDR_ENTRIES_PER_PEER,
  MAX_MISSING,
  MAX_MISSING_PER_PEER,
  MAX_PENDING_UPLOADS,
} from '../../src/network/limits.js';
import { concatBytes, toHex } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';
import { encodeAddr } from '../../src/wire/addr.js';
import { encodePacket } from '../../src/wire/packet.js';
import { SERVICE } from '../../src/wire/limits.js';
import { encodeVersion } from '../../src/wire/version.js';
import { addEasyNonce, createEasyObject } from '../support/easy-objects.js';
import { FakeClock } from '../support/fake-clock.js';
import { nextEvent, startNetworkNode, type NetworkNode } from '../support/network-node.js';
import { connect, establish, hexes, nowS, start, stopAll, stops } from '../support/peer-scene.js';
import { encodeOddPacket, RawPeer, testVersion } from '../support/raw-peer.js';

after(stopAll);

/** An honest peer gets an answer, an object of ours, and rid of one of its own. */
async function assertServed(peer: RawPeer, node: NetworkNode): Promise<void> {
  await peer.sync();
  const held = node.publish();
  if (node.clock instanceof FakeClock) await node.clock.advance(1);
  assert.deepEqual(hexes(await peer.next(), 'inv'), [toHex(held.hash)]);
  peer.sendInventory('getdata', held.hash);
  assert.deepEqual((await peer.expect('object')).payload, held.object);
  const made = createEasyObject(node.clock.nowS());
  peer.sendInventory('inv', made.hash);
  assert.deepEqual(hexes(await peer.next(), 'getdata'), [toHex(made.hash)]);
  const accepted = nextEvent(
    node,
    'objectAccepted',
    ({ hash }) => toHex(hash) === toHex(made.hash),
  );
  peer.send('object', made.object);
  await accepted;
}

function randomHashes(count: number): Uint8Array[] {
  const bytes = randomBytes(count * 32);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));
}

function rejections(node: NetworkNode) {
  return node.network.counters.rejections;
}

/** With its proof of work, and its version written in three bytes. */
function createOddObject(nowS: number): Uint8Array {
  const { object } = createEasyObject(nowS);
  const rest = concatBytes(
    object.subarray(8, 20),
    new Uint8Array([0xfd, 0, 1]),
    object.subarray(21),
  );
  return addEasyNonce(rest, 3_600);
}

/** Exchanges versions; TLS is to follow. */
async function agreeOnTls(peer: RawPeer): Promise<void> {
  const services = SERVICE.network | SERVICE.tls;
  peer.send('version', encodeVersion(testVersion(nowS, { services })));
  await peer.expect('verack');
  await peer.expect('version');
  peer.send('verack');
}

describe('hostile peers', () => {
  it('who shake hands one byte a second lose their places after 20 s', async () => {
    const clock = new FakeClock();
    const node = await startNetworkNode({}, clock);
    stops.push(() => node.network.stop());
    const hello = encodePacket('version', encodeVersion(testVersion(clock.nowS())));
    const slow = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        RawPeer.connect(node.network.port, `127.0.1.${at + 1}`),
      ),
    );
    stops.push(() => slow.forEach((peer) => peer.close()));
    for (let second = 0; second * 1_000 < HANDSHAKE_TIMEOUT_MS; second++) {
      for (const peer of slow) if (!peer.isClosed) peer.write(hello.subarray(second, second + 1));
      await clock.advance(1_000);
    }
    const honest = await RawPeer.establish(node.network.port, clock.nowS());
    stops.push(() => honest.close());
    // Some were accepted a little later by that clock.
    while (node.network.connections().length > 1) await clock.advance(1_000);
    assert.equal(rejections(node)['handshake-timeout'], 50);
    await assertServed(honest, node);
  });

  it('who agree on TLS and send their ClientHello byte by byte do, too', async () => {
    const clock = new FakeClock();
    const node = await startNetworkNode({}, clock);
    stops.push(() => node.network.stop());
    const peer = await RawPeer.connect(node.network.port);
    const services = SERVICE.network | SERVICE.tls;
    peer.send('version', encodeVersion(testVersion(clock.nowS(), { services })));
    await peer.expect('verack');
    await peer.expect('version');
    peer.send('verack');
    // A handshake record of 500 bytes that never becomes complete.
    const begin = [0x16, 3, 1, 1, 0xf4, 1, 0, 1, 0xf0, 3, 3];
    for (let second = 0; second * 1_000 < HANDSHAKE_TIMEOUT_MS; second++) {
      peer.write(new Uint8Array([begin[second] ?? 0]));
      await clock.advance(1_000);
    }
    // Its time may have begun a little later by that clock.
    while (!peer.isClosed) await clock.advance(1_000);
    assert.equal(rejections(node)['handshake-timeout'], 1);
  });

  it('who list the same stream 60,000 times are told what others are', async () => {
    const node = await start();
    const honest = await establish(node);
    const peer = await establish(node, { streams: new Array<number>(60_000).fill(1) });
    await peer.sync();
    assert.deepEqual(node.network.connections().at(-1)?.streams, [1]);
    await assertServed(honest, node);
  });

  it('who announce hashes that never come fill a bounded list and delay nobody', async () => {
    const node = await start();
    const honest = await establish(node);
    const flooders = await Promise.all(Array.from({ length: 4 }, () => establish(node)));
    for (const peer of flooders) {
      for (let packets = 0; packets < 5; packets++) {
        peer.sendInventory('inv', ...randomHashes(50_000));
      }
    }
    await assertServed(honest, node);
    for (const peer of flooders) await peer.sync();
    const pending = node.network.pendingDownloads();
    assert.ok(pending >= MAX_MISSING_PER_PEER && pending <= MAX_MISSING, String(pending));
    assert.ok((rejections(node)['surplus-announcement'] ?? 0) >= 1_000_000 - MAX_MISSING);
    await assertServed(honest, node);
    for (const peer of flooders) peer.close();
    while (node.network.connections().length > 1) await honest.sync();
    assert.equal(node.network.pendingDownloads(), 0, 'nothing is left of them');
  });

  it('who ask for what is not there are closed before they get far', async () => {
    const node = await start();
    const honest = await establish(node);
    const flooder = await establish(node, { from: '127.0.0.9' });
    for (let packets = 0; packets < 10; packets++) {
      flooder.sendInventory('getdata', ...randomHashes(50_000));
    }
    await assertServed(honest, node);
    await flooder.closed;
    assert.equal(rejections(node)['too-many-faults'], 1);
    assert.equal(node.network.pendingUploads(), 0);
    await (
      await connect(node, '127.0.0.9')
    ).closed;
    assert.equal(rejections(node)['accept-banned'], 1);
  });

  it('who ask for the same objects again and again get each three times', async () => {
    const node = await start();
    const made = Array.from({ length: 50 }, () => node.publish());
    const honest = await establish(node);
    const greedy = await establish(node);
    await greedy.expect('inv');
    for (let times = 0; times < 20; times++) {
      greedy.sendInventory('getdata', ...made.map(({ hash }) => hash));
      await greedy.sync();
    }
    while (node.network.pendingUploads() > 0) await greedy.sync();
    assert.ok(node.network.counters.sentObjects <= 150);
    assert.ok(node.network.pendingUploads() <= MAX_PENDING_UPLOADS);
    await honest.expect('inv');
    await assertServed(honest, node);
  });

  it('who send packets of 1,600,100 bytes are read and cost nothing', async () => {
    const node = await start();
    const honest = await establish(node);
    const large = await establish(node);
    const packet = encodeOddPacket('filler', new Uint8Array(1_600_100));
    for (let packets = 0; packets < 20; packets++) large.write(packet);
    await assertServed(honest, node);
    await large.sync();
    assert.equal(rejections(node)['unknown-command'], 20);
    assert.equal(large.isClosed, false);
  });

  it('who begin such packets and wait hold a bounded memory together', async () => {
    const node = await start();
    const honest = await establish(node);
    const begun = encodeOddPacket('filler', new Uint8Array(1_600_100)).subarray(0, 1_600_000);
    const waiting: RawPeer[] = [];
    for (let count = 0; count < 60; count++) {
      const peer = await establish(node);
      peer.write(begun);
      waiting.push(peer);
    }
    // 21 of them are more than there is room for.
    await waiting[0]?.closed;
    await assertServed(honest, node);
    while ((rejections(node)['held-packet'] ?? 0) < 10) await honest.sync();
    assert.equal(honest.isClosed, false);
  });

  it('who come 500 times from one address get one place', async () => {
    const node = await start();
    const honest = await establish(node);
    const peers = await Promise.all(
      Array.from({ length: 500 }, () => RawPeer.connect(node.network.port, '127.0.0.9')),
    );
    stops.push(() => peers.forEach((peer) => peer.close()));
    const hello = encodePacket('version', encodeVersion(testVersion(nowS)));
    for (const peer of peers) if (!peer.isClosed) peer.write(hello);
    await assertServed(honest, node);
    const welcome = await Promise.all(peers.map((peer) => peer.nextWithin(60_000)));
    assert.equal(welcome.filter((packet) => packet?.command === 'verack').length, 1);
    const theirs = node.network.connections().filter(({ host }) => host === '127.0.0.9');
    assert.ok(theirs.length <= 4, String(theirs.length));
    const { rejections: counts } = node.network.counters;
    const refused = (counts['accept-half-open'] ?? 0) + (counts['accept-too-often'] ?? 0);
    assert.ok(refused >= 480, String(refused));
    await establish(node, { from: '127.0.0.10' });
  });

  it('who tell 100,000 addresses do not push out the nodes we know', async () => {
    const clock = new FakeClock();
    const known = Array.from({ length: 500 }, (_, at) => ({
      host: `50.${at}.0.1`.replace(
        /^50\.(\d+)\./,
        (_match, n: string) => `${50 + (Number(n) >> 8)}.${Number(n) & 255}.`,
      ),
      port: 8444,
      stream: 1,
      services: 1n,
      lastSeenS: clock.nowS() - 600,
      rating: 0.5,
      self: false,
    }));
    const node = await startNetworkNode({}, clock, (_, nodes) => void (nodes.nodes = known));
    stops.push(() => node.network.stop());
    for (let peers = 0; peers < 100; peers++) {
      const peer = await RawPeer.establish(node.network.port, clock.nowS());
      const entries = Array.from({ length: 1_000 }, (_, at) => ({
        timeS: clock.nowS() - 10,
        stream: 1,
        services: 1n,
        host: `9${peers % 10}.${peers}.${at >> 8}.${at & 255}`,
        port: 8444,
      }));
      peer.send('addr', encodeAddr(entries));
      await peer.sync();
      peer.close();
    }
    assert.ok(node.network.knownNodes <= 20_000);
    assert.ok(node.network.knownNodes <= 500 + 2_000, `${node.network.knownNodes} nodes`);
    const honest = await RawPeer.establish(node.network.port, clock.nowS());
    stops.push(() => honest.close());
    await assertServed(honest, node);
    await node.network.stop();
    const left = new Set(node.nodes.nodes.map(({ host }) => host));
    const kept = known.filter(({ host }) => left.has(host)).length;
    assert.ok(kept >= 490, `${kept} of 500 are left`);
  });

  it('who tell more than a packet of addresses are not listened to', async () => {
    const node = await start();
    const peer = await establish(node);
    for (let packets = 0; packets < 3; packets++) {
      const entries = Array.from({ length: 1_000 }, (_, at) => ({
        timeS: nowS - 10,
        stream: 1,
        services: 1n,
        host: `9${packets}.${at >> 8}.${at & 255}.1`,
        port: 8444,
      }));
      peer.send('addr', encodeAddr(entries));
    }
    await peer.sync();
    assert.ok(node.network.knownNodes <= MAX_ADDR_ENTRIES_PER_PEER);
    assert.equal(rejections(node)['surplus-address'], 2_000);
  });

  it('who do the proof of work for objects that break the rules are closed', async () => {
    const node = await start();
    const honest = await establish(node);
    const spammer = await establish(node, { from: '127.0.0.9' });
    for (let times = 0; times < 20; times++) {
      spammer.send('object', createEasyObject(nowS, { stream: 2 }).object);
    }
    await spammer.closed;
    assert.equal(rejections(node)['wrong-stream'], 20);
    assert.equal(node.inventory.entries.size, 0);
    await assertServed(honest, node);
  });

  it('cannot have others closed that pass on an object which not everybody can read', async () => {
    const node = await start();
    const honest = await establish(node, { from: '127.0.0.9' });
    for (let times = 0; times < 20; times++) honest.send('object', createOddObject(nowS));
    await honest.sync();
    assert.equal(rejections(node)['odd-object'], 20);
    await assertServed(honest, node);
  });

  it('who talk garbage where TLS was agreed end alone', async () => {
    const node = await start();
    const honest = await establish(node);
    const noise = Uint8Array.from({ length: 500 }, (_, at) => (at * at * 31 + 77) & 255);
    for (const garbage of [noise, new Uint8Array([0x16, 3, 1, 0, 3, 1, 0, 0, 0])]) {
      const peer = await connect(node);
      await agreeOnTls(peer);
      peer.socket.removeAllListeners('data').resume().write(garbage);
      await assertServed(honest, node);
      for (let times = 0; times < 6; times++) peer.socket.write(noise);
      await peer.closed;
    }
    assert.equal(rejections(node)['tls-failed'], 2);
  });

  it('whose TLS is changed on the way end alone', async () => {
    const node = await start();
    const honest = await establish(node);
    let isChanged = false;
    const middle = createServer((client) => {
      const server = dialTcp(node.network.port, '127.0.0.1');
      for (const socket of [client, server]) socket.on('error', () => undefined);
      server.pipe(client);
      client.on('data', (chunk) => {
        if (isChanged) chunk.fill(0xff, chunk.length >> 1);
        server.write(chunk);
      });
      client.on('close', () => server.destroy());
    });
    stops.push(() => middle.close());
    await new Promise<void>((resolve) => middle.listen(0, '127.0.0.1', resolve));
    const peer = await RawPeer.connect((middle.address() as AddressInfo).port);
    stops.push(() => peer.close());
    await agreeOnTls(peer);
    await peer.startTls();
    await peer.sync();
    isChanged = true;
    peer.send('ping');
    while (node.network.connections().length > 1) await honest.sync();
    await assertServed(honest, node);
  });

  it('who never read get no more than their share queued and are closed in the end', async () => {
    const clock = new FakeClock();
    const node = await startNetworkNode({ maxTotal: 200 }, clock);
    stops.push(() => node.network.stop());
    const payload = randomBytes(200_000);
    const many = Array.from({ length: 60 }, (_, at) => {
      payload[0] = at;
      return createEasyObject(clock.nowS(), { payload: payload.slice(), goodPow: false });
    });
    for (const made of many) node.publish(made);
    const deaf = await RawPeer.establish(node.network.port, clock.nowS());
    stops.push(() => deaf.close());
    deaf.socket.pause();
    deaf.sendInventory('getdata', ...many.map(({ hash }) => hash));
    for (let pings = 0; pings < 1_000; pings++) deaf.send('ping');
    const honest = await RawPeer.establish(node.network.port, clock.nowS());
    stops.push(() => honest.close());
    await honest.expect('inv');
    await assertServed(honest, node);
    while (!rejections(node)['unanswered-ping'] && node.network.pendingUploads() === 0) {
      await honest.sync();
    }
    await clock.advance(600_000);
    while (node.network.connections().length > 1) await honest.sync();
    assert.equal(rejections(node).unread, 1);
    assert.equal(node.network.pendingUploads(), 0);
  });
});
