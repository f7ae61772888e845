/**
 * What reads bytes of strangers, with good inputs to damage and what must hold for each result. A
 * target fails by throwing anything but its layer's own error, or by an assertion about how much it
 * gives back.
 */
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import { addressKey, decodeAddress, type Address } from '../../src/objects/address.js';
import { decryptEcies } from '../../src/crypto/ecies.js';
import { ackPacket, readAckPacket } from '../../src/objects/ack.js';
import { openBroadcast } from '../../src/objects/broadcast.js';
import { checkObject } from '../../src/objects/check.js';
import { isPowSufficient, NETWORK_MINIMUM } from '../../src/objects/difficulty.js';
import { encryptedPartOffset } from '../../src/objects/encrypted-part.js';
import { ObjectError } from '../../src/objects/errors.js';
import { MAX_INFLATED_BYTES } from '../../src/objects/extended-encoding.js';
import { decodeGetpubkey } from '../../src/objects/getpubkey.js';
import { decodeStoredKey } from '../../src/objects/key-block.js';
import { decodeMessage, encodeMessage } from '../../src/objects/message-encoding.js';
import { openMsg } from '../../src/objects/msg.js';
import { decodeHeader, tagOf } from '../../src/objects/object.js';
import { decodeOnionPeer } from '../../src/objects/onionpeer.js';
import { decodePubkey, openPubkeyV4 } from '../../src/objects/pubkey.js';
import { concatBytes, fromHex, utf8 } from '../../src/util/bytes.js';
import { decodeAddr } from '../../src/wire/addr.js';
import { decodeError, encodeError } from '../../src/wire/error-packet.js';
import { WireError } from '../../src/wire/errors.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import {
  decodeInventoryVectors,
  encodeInventoryVectors,
} from '../../src/wire/inventory-vectors.js';
import { encodePacket } from '../../src/wire/packet.js';
import { readPayload, type PayloadValue } from '../../src/wire/payload-format.js';
import { decodeVersion } from '../../src/wire/version.js';
import { encodeVarint } from '../../src/wire/writer.js';
import type { SeededRandom } from '../support/mutator.js';
import { readVectors, vectorsOfType } from '../support/vectors.js';

export interface FuzzTarget {
  readonly name: string;
  /** Inputs per run: few where each costs curve arithmetic. */
  readonly runs: number;
  /** Good inputs, and bad ones of interest. */
  readonly corpus: readonly Uint8Array[];
  /** Class of the errors that the target may throw; without it: none. */
  readonly error?: abstract new (...args: never[]) => Error;
  readonly read: (bytes: Uint8Array, random: SeededRandom) => void;
}

/** Decoders that copy and compare only. */
const CHEAP_RUNS = 6_000;
/** Those that verify signatures or multiply points. */
const COSTLY_RUNS = 1_500;

// ---------------------------------------------------------------- good inputs

function fieldsOf(type: string, field: string): Uint8Array[] {
  return vectorsOfType(type).flatMap((vector) => {
    const value = vector[field];
    return typeof value === 'string' ? [fromHex(value)] : [];
  });
}

interface Recorded {
  readonly hex: string;
  readonly type: number;
  readonly plaintext?: { readonly decrypted_hex?: string };
}

const recorded = (readVectors('objects.json') as { objects: Recorded[] }).objects;
const objects = [
  ...recorded.map(({ hex }) => fromHex(hex)),
  ...fieldsOf('object', 'object'),
  ...fieldsOf('captured-object', 'object'),
];

function objectsOfType(...types: number[]): Uint8Array[] {
  return objects.filter((object) => types.includes(decodeHeader(object).type));
}

/** Object and decrypted text in one input: vi length ‖ object ‖ text. */
function withPlaintext(objectType: number): Uint8Array[] {
  const pairs = [
    ...recorded.map(({ hex, plaintext }) => [hex, plaintext?.decrypted_hex]),
    ...vectorsOfType('object').map((vector) => [vector['object'], vector['plaintext']]),
  ];
  return pairs.flatMap(([object, text]) => {
    if (typeof object !== 'string' || typeof text !== 'string') return [];
    const bytes = fromHex(object);
    return decodeHeader(bytes).type === objectType ? [joinParts(bytes, fromHex(text))] : [];
  });
}

function joinParts(object: Uint8Array, text: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(object.length >> 8, object.length & 255), object, text);
}

