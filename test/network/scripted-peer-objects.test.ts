/** What a node does with the objects of scripted peers, over real sockets on loopback. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { toHex } from '../../src/util/bytes.js';

import { randomBytes } from '../../src/util/random.js';

import { encodeVarint, Writer } from '../../src/wire/writer.js';
import { FakeClock } from '../support/fake-clock.js';
import { createEasyObject } from '../support/easy-objects.js';
import { nextEvent, startNetworkNode } from '../support/network-node.js';
import { RawPeer } from '../support/raw-peer.js';

import { establish, hexes, nowS, start, stopAll, stops } from '../support/peer-scene.js';

after(stopAll);

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

  it('takes nothing while nothing can be stored, and asks for it afterwards', async () => {
    const node = await start();
    const peer = await establish(node);
    const [sent, told] = [createEasyObject(nowS), createEasyObject(nowS)];
    node.network.takesObjects = false;
    peer.send('object', sent.object);
    peer.sendInventory('inv', told.hash);
    assert.deepEqual(await peer.sync(), []);
    assert.equal(node.network.pendingDownloads(), 2);
    assert.equal(node.network.counters.objects.accepted, 0);
    node.network.takesObjects = true;
    const wanted = hexes(await peer.next(), 'getdata');
    assert.deepEqual(wanted.sort(), [toHex(sent.hash), toHex(told.hash)].sort());
    for (const { object } of [sent, told]) peer.send('object', object);
    await peer.sync();
    assert.equal(node.network.pendingDownloads(), 0);
  });

  it('asks again for what a wrong clock refused, when the clock is set', async () => {
    const node = await start();
    const peer = await establish(node);
    const { object, hash } = createEasyObject(nowS - 86_400);
    node.network.isTimeSure = false;
    for (let time = 0; time < 200; time++) peer.send('object', object);
    await peer.sync();
    assert.equal(node.network.counters.objects.refused.expired, 200);
    node.network.clockJumped();
    await peer.closed;
    const again = await establish(node);
    again.sendInventory('inv', hash);
    assert.equal(hexes(await again.next(), 'getdata').length, 1);
    node.network.clockJumped();
    assert.deepEqual(await again.sync(), [], 'nothing was refused: the connection stays');
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
