import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { sha512 } from '../../src/crypto/hashes.js';
import { concatBytes, fromHex, utf8 } from '../../src/util/bytes.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { MAX_RECEIVED_PAYLOAD_BYTES, NETWORK_MAGIC } from '../../src/wire/limits.js';
import { COMMANDS, encodePacket, isKnownCommand, type Packet } from '../../src/wire/packet.js';
import { checksum } from '../../src/wire/checksum.js';
import { Writer } from '../../src/wire/writer.js';
import { bytesOf, record } from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

function takeAll(decoder: FrameDecoder): Packet[] {
  const packets: Packet[] = [];
  for (let packet = decoder.next(); packet; packet = decoder.next()) {
    const { command, payload, payloadHash } = packet;
    assert.deepEqual(payloadHash, sha512(payload));
    packets.push({ command, payload });
  }
  return packets;
}

function decodeAll(bytes: Uint8Array): Packet[] {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  return takeAll(decoder);
}

/** A packet with any 12 bytes as its command. */
function frame(command: Uint8Array, payload = new Uint8Array(0)): Uint8Array {
  const field = new Uint8Array(12);
  field.set(command);
  return new Writer()
    .u32(NETWORK_MAGIC)
    .bytes(field)
    .u32(payload.length)
    .bytes(checksum(payload))
    .bytes(payload)
    .finish();
}

describe('FrameDecoder', () => {
  for (const vector of [...vectorsOfType('packet'), ...vectorsOfType('version')]) {
    if (vector['packet'] === undefined) continue;
    it(`takes ${vector.name}`, () => {
      assert.deepEqual(decodeAll(fromHex(vector['packet'] as string)), [
        { command: vector['command'] ?? 'version', payload: fromHex(vector['payload'] as string) },
      ]);
    });
  }

  it('gives the same packets however the stream is split', () => {
    const packet = record({
      command: fc.constantFrom(...COMMANDS),
      payload: bytesOf({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
        (packets, sizes) => {
          const stream = concatBytes(...packets.map((p) => encodePacket(p.command, p.payload)));
          const decoder = new FrameDecoder();
          const received: Packet[] = [];
          for (let offset = 0, i = 0; offset < stream.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            decoder.push(stream.slice(offset, offset + size));
            received.push(...takeAll(decoder));
            offset += size;
          }
          assert.deepEqual(received, packets);
          assert.equal(decoder.pendingBytes, 0);
        },
      ),
    );
  });

  it('takes a stream byte by byte, and single packets between others in one chunk', () => {
    const stream = concatBytes(encodePacket('ping'), encodePacket('error', utf8('abc')));
    const decoder = new FrameDecoder();
    const received: Packet[] = [];
    for (const byte of stream) {
      decoder.push(new Uint8Array([byte]));
      received.push(...takeAll(decoder));
    }
    assert.deepEqual(received, decodeAll(stream));
    assert.equal(received.length, 2);
  });

  it('refuses a wrong magic as soon as four bytes are there, and stays refusing', () => {
    const decoder = new FrameDecoder();
    decoder.push(fromHex('e9beb4'));
    assert.equal(decoder.next(), undefined);
    decoder.push(fromHex('d8'));
    assert.throws(() => decoder.next(), { name: 'WireError', code: 'bad-magic' });
    decoder.push(encodePacket('ping'));
    assert.throws(() => decoder.next(), { code: 'bad-magic' });
  });

  it('accepts 1,600,100 bytes of payload', () => {
    const payload = new Uint8Array(MAX_RECEIVED_PAYLOAD_BYTES).fill(7);
    const [packet] = decodeAll(frame(utf8('inv'), payload));
    assert.equal(packet?.payload.length, 1_600_100);
  });

  it('refuses 1,600,101 at the header, without waiting for anything behind the length', () => {
    const header = frame(utf8('inv'));
    new DataView(header.buffer).setUint32(16, 1_600_101);
    const decoder = new FrameDecoder();
    decoder.push(header.subarray(0, 20));
    assert.throws(() => decoder.next(), { name: 'WireError', code: 'too-long' });
  });

  it('refuses a wrong checksum', () => {
    const packet = encodePacket('inv', utf8('payload'));
    packet[packet.length - 1] = 0;
    assert.throws(() => decodeAll(packet), { name: 'WireError', code: 'bad-checksum' });
  });

  it('reports other commands as they are; they match no known one', () => {
    for (const name of ['PING', 'unknown', 'ping\0x', '\0ping', '', 'p\xefng', 'twelve bytes']) {
      const [packet] = decodeAll(frame(new Uint8Array(Buffer.from(name, 'latin1'))));
      assert.equal(packet?.command, name);
      assert.ok(!isKnownCommand(name));
    }
  });

  it('hands back what follows the last packet, for TLS', () => {
    const decoder = new FrameDecoder();
    const hello = fromHex('1603010200010001fc0303');
    decoder.push(concatBytes(encodePacket('verack'), hello));
    assert.equal(decoder.next()?.command, 'verack');
    assert.deepEqual(decoder.takeRest(), hello);
    assert.equal(decoder.pendingBytes, 0);
    assert.equal(decoder.takeRest().length, 0);
  });

  it('gives payloads of their own memory and keeps none of the chunk', () => {
    const chunk = encodePacket('inv', utf8('abc'));
    const decoder = new FrameDecoder();
    decoder.push(chunk);
    chunk.fill(0);
    const payload = decoder.next()?.payload;
    assert.deepEqual(payload, utf8('abc'));
    assert.equal(payload.buffer.byteLength, 3);
  });

  it('holds no more than about what it received, and nothing large when it is empty', () => {
    const packet = frame(utf8('inv'), new Uint8Array(MAX_RECEIVED_PAYLOAD_BYTES));
    const decoder = new FrameDecoder();
    // Mostly single bytes at first: the worst case for lists of chunks.
    for (let i = 0; i < 5000; i++) decoder.push(packet.subarray(i, i + 1));
    assert.ok(decoder.heldBytes <= 10_000);
    for (let i = 5000; i < packet.length; i += 1000) {
      decoder.push(packet.subarray(i, i + 1000));
      assert.ok(decoder.heldBytes <= packet.length + 65_536);
    }
    assert.equal(decoder.next()?.payload.length, MAX_RECEIVED_PAYLOAD_BYTES);
    assert.equal(decoder.heldBytes, 0);
  });
});