function splitParts(bytes: Uint8Array): [object: Uint8Array, text: Uint8Array] {
  const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return [bytes.subarray(2, 2 + length), bytes.subarray(2 + length)];
}

const hashes = [1, 2, 3].map((value) => new Uint8Array(32).fill(value));
const inventory = encodeInventoryVectors(hashes);
const versions = fieldsOf('version', 'payload');
const addrs = fieldsOf('addr', 'payload');
const errors = [
  ...fieldsOf('error', 'payload'),
  encodeError({ fatal: 1, banTimeS: 600, inventoryVector: new Uint8Array(32), text: 'text' }),
];

const packets = [
  ...fieldsOf('packet', 'packet'),
  ...fieldsOf('version', 'packet'),
  ...addrs.map((payload) => encodePacket('addr', payload)),
  ...errors.map((payload) => encodePacket('error', payload)),
  ...objects.slice(0, 10).map((object) => encodePacket('object', object)),
  encodePacket('getdata', inventory),
];
/** Several packets each, so that damage to one meets the begin of the next. */
const streams = packets.map((packet, index) =>
  concatBytes(packet, ...packets.slice(index + 1, index + 4)),
);

const messages = [
  ...fieldsOf('encoding', 'encoded'),
  ...fieldsOf('msgdecode', 'data'),
  ...fieldsOf('object', 'message'),
  encodeMessage(3, { subject: utf8('s'.repeat(300)), body: utf8('b'.repeat(70_000)) }),
];

/** Maps with everything that MessagePack has, which a reader must know how to skip. */
const ODD_MAPS = [
  { '': 'message', a: [1, -1, -200, 70_000, 2 ** 40, 1.5, true, null], subject: 's', body: 'b' },
  { '': 'message', a: { b: { c: [[[[]]]] } }, body: new Uint8Array(300), d: 'x'.repeat(300) },
  { '': 'message', time: new Date(0), subject: 's'.repeat(40), e: Array<number>(20).fill(300) },
];

const wanted: Address[] = vectorsOfType('object').flatMap((vector) => {
  const text = vector['address'];
  const decoded = typeof text === 'string' ? decodeAddress(text) : undefined;
  return decoded?.status === 'success' ? [decoded.address] : [];
});

const eciesKeys = fieldsOf('ecies', 'privkey');

// ---------------------------------------------------------------- what must hold

/** Pushes a stream in random pieces; nothing is held or handed out that did not come in. */
function decodeFrames(bytes: Uint8Array, random: SeededRandom): void {
  const decoder = new FrameDecoder();
  let handedOut = 0;
  for (let offset = 0; offset < bytes.length;) {
    const size = 1 + random.below(random.below(2) === 0 ? 30 : 400);
    decoder.push(bytes.subarray(offset, offset + size));
    offset += size;
    for (let packet = decoder.next(); packet; packet = decoder.next()) {
      handedOut += 24 + packet.payload.length;
      assert.equal(packet.payload.buffer.byteLength, packet.payload.length);
    }
    assert.equal(decoder.pendingBytes, Math.min(offset, bytes.length) - handedOut);
    assert.ok(decoder.heldBytes <= 2 * bytes.length);
  }
}

function countValues(values: readonly PayloadValue[]): number {
  return values.reduce<number>(
    (count, value) => count + 1 + (Array.isArray(value) ? countValues(value) : 0),
    0,
  );
}

function readFormat(bytes: Uint8Array, format: string): void {
  const values = readPayload(bytes, format);
  assert.ok(countValues(values) <= 2 * bytes.length + format.length);
}

function check(object: Uint8Array): void {
  const nowS = 1_795_201_132;
  checkObject(object, { nowS, minimum: NETWORK_MINIMUM, streams: [1], acceptMismatch: true });
}

function decodeAllMessages(data: Uint8Array): void {
  for (const encoding of [0, 1, 2, 3, 4]) {
    const message = decodeMessage(encoding, data);
    if (!message) continue;
    const size = message.subject.length + message.body.length;
    assert.ok(size <= (encoding === 3 ? MAX_INFLATED_BYTES : Math.max(data.length, 100)));
  }
}

/** Decrypts what the object holds with a key for it or another one. */
function decryptObject(object: Uint8Array, random: SeededRandom): void {
  const offset = encryptedPartOffset(decodeHeader(object));
  const key = random.below(2) === 0 ? random.pick(eciesKeys) : addressKey(random.pick(wanted));
  if (offset !== undefined) decryptEcies(key, object.subarray(offset));
}

