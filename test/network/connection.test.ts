import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Duplex } from 'node:stream';
import type { ConnectionHandler } from '../../src/network/connection-handler.js';
import { Connection } from '../../src/network/connection.js';
import { SEND_LIMIT_BYTES } from '../../src/network/limits.js';
import { NO_BYTES } from '../../src/util/bytes.js';
import { ConnectionMemory } from '../../src/network/connection-memory.js';
import { RejectionCounts } from '../../src/network/rejections.js';
import { nullLog } from '../../src/util/log.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { encodePacket, type Packet } from '../../src/wire/packet.js';
import { encodeVersion } from '../../src/wire/version.js';
import { FakeClock } from '../support/fake-clock.js';
import { Throttle, type Throttles } from '../../src/network/throttle.js';
import { createLinkedSockets } from '../support/linked-sockets.js';
import { encodeOddPacket, testVersion } from '../support/raw-peer.js';

/** A connection whose handler writes down what happens. */
interface Watched {
  readonly connection: Connection;
  readonly packets: Packet[];
  readonly events: string[];
}

interface WatchOptions {
  inbound: boolean;
  services?: bigint;
  refusal?: string;
  onPacket?: ConnectionHandler['packet'];
  throttles?: Throttles;
}

function unlimited(clock: FakeClock): Throttles {
  return { download: new Throttle(0, clock), upload: new Throttle(0, clock) };
}

function watch(socket: Duplex, clock: FakeClock, options: WatchOptions): Watched {
  const packets: Packet[] = [];
  const events: string[] = [];
  const { inbound, services = 1n, refusal, onPacket } = options;
  const handler: ConnectionHandler = {
    ownVersion: () => testVersion(clock.nowS(), { services }),
    refusal: () => refusal,
    established: () => void events.push('established'),
    packet: (from, packet) => {
      packets.push({ command: packet.command, payload: packet.payload });
      return onPacket?.(from, packet);
    },
    drained: () => void events.push('drained'),
    closed: (_, reason, banned) => void events.push(banned ? `banned: ${reason}` : reason),
    tlsUnusable: () => void events.push('tls unusable'),
  };
  const remote = { host: '192.0.2.1', port: 8444 };
  const connection = new Connection({ id: 1, socket, inbound, remote, trusted: false }, handler, {
    clock,
    log: nullLog,
    rejections: new RejectionCounts(),
    throttles: options.throttles ?? unlimited(clock),
    memory: new ConnectionMemory(() => 1),
  });
  connection.start();
  return { connection, packets, events };
}

/** The other end in the hands of the test, established in plain text. */
async function establishScripted(
  clock: FakeClock,
  options: Partial<WatchOptions> = {},
): Promise<Watched & { other: Duplex; received: Packet[] }> {
  const [socket, other] = createLinkedSockets();
  const watched = watch(socket, clock, { inbound: true, ...options });
  const received = collect(other);
  other.write(encodePacket('version', encodeVersion(testVersion(clock.nowS()))));
  other.write(encodePacket('verack'));
  await turns(clock);
  assert.deepEqual(watched.events, ['established']);
  received.length = 0;
  return { ...watched, other, received };
}

function collect(stream: Duplex): Packet[] {
  const decoder = new FrameDecoder();
  const received: Packet[] = [];
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Uint8Array) => {
    decoder.push(chunk);
    for (let packet = decoder.next(); packet; packet = decoder.next()) received.push(packet);
  });
  return received;
}

/** Lets in-process sockets hand over what was written. */
async function turns(clock: FakeClock, count = 20): Promise<void> {
  for (; count > 0; count--) await clock.advance(0);
}

/** Most turns that anything here takes. */
const MAX_TURNS = 5_000;

async function turnsUntil(clock: FakeClock, holds: () => boolean): Promise<void> {
  for (let left = MAX_TURNS; left > 0 && !holds(); left--) await turns(clock, 1);
}

