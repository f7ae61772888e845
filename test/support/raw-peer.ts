/** A peer that does exactly what a test says, over a real socket on loopback. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NO_BYTES, utf8 } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { encodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { NETWORK_MAGIC, SERVICE } from '../../src/wire/limits.js';
import { encodePacket, type Command, type Packet } from '../../src/wire/packet.js';
import { encodeVersion, type VersionPayload } from '../../src/wire/version.js';
import { checksum } from '../../src/wire/checksum.js';
import { Writer } from '../../src/wire/writer.js';
import { wrapInTls } from '../../src/network/tls.js';

/** Real sockets need real time: how long a packet or an end is waited for. */
const LIMIT_MS = 60_000;

export function testVersion(nowS: number, changes: Partial<VersionPayload> = {}): VersionPayload {
  return {
    protocolVersion: 3,
    services: SERVICE.network,
    timestampS: nowS,
    receiverHost: '127.0.0.1',
    receiverPort: 8444,
    senderPort: 18_444,
    nonce: randomBytes(8),
    userAgent: '/Test:1/',
    streams: [1],
    ...changes,
  };
}

/** A packet whose command or length field may be anything. */
export function encodeOddPacket(
  command: string,
  payload: Uint8Array,
  length = payload.length,
): Uint8Array {
  const name = new Uint8Array(12);
  name.set(utf8(command));
  return new Writer()
    .u32(NETWORK_MAGIC)
    .bytes(name)
    .u32(length)
    .bytes(checksum(payload))
    .bytes(payload)
    .finish();
}

export class RawPeer {
  readonly socket: Socket;
  /** On this side of the connection. */
  readonly port: number;
  /** Settles when the connection ended, whoever did it. */
  readonly closed: Promise<void>;
  #stream: Duplex;
  readonly #decoder = new FrameDecoder();
  readonly #packets: Packet[] = [];
  #isClosed = false;
  #changed: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.localPort ?? 0;
    this.#stream = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#changed();
        resolve();
      });
    });
    socket.on('error', () => undefined);
    this.#listen();
  }

  /** @param from own address, for tests of limits per IP */
  static connect(port: number, from = '127.0.0.1'): Promise<RawPeer> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true }, () =>
        resolve(new RawPeer(socket)),
      );
      socket.once('error', reject);
    });
  }

  /** Connects and shakes hands in plain text (or as `changes` say, which must not include TLS). */
  static async establish(
    port: number,
    nowS: number,
    { from, ...changes }: Partial<VersionPayload> & { from?: string } = {},
  ): Promise<RawPeer> {
    const peer = await RawPeer.connect(port, from);
    peer.send('version', encodeVersion(testVersion(nowS, changes)));
    await peer.expect('verack');
    await peer.expect('version');
    peer.send('verack');
    return peer;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Packets that came and were not taken yet. */
  get waiting(): number {
    return this.#packets.length;
  }

  write(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  send(command: Command, payload: Uint8Array = NO_BYTES): void {
    this.write(encodePacket(command, payload));
  }

  sendInventory(command: 'inv' | 'dinv' | 'getdata', ...hashes: Uint8Array[]): void {
    this.send(command, encodeInventoryVectors(hashes));
  }

  /** The next packet, which must have that command. */
  async expect(command: Command): Promise<Packet> {
    const packet = await this.next();
    assert.equal(packet?.command, command);
    return packet;
  }

  /** The next packet, or undefined when none comes in time or the connection ends first. */
  async nextWithin(limitMs: number): Promise<Packet | undefined> {
    try {
      return await this.next(Math.max(0, limitMs));
    } catch {
      return undefined;
    }
  }

  /** The next packet, or undefined when the connection ends first. */
  async next(limitMs = LIMIT_MS): Promise<Packet | undefined> {
    const endMs = Date.now() + limitMs;
    while (this.#packets.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no packet came')), endMs - Date.now());
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#packets.shift();
  }

  /**
   * All that came before the answer to a `ping` sent now: what the node had to say about everything
   * sent so far.
   */
  async sync(): Promise<Packet[]> {
    this.send('ping');
    const before: Packet[] = [];
    for (;;) {
      const packet = await this.next();
      assert.ok(packet, 'the connection ended');
      if (packet.command === 'pong') return before;
      before.push(packet);
    }
  }

  /**
   * Starts TLS as the dialling side.
   * @param wrap another way to do it
   */
  startTls(
    wrap = (socket: Duplex, onSecure: () => void): Duplex => wrapInTls(socket, false, onSecure),
  ): Promise<void> {
    this.#stream.removeAllListeners('data');
    return new Promise((resolve, reject) => {
      this.#stream = wrap(this.socket, resolve);
      this.#stream.on('error', reject);
      this.#listen();
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #listen(): void {
    this.#stream.on('data', (chunk: Uint8Array) => {
      this.#decoder.push(chunk);
      for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) {
        this.#packets.push(packet);
      }
      this.#changed();
    });
  }
}
