/** What is not taken of a peer is counted, for it and for all together. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Rejection } from '../../src/network/rejections.js';
import { encodeAddr } from '../../src/wire/addr.js';
import { encodeError } from '../../src/wire/error-packet.js';
import { encodePacket } from '../../src/wire/packet.js';
import { encodeVersion } from '../../src/wire/version.js';
import { randomBytes } from '../../src/util/random.js';
import { createEasyObject } from '../support/easy-objects.js';
import type { NetworkNode } from '../support/network-node.js';
import { connect, establish, nowS, start, stopAll } from '../support/peer-scene.js';
import { encodeOddPacket, testVersion, type RawPeer } from '../support/raw-peer.js';

after(stopAll);

const entry = { timeS: nowS - 60, stream: 1, services: 1n, host: '5.6.7.8', port: 8444 };
const fatal = { fatal: 2, banTimeS: 0, inventoryVector: new Uint8Array(0), text: 'x' };

interface Case {
  readonly counts: Partial<Record<Rejection, number>>;
  readonly act: (peer: RawPeer, node: NetworkNode) => void | Promise<void>;
}

/** Of an established peer that stays. */
const KEPT: Record<string, Case> = {
  'a payload that is cut': {
    act: (peer) => peer.send('addr', new Uint8Array([1])),
    counts: { malformed: 1 },
  },
  'commands that nobody knows, and portcheck': {
    act: (peer) => {
      peer.write(encodeOddPacket('foobar', new Uint8Array(0)));
      peer.send('portcheck');
      peer.send('portcheck');
    },
    counts: { 'unknown-command': 1, portcheck: 2 },
  },
  'objects that are refused': {
    act: (peer) => {
      peer.send('object', randomBytes(10));
      peer.send('object', createEasyObject(nowS, { stream: 2 }).object);
      peer.send('object', createEasyObject(nowS, { expiresS: nowS - 4_000 }).object);
      peer.send('object', createEasyObject(nowS, { goodPow: false }).object);
    },
    counts: { 'malformed-object': 1, 'wrong-stream': 1, expired: 1, 'insufficient-pow': 1 },
  },
  'addresses that are useless, and more than one full packet': {
    act: (peer) => {
      const useless = { ...entry, host: '192.168.1.1' };
      peer.send('addr', encodeAddr([useless, entry]));
      peer.send('addr', encodeAddr(Array.from({ length: 1_000 }, () => useless)));
    },
    counts: { 'unkept-address': 999, 'surplus-address': 2 },
  },
  'the same object again and again': {
    act: async (peer, node) => {
      const { hash } = node.publish();
      for (let times = 0; times < 5; times++) {
        peer.sendInventory('getdata', hash);
        await settled(peer, node);
      }
      peer.sendInventory('getdata', randomBytes(32));
    },
    counts: { 'repeated-request': 2, 'unknown-object': 1 },
  },
};

/** What ends the connection. */
const CLOSED: Record<string, Case> = {
  'a second version': {
    act: (peer) => peer.send('version', encodeVersion(testVersion(nowS))),
    counts: { 'repeated-handshake': 1 },
  },
  'a fatal error': {
    act: (peer) => peer.send('error', encodeError(fatal)),
    counts: { 'fatal-error': 1 },
  },
  'a varint that is not minimal': {
    act: (peer) => peer.send('inv', new Uint8Array([0xfd, 0, 1])),
    counts: { 'bad-varint': 1 },
  },
  'wrong magic': { act: (peer) => peer.write(randomBytes(24)), counts: { 'bad-magic': 1 } },
  'a wrong checksum': {
    act: (peer) => {
      const packet = encodePacket('ping', randomBytes(4));
      packet[20] = (packet[20] ?? 0) ^ 1;
      peer.write(packet);
    },
    counts: { 'bad-checksum': 1 },
  },
  'a packet that is too long': {
    act: (peer) => peer.write(encodeOddPacket('object', new Uint8Array(0), 1_600_101)),
    counts: { 'too-long-packet': 1 },
  },
  'too many faults': {
    act: (peer) => {
      for (let times = 0; times < 10; times++) peer.send('addr', new Uint8Array([1]));
    },
    counts: { malformed: 10, 'too-many-faults': 1 },
  },
};