describe('connection', () => {
  it('talks to another one', async () => {
    const clock = new FakeClock();
    const [a, b] = createLinkedSockets();
    const server = watch(a, clock, { inbound: true });
    const client = watch(b, clock, { inbound: false });
    await turns(clock);
    assert.deepEqual([server.events, client.events], [['established'], ['established']]);
    client.connection.send('addr', new Uint8Array([0]));
    server.connection.send('pong');
    await turns(clock);
    assert.deepEqual(server.packets, [{ command: 'addr', payload: new Uint8Array([0]) }]);
    assert.deepEqual(client.packets, [{ command: 'pong', payload: NO_BYTES }]);
    client.connection.close('enough');
    await turns(clock);
    assert.deepEqual(client.events, ['established', 'enough']);
    assert.deepEqual(server.events, ['established', 'closed by the peer']);
  });

  it('reads a stream cut at any place', async () => {
    const clock = new FakeClock();
    const stream = Buffer.concat([
      encodePacket('version', encodeVersion(testVersion(clock.nowS()))),
      encodePacket('verack'),
      encodePacket('ping'),
      encodePacket('addr', new Uint8Array([0])),
    ]);
    for (let cut = 1; cut < stream.length; cut++) {
      const [socket, other] = createLinkedSockets();
      const { packets, connection } = watch(socket, clock, { inbound: true });
      collect(other);
      other.write(stream.subarray(0, cut));
      await turns(clock, 3);
      other.write(stream.subarray(cut));
      await turns(clock, 6);
      const commands = packets.map(({ command }) => command);
      assert.deepEqual(commands, ['ping', 'addr'], `cut at ${cut}`);
      connection.close('next');
    }
  });

  it('closes an unfinished handshake after 20 s, however busy the peer is', async () => {
    const clock = new FakeClock();
    const [socket, other] = createLinkedSockets();
    const { events } = watch(socket, clock, { inbound: true });
    collect(other);
    const drip = encodePacket('version', encodeVersion(testVersion(clock.nowS())));
    for (let second = 0; second < 19; second++) {
      other.write(drip.subarray(second, second + 1));
      await clock.advance(1_000);
    }
    assert.deepEqual(events, []);
    await clock.advance(1_000);
    assert.deepEqual(events, ['handshake took too long']);
  });

  it('closes when a stranger sends a large packet instead of a handshake', async () => {
    const clock = new FakeClock();
    const [socket, other] = createLinkedSockets();
    const { events } = watch(socket, clock, { inbound: true });
    other.write(encodeOddPacket('version', new Uint8Array(1_000_000)).subarray(0, 70_000));
    await turns(clock);
    assert.deepEqual(events, ['too long a handshake']);
  });

  it('gives a refused peer two seconds to read the reason', async () => {
    const clock = new FakeClock();
    const [socket, other] = createLinkedSockets();
    const { events } = watch(socket, clock, { inbound: true, refusal: 'Go away.' });
    const received = collect(other);
    other.on('end', () => undefined);
    other.write(encodePacket('version', encodeVersion(testVersion(clock.nowS()))));
    await turns(clock);
    assert.deepEqual(
      received.map(({ command }) => command),
      ['error'],
    );
    await clock.advance(2_000);
    assert.deepEqual(events, ['Go away.']);
  });

  it('pings after 300 s of silence and closes after 600', async () => {
    const clock = new FakeClock();
    const { events, other, received } = await establishScripted(clock);
    await clock.advance(299_000);
    assert.equal(received.length, 0);
    await clock.advance(1_000);
    await turns(clock);
    assert.deepEqual(
      received.map(({ command }) => command),
      ['ping'],
    );
    other.write(encodePacket('pong'));
    await turns(clock);
    await clock.advance(599_000);
    assert.deepEqual(events, ['established']);
    assert.equal(received.length, 2, 'one more ping');
    await clock.advance(1_000);
    assert.deepEqual(events, ['established', 'nothing received for too long']);
  });

  const ENDINGS: [string, Uint8Array, string][] = [
    ['wrong magic', new Uint8Array(24), 'not a packet of this network'],
    [
      'an announced length above 1,600,100',
      encodeOddPacket('ping', NO_BYTES, 1_600_101),
      'a packet of 1600101 bytes is announced',
    ],
    ['a wrong checksum', encodePacket('addr', NO_BYTES).fill(1, 20, 24), 'wrong checksum'],
  ];
  for (const [name, bytes, reason] of ENDINGS) {
    it(`closes on ${name}`, async () => {
      const clock = new FakeClock();
      const { events, other } = await establishScripted(clock);
      other.write(bytes);
      await turns(clock);
      assert.deepEqual(events, ['established', reason]);
    });
  }

  it('takes a payload of 1,600,100 bytes', async () => {
    const clock = new FakeClock();
    const { events, packets, other } = await establishScripted(clock);
    other.write(encodeOddPacket('foo', new Uint8Array(1_600_100)));
    await turns(clock, 60);
    assert.deepEqual(events, ['established']);
    assert.equal(packets[0]?.payload.length, 1_600_100);
  });

  it('closes and bans after several unreadable payloads, not after one', async () => {
    const clock = new FakeClock();
    const { connection, events, other } = await establishScripted(clock, {
      onPacket: (from) => {
        from.fault('malformed');
        return undefined;
      },
    });
    for (let packet = 0; packet < 9; packet++) other.write(encodePacket('inv'));
    await turns(clock);
    assert.equal(connection.established, true);
    other.write(encodePacket('inv'));
    await turns(clock);
    assert.deepEqual(events, ['established', 'banned: too many faults']);
  });

  it('survives a handler that fails, without the peer', async () => {
    const clock = new FakeClock();
    const { events, other } = await establishScripted(clock, {
      onPacket: () => {
        throw new RangeError('a bug');
      },
    });
    other.write(encodePacket('ping'));
    await turns(clock);
    assert.deepEqual(events, ['established', 'internal error']);
  });

  it('reads on only when the handler is ready', async () => {
    const clock = new FakeClock();
    let ready: () => void = () => undefined;
    const { packets, other } = await establishScripted(clock, {
      onPacket: () => new Promise<void>((resolve) => (ready = resolve)),
    });
    for (let sent = 0; sent < 3; sent++) other.write(encodePacket('ping'));
    await turns(clock);
    assert.equal(packets.length, 1);
    ready();
    await turns(clock);
    assert.equal(packets.length, 2);
    ready();
    await turns(clock);
    assert.equal(packets.length, 3);
  });

  it('tells when the send buffer is full and when it is empty again', async () => {
    const clock = new FakeClock();
    const { connection, events, other } = await establishScripted(clock);
    other.pause();
    for (let sent = 0; sent < 3; sent++) connection.send('addr', new Uint8Array(1_000_000));
    await turns(clock);
    assert.equal(connection.congested, true);
    other.resume();
    await turns(clock, 200);
    assert.equal(connection.congested, false);
    assert.deepEqual(events, ['established', 'drained']);
  });

  it('closes a peer that does not read', async () => {
    const clock = new FakeClock();
    const { connection, events, other } = await establishScripted(clock);
    other.pause();
    for (let sent = 0; sent <= SEND_LIMIT_BYTES; sent += 1_000_000) {
      connection.send('addr', new Uint8Array(1_000_000));
    }
    connection.send('addr', new Uint8Array(1_000_000));
    assert.deepEqual(events, ['established', 'does not read what is sent']);
  });

  it('closes a peer that reads too slowly', async () => {
    const clock = new FakeClock();
    const { connection, events, other } = await establishScripted(clock);
    other.pause();
    for (let sent = 0; sent < 3; sent++) connection.send('addr', new Uint8Array(1_000_000));
    assert.equal(connection.congested, true);
    for (let minute = 0; minute < 10; minute++) {
      assert.deepEqual(events, ['established']);
      other.write(encodePacket('ping'));
      await clock.advance(60_000);
    }
    assert.deepEqual(events, ['established', 'does not read what is sent']);
  });

  it('stops reading at the limit of bytes per second, and is not taken for silent then', async () => {
    const clock = new FakeClock();
    const download = new Throttle(1_024, clock);
    const throttles = { ...unlimited(clock), download };
    const { connection, packets, events, other } = await establishScripted(clock, { throttles });
    other.write(encodePacket('addr', new Uint8Array(1_024_000)));
    await turns(clock, 200);
    assert.equal(packets.length, 0);
    assert.equal(connection.isHeldBack, true);
    await clock.advance(900_000);
    assert.deepEqual(events, ['established'], 'it was not silent: nobody listened');
    await clock.advance(200_000);
    assert.equal(packets.length, 1);
  });

  it('makes large things wait at the limit of sent bytes, and a ping not', async () => {
    const clock = new FakeClock();
    const throttles = { ...unlimited(clock), upload: new Throttle(1_024, clock) };
    const { connection, received, events } = await establishScripted(clock, { throttles });
    assert.equal(connection.congested, false);
    connection.send('object', new Uint8Array(10_000));
    assert.equal(connection.congested, true);
    assert.equal(connection.room, 0);
    connection.send('ping');
    await turns(clock);
    assert.equal(received.at(-1)?.command, 'ping');
    await clock.advance(8_000);
    assert.deepEqual(events, ['established']);
    await clock.advance(2_000);
    assert.deepEqual(events, ['established', 'drained']);
    assert.equal(connection.congested, false);
    assert.notEqual(connection.room, 0);
  });

  it('shakes hands whatever others have used of the limits', async () => {
    const clock = new FakeClock();
    const throttles = { download: new Throttle(1_024, clock), upload: new Throttle(1_024, clock) };
    for (const throttle of [throttles.download, throttles.upload]) {
      throttle.share(() => undefined).spend(1_000_000);
    }
    const { events } = await establishScripted(clock, { throttles });
    assert.deepEqual(events, ['established']);
  });

  it('sends nothing before it is established or after its end', async () => {
    const clock = new FakeClock();
    const [socket, other] = createLinkedSockets();
    const { connection } = watch(socket, clock, { inbound: true });
    const received = collect(other);
    connection.send('ping');
    await turns(clock);
    connection.close('done');
    connection.send('ping');
    await turns(clock);
    assert.equal(received.length, 0);
  });

  it('starts TLS over any stream', async () => {
    // Real time for the TLS library's own work: wait for the events instead of counting turns.
    const clock = new FakeClock();
    const [a, b] = createLinkedSockets(7);
    const server = watch(a, clock, { inbound: true, services: 3n });
    const client = watch(b, clock, { inbound: false, services: 3n });
    await turnsUntil(clock, () => client.events.length > 0 && server.events.length > 0);
    assert.deepEqual([server.events, client.events], [['established'], ['established']]);
    assert.equal(server.connection.tls && client.connection.tls, true);
    client.connection.send('ping');
    await turnsUntil(clock, () => server.packets.length > 0);
    assert.equal(server.packets[0]?.command, 'ping');
    server.connection.close('done');
    client.connection.close('done');
  });
});
