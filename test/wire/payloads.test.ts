/** The payload codecs: version, addr, inventory vectors, error. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { concatBytes, fromHex, toHex, utf8 } from '../../src/util/bytes.js';
import { decodeAddr, encodeAddr } from '../../src/wire/addr.js';
import { decodeError, encodeError } from '../../src/wire/error-packet.js';
import { WireError } from '../../src/wire/errors.js';
import {
  decodeInventoryVectors,
  encodeInventoryVectors,
} from '../../src/wire/inventory-vectors.js';
import { decodeVersion, encodeVersion } from '../../src/wire/version.js';
import { encodeVarint, Writer } from '../../src/wire/writer.js';
import {
  bytesOf,
  record,
  checkRandomBytes,
  checkRoundTrip,
  checkTruncations,
} from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

const port = fc.integer({ min: 0, max: 65_535 });
const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
const hash = bytesOf({ minLength: 32, maxLength: 32 });
const text = fc.string({ unit: 'grapheme', maxLength: 100 });
/** What the text of an `error` keeps: one character of an emoji may be a format character. */
const printable = text.map((all) => all.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '));
const host = fc.oneof(fc.ipV4(), fc.constantFrom('2a00::1', '::', 'quzwelsuziwqgpt2.onion'));

describe('version', () => {
  for (const vector of vectorsOfType('version')) {
    it(`decodes and encodes ${vector.name}`, () => {
      const version = decodeVersion(fromHex(vector['payload'] as string));
      assert.deepEqual(version, {
        protocolVersion: vector['version'],
        services: BigInt(vector['services'] as number),
        timestampS: vector['timestamp'],
        receiverHost: vector['recv_host'],
        receiverPort: vector['recv_port'],
        senderPort: vector['from_port'],
        nonce: fromHex(vector['nonce'] as string),
        userAgent: vector['user_agent'],
        streams: vector['streams'],
      });
      assert.equal(toHex(encodeVersion(version)), vector['payload']);
    });
  }

  const [sample] = vectorsOfType('version');
  const payload = fromHex(sample?.['payload'] as string);

  it('keeps every value, refuses every cut and survives anything', () => {
    checkRoundTrip(
      record({
        protocolVersion: fc.nat(),
        services: u64,
        timestampS: fc.maxSafeInteger(),
        receiverHost: host,
        receiverPort: port,
        senderPort: port,
        nonce: bytesOf({ minLength: 8, maxLength: 8 }),
        userAgent: text,
        streams: fc.array(fc.maxSafeNat()),
      }),
      encodeVersion,
      decodeVersion,
    );
    checkTruncations(payload, decodeVersion, WireError);
    checkRandomBytes(decodeVersion, WireError);
  });

  it('ignores bytes behind the streams', () => {
    assert.deepEqual(decodeVersion(concatBytes(payload, fromHex('00ff'))), decodeVersion(payload));
  });

  it('writes 127.0.0.1 for a receiver whose host does not fit', () => {
    const version = decodeVersion(payload);
    for (const receiverHost of [`${'a'.repeat(56)}.onion`, 'proxy.example']) {
      const encoded = encodeVersion({ ...version, receiverHost });
      assert.equal(decodeVersion(encoded).receiverHost, '127.0.0.1');
    }
  });

  it('refuses long user agents and stream lists before reading them', () => {
    const fixed = payload.subarray(0, 80);
    const agent = (length: number): Uint8Array =>
      concatBytes(fixed, encodeVarint(length), new Uint8Array(length), fromHex('0101'));
    assert.equal(decodeVersion(agent(5_000)).userAgent.length, 5_000);
    assert.throws(() => decodeVersion(agent(5_001)), { code: 'excessive-data' });
    const streams = (count: number): Uint8Array =>
      concatBytes(fixed, fromHex('00'), encodeVarint(count));
    assert.throws(() => decodeVersion(streams(160_000)), { code: 'insufficient-data' });
    assert.throws(() => decodeVersion(streams(160_001)), { code: 'excessive-data' });
  });
});

describe('addr', () => {
  for (const vector of vectorsOfType('addr')) {
    it(`decodes and encodes ${vector.name}`, () => {
      const entries = decodeAddr(fromHex(vector['payload'] as string));
      const expected = vector['entries'] as Record<string, unknown>[];
      assert.deepEqual(
        entries,
        expected.map(({ host, port, services, stream, time }) => ({
          timeS: time,
          stream,
          services: BigInt(services as number),
          host,
          port,
        })),
      );
      assert.equal(toHex(encodeAddr(entries)), vector['payload']);
    });
  }

  for (const vector of vectorsOfType('addr-entry')) {
    it(`decodes and encodes ${vector.name}`, () => {
      const copies = vector['copies'] as number;
      const payload = fromHex(
        `${vector['count_varint'] as string}${(vector['entry'] as string).repeat(copies)}`,
      );
      assert.equal(payload.length, vector['payload_length']);
      const entries = decodeAddr(payload);
      assert.equal(entries.length, copies);
      assert.deepEqual(entries.at(-1), {
        timeS: vector['time'],
        stream: vector['stream'],
        services: BigInt(vector['services'] as number),
        host: vector['host'],
        port: vector['port'],
      });
      assert.deepEqual(encodeAddr(entries), payload);
    });
  }

  const entry = { timeS: 1_795_197_000, stream: 1, services: 1n, host: '203.0.113.7', port: 8444 };

  it('keeps every value, refuses every cut and survives anything', () => {
    checkRoundTrip(
      fc.array(record({ timeS: fc.maxSafeNat(), stream: fc.nat(), services: u64, host, port })),
      encodeAddr,
      decodeAddr,
    );
    checkTruncations(encodeAddr([entry, entry]), decodeAddr, WireError);
    checkRandomBytes(decodeAddr, WireError);
  });

  it('has at most 1,000 entries', () => {
    const full = encodeAddr(Array(1_000).fill(entry));
    assert.equal(decodeAddr(full).length, 1_000);
    assert.throws(() => encodeAddr(Array(1_001).fill(entry)), RangeError);
    const tooMany = concatBytes(encodeVarint(1_001), full.subarray(3), full.subarray(3, 41));
    assert.throws(() => decodeAddr(tooMany), { code: 'excessive-data' });
  });
});

describe('inventory vectors', () => {
  const decode = (bytes: Uint8Array): Uint8Array[] => decodeInventoryVectors(bytes).hashes;

  it('keep every hash and survive anything', () => {
    checkRoundTrip(fc.array(hash, { minLength: 1 }), encodeInventoryVectors, decode);
    checkRandomBytes(decodeInventoryVectors, WireError);
  });

  it('that are fewer than announced are used, and flagged', () => {
    const payload = encodeInventoryVectors([new Uint8Array(32).fill(1), new Uint8Array(32)]);
    for (let length = 1; length < payload.length; length++) {
      const { hashes, fault } = decodeInventoryVectors(payload.slice(0, length));
      assert.equal(hashes.length, Math.floor((length - 1) / 32));
      assert.ok(fault);
    }
    assert.throws(() => decodeInventoryVectors(new Uint8Array(0)), { code: 'insufficient-data' });
    assert.equal(decodeInventoryVectors(payload).fault, false);
  });

  it('may be none when received, never when sent; bytes behind the list are ignored', () => {
    for (const hex of ['00', '00abcd']) {
      const { hashes, fault } = decodeInventoryVectors(fromHex(hex));
      assert.deepEqual([hashes, fault], [[], false]);
    }
    assert.throws(() => encodeInventoryVectors([]), RangeError);
    assert.throws(() => encodeInventoryVectors([new Uint8Array(31)]), RangeError);
  });

  it('are at most 50,000', () => {
    const payload = (count: number): Uint8Array =>
      new Writer()
        .varint(count)
        .bytes(new Uint8Array(32 * count))
        .finish();
    assert.equal(decode(payload(50_000)).length, 50_000);
    assert.throws(() => decode(payload(50_001)), { code: 'excessive-data' });
    const empty = new Uint8Array(32);
    assert.equal(encodeInventoryVectors(Array(50_000).fill(empty)).length, 1_600_003);
    assert.throws(() => encodeInventoryVectors(Array(50_001).fill(empty)), RangeError);
  });
});

describe('error', () => {
  for (const vector of vectorsOfType('error')) {
    it(`decodes and encodes ${vector.name}`, () => {
      const error = decodeError(fromHex(vector['payload'] as string));
      assert.deepEqual(error, {
        fatal: vector['fatal'],
        banTimeS: vector['ban_time'],
        inventoryVector: fromHex(vector['inventory_vector'] as string),
        text: vector['text'],
      });
      assert.equal(toHex(encodeError(error)), vector['payload']);
    });
  }

  it('keeps every value, refuses every cut and survives anything', () => {
    const inventoryVector = fc.oneof(hash, fc.constant(new Uint8Array(0)));
    checkRoundTrip(
      record({ fatal: fc.nat(), banTimeS: fc.maxSafeNat(), inventoryVector, text: printable }),
      encodeError,
      decodeError,
    );
    const sample = { fatal: 2, banTimeS: 300, inventoryVector: new Uint8Array(32), text: 'full' };
    checkTruncations(encodeError(sample), decodeError, WireError);
    checkRandomBytes(decodeError, WireError);
  });

  it('has its text cut to 1,000 characters', () => {
    const error = { fatal: 0, banTimeS: 0, inventoryVector: utf8(''), text: 'x'.repeat(100_000) };
    assert.equal(decodeError(encodeError(error)).text, 'x'.repeat(1_000));
  });
});
