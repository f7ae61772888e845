import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { Handshake, roundedTimestampS, type HandshakeStep } from '../../src/network/handshake.js';
import { NO_BYTES } from '../../src/util/bytes.js';
import { decodeError, encodeError } from '../../src/wire/error-packet.js';
import { WireError } from '../../src/wire/errors.js';
import { COMMANDS, type Packet } from '../../src/wire/packet.js';
import { decodeVersion, encodeVersion } from '../../src/wire/version.js';
import { testVersion } from '../support/raw-peer.js';

const NOW_S = 1_795_132_800;
const TLS = 3n;
const PLAIN = 1n;

interface Setup {
  inbound: boolean;
  services?: bigint;
  refusal?: string;
}

function create({ inbound, services = TLS, refusal }: Setup): Handshake {
  return new Handshake({
    inbound,
    ownVersion: () => testVersion(NOW_S, { services }),
    refusal: () => refusal,
  });
}

function versionPacket(services = TLS): Packet {
  return { command: 'version', payload: encodeVersion(testVersion(NOW_S, { services })) };
}

const VERACK: Packet = { command: 'verack', payload: NO_BYTES };

function sent(step: HandshakeStep): string[] {
  return step.send.map(({ command }) => command);
}

describe('handshake', () => {
  it('as the calling side sends its version first', () => {
    const handshake = create({ inbound: false });
    const [first] = handshake.begin();
    assert.equal(first?.command, 'version');
    assert.equal(decodeVersion(first.payload).services, TLS);
  });

  it('as the called side says nothing before it has the version', () => {
    const handshake = create({ inbound: true });
    assert.deepEqual(handshake.begin(), []);
    assert.deepEqual(sent(handshake.receive(versionPacket())), ['verack', 'version']);
  });

  for (const order of ['version then verack', 'verack then version']) {
    it(`as the calling side takes ${order}`, () => {
      const handshake = create({ inbound: false });
      handshake.begin();
      const packets = [versionPacket(), VERACK];
      if (order.startsWith('verack')) packets.reverse();
      const [first, last] = packets.map((packet) => handshake.receive(packet));
      assert.deepEqual(first?.outcome, { status: 'pending' });
      assert.deepEqual(last?.outcome, { status: 'established', tls: true });
      assert.deepEqual([...sent(first), ...sent(last)], ['verack']);
    });
  }

  for (const [own, peer, tls] of [
    [TLS, TLS, true],
    [TLS, PLAIN, false],
    [PLAIN, TLS, false],
    [PLAIN, PLAIN, false],
  ] as const) {
    it(`agrees on TLS exactly when both offer it: ${own} and ${peer}`, () => {
      const handshake = create({ inbound: true, services: own });
      handshake.receive(versionPacket(peer));
      assert.deepEqual(handshake.receive(VERACK).outcome, { status: 'established', tls });
    });
  }

  it('tells why a peer is refused, and sends no verack then', () => {
    const handshake = create({ inbound: true, refusal: 'no' });
    const { send, outcome } = handshake.receive(versionPacket());
    assert.deepEqual(outcome, { status: 'refused', reason: 'no' });
    const [error] = send;
    assert.equal(send.length, 1);
    assert.equal(error?.command, 'error');
    assert.deepEqual(decodeError(error.payload), {
      fatal: 2,
      banTimeS: 0,
      inventoryVector: NO_BYTES,
      text: 'no',
    });
  });

  it('fails on a second version, a second verack and a verack before our version', () => {
    const twice = create({ inbound: true });
    twice.receive(versionPacket());
    assert.equal(twice.receive(versionPacket()).outcome.status, 'failed');
    const veracks = create({ inbound: false });
    veracks.begin();
    veracks.receive(VERACK);
    assert.equal(veracks.receive(VERACK).outcome.status, 'failed');
    assert.equal(create({ inbound: true }).receive(VERACK).outcome.status, 'failed');
  });

  it('fails on every other command, known or not', () => {
    const early = [...COMMANDS, 'foo', 'VERSION'].filter(
      (command) => !['version', 'verack', 'error'].includes(command),
    );
    for (const command of early) {
      const step = create({ inbound: true }).receive({ command, payload: NO_BYTES });
      assert.equal(step.outcome.status, 'failed', command);
    }
  });

  it('ends on a fatal error only', () => {
    const outcomeOf = (fatal: number): string => {
      const error = { fatal, banTimeS: 0, inventoryVector: NO_BYTES, text: 'x' };
      const packet = { command: 'error', payload: encodeError(error) };
      return create({ inbound: false }).receive(packet).outcome.status;
    };
    assert.deepEqual([0, 1, 2, 3].map(outcomeOf), ['pending', 'pending', 'failed', 'failed']);
  });

  it('throws nothing but WireError, whatever comes', () => {
    const packet = fc.record({
      command: fc.constantFrom('version', 'verack', 'error', 'ping'),
      payload: fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(versionPacket().payload)),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(packet, { maxLength: 6 }), (inbound, packets) => {
        const handshake = create({ inbound });
        handshake.begin();
        try {
          for (const one of packets) handshake.receive(one);
        } catch (error) {
          assert.ok(error instanceof WireError);
        }
      }),
    );
  });

  it('rounds the time it tells to minutes', () => {
    assert.equal(roundedTimestampS(1_795_132_859), 1_795_132_800);
    assert.equal(roundedTimestampS(1_795_132_800), 1_795_132_800);
  });
});
