/** TLS over real sockets: the way into it is where implementations break. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { Duplex } from 'node:stream';
import type { NetworkOptions } from '../../src/network/options.js';
import { isTlsUsable, wrapInTls } from '../../src/network/tls.js';
import { systemClock } from '../../src/util/clock.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { SERVICE } from '../../src/wire/limits.js';
import { encodePacket, type Packet } from '../../src/wire/packet.js';
import { decodeVersion, encodeVersion } from '../../src/wire/version.js';
import { nextEvent, startNetworkNode, type NetworkNode } from '../support/network-node.js';
import { RawPeer, testVersion } from '../support/raw-peer.js';

const nowS = systemClock.nowS();
const SERVICES = SERVICE.network | SERVICE.tls;
const stops: (() => unknown)[] = [];

async function start(options: Partial<NetworkOptions> = {}): Promise<NetworkNode> {
  const node = await startNetworkNode(options);
  stops.push(() => node.network.stop());
  return node;
}

after(async () => {
  for (const stop of stops.reverse()) await stop();
});

/**
 * Sits between a socket and TLS on top of it: holds back what is written until told to let it go, all
 * in one segment.
 */
class Holder extends Duplex {
  readonly #socket: Socket;
  #held: Buffer[] | undefined = [];

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('close', () => this.push(null));
    socket.on('error', () => undefined);
  }

  release(before: Uint8Array): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#socket.write(Buffer.concat([before, ...held]));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    if (this.#held) this.#held.push(chunk);
    else this.#socket.write(chunk);
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#socket.destroy();
    callback(error);
  }
}

async function exchangeVersions(peer: RawPeer, senderPort = 18_444): Promise<bigint> {
  peer.send('version', encodeVersion(testVersion(nowS, { services: SERVICES, senderPort })));
  await peer.expect('verack');
  return decodeVersion((await peer.expect('version')).payload).services;
}

describe('TLS', () => {
  it('works here', async () => {
    assert.equal(await isTlsUsable(systemClock), true);
  });

  it('carries packets after the handshake', async () => {
    const node = await start();
    const made = node.publish();
    const peer = await RawPeer.connect(node.network.port);
    stops.push(() => peer.close());
    assert.equal((await exchangeVersions(peer)) & SERVICE.tls, SERVICE.tls);
    peer.send('verack');
    await peer.startTls();
    assert.equal((await peer.expect('inv')).payload.length, 33);
    peer.sendInventory('getdata', made.hash);
    assert.deepEqual((await peer.expect('object')).payload, made.object);
    assert.equal(node.network.connections()[0]?.tls, true);
  });

  it('begins with a ClientHello in the same segment as the verack', async () => {
    const node = await start();
    const up = nextEvent(node, 'peerUp');
    const peer = await RawPeer.connect(node.network.port);
    stops.push(() => peer.close());
    await exchangeVersions(peer);
    peer.socket.removeAllListeners('data');
    const holder = new Holder(peer.socket);
    const secured = wrapInTls(holder, false, () => secured.write(encodePacket('ping')));
    secured.on('error', () => undefined);
    const decoder = new FrameDecoder();
    const pong = new Promise<Packet>((resolve) => {
      secured.on('data', (chunk: Uint8Array) => {
        decoder.push(chunk);
        const packet = decoder.next();
        if (packet) resolve(packet);
      });
    });
    // TLS has written its first message into the holder by the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    holder.release(encodePacket('verack'));
    assert.equal((await up).tls, true);
    assert.equal((await pong).command, 'pong');
  });

  it('is left out next time for a peer that fails before its ClientHello', async () => {
    const node = await start();
    for (const end of ['alert', 'close'] as const) {
      const from = end === 'alert' ? '127.0.0.9' : '127.0.0.10';
      const failing = await RawPeer.connect(node.network.port, from);
      assert.equal((await exchangeVersions(failing)) & SERVICE.tls, SERVICE.tls);
      failing.send('verack');
      // Level fatal, internal error: what OpenSSL 3 sends as PyBitmessage uses it.
      if (end === 'alert') failing.write(new Uint8Array([0x15, 3, 1, 0, 2, 2, 80]));
      else failing.socket.end();
      await failing.closed;
      const again = await RawPeer.connect(node.network.port, from);
      stops.push(() => again.close());
      assert.equal((await exchangeVersions(again)) & SERVICE.tls, 0n, end);
      again.send('verack');
      assert.deepEqual(await again.sync(), []);
    }
    // Behind a proxy's address it is the listening port that tells peers apart.
    const proxied = await RawPeer.connect(node.network.port);
    await exchangeVersions(proxied);
    proxied.send('verack');
    proxied.socket.end();
    await proxied.closed;
    const neighbour = await RawPeer.connect(node.network.port);
    stops.push(() => neighbour.close());
    assert.equal((await exchangeVersions(neighbour, 7)) & SERVICE.tls, SERVICE.tls);
    const same = await RawPeer.connect(node.network.port);
    stops.push(() => same.close());
    assert.equal((await exchangeVersions(same)) & SERVICE.tls, 0n);
    const other = await RawPeer.connect(node.network.port, '127.0.0.11');
    stops.push(() => other.close());
    assert.equal((await exchangeVersions(other)) & SERVICE.tls, SERVICE.tls);
  });

  it('ends the connection when it fails, and only that', async () => {
    const node = await start();
    const peer = await RawPeer.connect(node.network.port);
    await exchangeVersions(peer);
    peer.socket.removeAllListeners('data');
    peer.socket.resume();
    peer.send('verack');
    peer.write(new Uint8Array([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]));
    await peer.closed;
    const next = await RawPeer.establish(node.network.port, nowS);
    stops.push(() => next.close());
    await next.sync();
  });

  it('survives peers that leave at any moment', { timeout: 600_000 }, async () => {
    const node = await start();
    const { port } = node.network;
    for (let times = 0; times < 150; times++) {
      const socket = connect(port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.on('error', () => undefined);
      socket.write(
        encodePacket('version', encodeVersion(testVersion(nowS, { services: SERVICES }))),
      );
      let secured: Duplex | undefined;
      let left = times % 15;
      const leaveSoon = (): void => {
        if (left-- > 0) {
          setImmediate(leaveSoon);
          return;
        }
        if (times % 2 === 0) secured?.destroy();
        socket.destroy();
      };
      socket.once('data', () => {
        socket.write(encodePacket('verack'));
        socket.pause();
        secured = wrapInTls(socket, false, () => undefined);
        secured.on('error', () => undefined);
        leaveSoon();
      });
      await new Promise((resolve) => socket.once('close', resolve));
    }
    const peer = await RawPeer.establish(port, nowS);
    stops.push(() => peer.close());
    await peer.sync();
  });
});
