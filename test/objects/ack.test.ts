import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import { parseEcies } from '../../src/crypto/ecies.js';
import {
  ackKey,
  ackObjectWithoutNonce,
  ackPacket,
  createAckData,
  modernAckData,
  readAckPacket,
  type StealthLevel,
} from '../../src/objects/ack.js';
import { decodeHeader, withNonce } from '../../src/objects/object.js';
import { concatBytes, toHex } from '../../src/util/bytes.js';
import { encodePacket } from '../../src/wire/packet.js';
import { vectorsOfType } from '../support/vectors.js';
import { forEveryFlippedByte, forEveryTruncation, hexField, numberField } from './identities.js';

const EXPIRES_S = 1_797_000_000;
const vectors = new Map(vectorsOfType('ack').map((vector) => [vector.name, vector]));

test('ack.stealth0: object and packet from ack data, and back', () => {
  const vector = vectors.get('ack.stealth0');
  assert.ok(vector);
  const object = hexField(vector, 'ack_object');
  const ackData = hexField(vector, 'ackdata');
  const nonce = new DataView(object.buffer).getBigUint64(0);
  const made = withNonce(nonce, ackObjectWithoutNonce(ackData, numberField(vector, 'expires')));
  assert.equal(toHex(made), vector['ack_object']);
  assert.equal(toHex(ackPacket(made)), vector['ack_packet']);
  assert.deepEqual(readAckPacket(hexField(vector, 'ack_packet')), object);
  assert.deepEqual(ackKey(object), ackData);
});

test('ack.stealth1: a request for a key', () => {
  const vector = vectors.get('ack.stealth1');
  assert.ok(vector);
  const ackData = hexField(vector, 'ackdata');
  const object = withNonce(1n, ackObjectWithoutNonce(ackData, EXPIRES_S));
  const { type, version, stream } = decodeHeader(object);
  assert.deepEqual([type, version, stream, object.length], [0, 4, 1, 54]);
  assert.deepEqual(readAckPacket(ackPacket(object)), object);
  assert.deepEqual(ackKey(object), ackData);
});

test('new ack data of every level parses as the object it will be', () => {
  for (const stream of [1, 300]) {
    for (const level of [0, 1, 2] as const satisfies StealthLevel[]) {
      const ackData = createAckData(level, stream);
      const object = withNonce(1n, ackObjectWithoutNonce(ackData, EXPIRES_S));
      const header = decodeHeader(object);
      assert.equal(header.stream, stream);
      assert.equal(header.expiresS, EXPIRES_S);
      assert.deepEqual([header.type, header.version], level === 1 ? [0, 4] : [2, 1]);
      const body = object.subarray(header.headerLength);
      if (level === 2) assert.ok(parseEcies(body));
      else assert.equal(body.length, 32);
      assert.deepEqual(ackKey(object), ackData);
    }
  }
});

test('level 2 has the length of short messages; nothing repeats', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const ackData = createAckData(2, 1);
    assert.ok(ackData.length >= 364 && ackData.length <= 940, `${ackData.length} bytes`);
    seen.add(toHex(ackData));
  }
  assert.equal(seen.size, 200);
  assert.notDeepEqual(createAckData(0, 1), createAckData(0, 1));
});

test('ack data of old rows gets its header', () => {
  const body = new Uint8Array(32).fill(9);
  const modern = modernAckData(body);
  assert.equal(toHex(modern), '000000020101' + '09'.repeat(32));
  assert.equal(modernAckData(modern), modern);
});

test('packets that are not whole, exact and an object are refused', () => {
  const object = withNonce(5n, ackObjectWithoutNonce(createAckData(0, 1), EXPIRES_S));
  const packet = ackPacket(object);
  assert.equal(packet.length, 78);
  forEveryTruncation(packet, (cut) => assert.equal(readAckPacket(cut), undefined));
  forEveryFlippedByte(packet, (flipped) => assert.equal(readAckPacket(flipped), undefined));
  assert.equal(readAckPacket(concatBytes(packet, Uint8Array.of(0))), undefined);
  assert.equal(readAckPacket(concatBytes(packet, packet)), undefined);
  assert.equal(readAckPacket(encodePacket('inv', object)), undefined);
  assert.equal(readAckPacket(ackPacket(object.slice(0, 21))), undefined);
});

test('an object of another type does not acknowledge', () => {
  for (const type of [1, 3, 42]) {
    const ackData = createAckData(0, 1);
    ackData[3] = type;
    const object = withNonce(5n, ackObjectWithoutNonce(ackData, EXPIRES_S));
    assert.equal(readAckPacket(ackPacket(object)), undefined);
  }
});

test('random bytes are no packet', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => readAckPacket(bytes) === undefined));
});

test('what is looked up begins at the type; short and long objects acknowledge nothing', () => {
  const object = new Uint8Array(40).map((_, at) => at);
  assert.deepEqual(ackKey(object), object.subarray(16));
  assert.equal(ackKey(object.subarray(0, 32))?.length, 16);
  assert.equal(ackKey(object.subarray(0, 31)), undefined);
  assert.equal(ackKey(new Uint8Array(16 + 940))?.length, 940);
  assert.equal(ackKey(new Uint8Array(2_000)), undefined);
});
