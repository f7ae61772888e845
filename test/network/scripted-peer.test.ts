/** What a node does to the packets of one peer, over real sockets on loopback. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { concatBytes, toHex } from '../../src/util/bytes.js';

import { randomBytes } from '../../src/util/random.js';
import { decodeAddr, encodeAddr } from '../../src/wire/addr.js';
import { decodeError, encodeError } from '../../src/wire/error-packet.js';

import { SERVICE } from '../../src/wire/limits.js';
import { encodePacket } from '../../src/wire/packet.js';
import { decodeVersion, encodeVersion } from '../../src/wire/version.js';
import { encodeVarint } from '../../src/wire/writer.js';

import type { RawPeer } from '../support/raw-peer.js';
import { encodeOddPacket, testVersion } from '../support/raw-peer.js';

import { connect, establish, nowS, start, stopAll } from '../support/peer-scene.js';

after(stopAll);

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
      host: `${20 + (index % 80)}.${index >> 8}.${index & 255}.1`,
      port: 8444,
    }));
    peer.send('addr', encodeAddr([{ ...entries[0], host: '192.168.1.1' } as never]));
    peer.send('addr', encodeAddr(entries));
    peer.send('addr', encodeAddr(entries.map((entry) => ({ ...entry, port: 8445 }))));
    await peer.sync();
    const known = node.network.knownNodes;
    assert.ok(known > 500 && known <= 960, `${known} known`);
    const other = await establish(node);
    const told = decodeAddr((await other.expect('addr')).payload);
    assert.equal(told.length, 500);
    assert.ok(told.every(({ port, services }) => port === 8444 && services === 1n));
    assert.equal(node.dialer.refused.length, 0, 'offline: nobody is dialled');
  });
});