/** The node has done what it was asked for: what is served is read from the store first. */
async function settled(peer: RawPeer, node: NetworkNode): Promise<void> {
  await peer.sync();
  while (node.network.pendingUploads() > 0) await peer.sync();
  await peer.sync();
}

/** What a new connection may do wrong. */
const UNWELCOME: Record<string, { send: Uint8Array; counts: Case['counts'] }> = {
  'a command too early': { send: encodePacket('ping'), counts: { 'early-command': 1 } },
  'an old protocol': hello({ protocolVersion: 2 }, 'old-protocol'),
  'a clock ahead': hello({ timestampS: nowS + 7_200 }, 'clock-ahead'),
  'a clock behind': hello({ timestampS: nowS - 7_200 }, 'clock-behind'),
  'other streams': hello({ streams: [2] }, 'no-shared-stream'),
  'more bytes than a handshake has': {
    send: encodeOddPacket('version', new Uint8Array(70_000), 80_000),
    counts: { 'handshake-bytes': 1 },
  },
};

function hello(changes: Parameters<typeof testVersion>[1], rejection: Rejection) {
  const send = encodePacket('version', encodeVersion(testVersion(nowS, changes)));
  return { send, counts: { [rejection]: 1 } };
}

describe('rejections', () => {
  for (const [name, { act, counts }] of Object.entries(KEPT)) {
    it(`counts ${name}`, async () => {
      const node = await start();
      const peer = await establish(node);
      await peer.sync();
      await act(peer, node);
      await settled(peer, node);
      assert.deepEqual(node.network.connections()[0]?.rejections, counts);
      assert.deepEqual(node.network.counters.rejections, counts);
    });
  }

  for (const [name, { act, counts }] of Object.entries(CLOSED)) {
    it(`counts ${name}`, async () => {
      const node = await start();
      const peer = await establish(node);
      await peer.sync();
      const ended = new Promise<Partial<Record<Rejection, number>>>((resolve) => {
        node.network.events.on('peerDown', ({ rejections }) => resolve(rejections));
      });
      await act(peer, node);
      assert.deepEqual(await ended, counts, 'of the peer');
      assert.deepEqual(node.network.counters.rejections, counts, 'of all');
    });
  }

  for (const [name, { send, counts }] of Object.entries(UNWELCOME)) {
    it(`counts ${name}`, async () => {
      const node = await start();
      const peer = await connect(node);
      peer.write(send);
      await peer.closed;
      assert.deepEqual(node.network.counters.rejections, counts);
    });
  }

  it('counts what is not even accepted', async () => {
    const node = await start();
    await establish(node, { from: '127.0.0.9' });
    const second = await connect(node, '127.0.0.9');
    second.send('version', encodeVersion(testVersion(nowS)));
    await second.expect('error');
    for (let times = 0; times < 5; times++) await connect(node, '127.0.0.8');
    const fault = await establish(node, { from: '127.0.0.7' });
    for (let times = 0; times < 10; times++) fault.send('addr', new Uint8Array([1]));
    await fault.closed;
    await (
      await connect(node, '127.0.0.7')
    ).closed;
    const { rejections } = node.network.counters;
    assert.equal(rejections['second-from-host'], 1);
    assert.equal(rejections['accept-half-open'], 1);
    assert.equal(rejections['accept-banned'], 1);
  });
});

describe('portcheck', () => {
  it('is followed when that is wanted, to the host it came from only', async () => {
    const node = await start({ portCheck: true });
    const peer = await establish(node);
    await peer.sync();
    peer.send('portcheck');
    await peer.sync();
    // On loopback nothing is dialled for strangers: it counts as not followed.
    assert.deepEqual(node.network.counters.rejections, { portcheck: 1 });
  });
});