// ---------------------------------------------------------------- targets

function wireTarget(
  name: string,
  corpus: readonly Uint8Array[],
  read: FuzzTarget['read'],
): FuzzTarget {
  return { name: `wire: ${name}`, runs: CHEAP_RUNS, corpus, error: WireError, read };
}

function objectTarget(
  name: string,
  corpus: readonly Uint8Array[],
  read: FuzzTarget['read'],
  runs = CHEAP_RUNS,
): FuzzTarget {
  return { name: `objects: ${name}`, runs, corpus, error: ObjectError, read };
}

const FORMATS: readonly (readonly [format: string, corpus: readonly Uint8Array[]])[] = [
  ['IQQiiQlsLv', versions],
  ['LQIQ16sH', addrs],
  ['l32s', [inventory]],
  ['vvlsls', errors],
  ['QQIvv', objects],
  ['LvLls,v', [...addrs, ...errors, inventory]],
];

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  { ...wireTarget('frame decoder', streams, decodeFrames), runs: 20_000 },
  wireTarget('version', versions, (bytes) => {
    assert.ok(decodeVersion(bytes).streams.length <= bytes.length);
  }),
  wireTarget('addr', addrs, (bytes) => assert.ok(decodeAddr(bytes).length * 38 < bytes.length)),
  wireTarget('inventory vectors', [inventory], (bytes) => {
    assert.ok(decodeInventoryVectors(bytes).hashes.length * 32 < bytes.length);
  }),
  wireTarget('error', errors, (bytes) => assert.ok(decodeError(bytes).text.length <= 1_000)),
  ...FORMATS.map(([format, corpus]) =>
    wireTarget(`format ${format}`, corpus, (bytes) => readFormat(bytes, format)),
  ),
  objectTarget('header', objects, (bytes) => {
    assert.ok(tagOf(decodeHeader(bytes), bytes).length <= 32);
  }),
  objectTarget('check', objects, check),
  objectTarget('proof of work', objects, (bytes) => isPowSufficient(bytes, NETWORK_MINIMUM, 0)),
  objectTarget('getpubkey', objectsOfType(0), decodeGetpubkey),
  objectTarget('onionpeer', objectsOfType(0x746f72), decodeOnionPeer),
  objectTarget('pubkey v2 and v3', objectsOfType(1), decodePubkey, COSTLY_RUNS),
  objectTarget(
    'pubkey v4',
    objectsOfType(1),
    (bytes) => wanted.forEach((address) => openPubkeyV4(bytes, address)),
    COSTLY_RUNS,
  ),
  objectTarget('msg', withPlaintext(2), (bytes) => openMsg(...splitParts(bytes)), COSTLY_RUNS),
  objectTarget(
    'broadcast',
    withPlaintext(3),
    (bytes) => openBroadcast(...splitParts(bytes)),
    COSTLY_RUNS,
  ),
  objectTarget('encrypted part', objects, decryptObject, COSTLY_RUNS),
  {
    name: 'objects: acknowledgement packet',
    runs: CHEAP_RUNS,
    corpus: [...packets, ...objects.map(ackPacket)],
    read: (bytes) => void readAckPacket(bytes),
  },
  {
    name: 'objects: stored key',
    runs: COSTLY_RUNS,
    corpus: objectsOfType(1).map((object) => concatBytes(encodeVarint(4), object.slice(21))),
    read: (bytes) => void decodeStoredKey(bytes),
  },
  {
    name: 'objects: message encodings',
    runs: CHEAP_RUNS,
    corpus: messages,
    read: decodeAllMessages,
  },
  {
    name: 'objects: map of an extended message',
    runs: CHEAP_RUNS,
    corpus: [...fieldsOf('encoding', 'msgpack'), ...ODD_MAPS.map((map) => encode(map))],
    read: (bytes) => void decodeMessage(3, new Uint8Array(deflateSync(bytes, { level: 1 }))),
  },
  {
    name: 'crypto: ECIES',
    runs: COSTLY_RUNS,
    corpus: [...fieldsOf('ecies', 'encrypted'), ...fieldsOf('ecies-invalid', 'encrypted')],
    read: (bytes, random) => void decryptEcies(random.pick(eciesKeys), bytes),
  },
];
