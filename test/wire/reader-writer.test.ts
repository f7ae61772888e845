import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { WireError } from '../../src/wire/errors.js';
import { Reader } from '../../src/wire/reader.js';
import { encodeVarint, Writer } from '../../src/wire/writer.js';
import { bytesOf, checkRandomBytes, checkRoundTrip, checkTruncations } from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

const readVarint = (bytes: Uint8Array): bigint => new Reader(bytes).varintBig();

describe('varint', () => {
  for (const { name, hex, value } of vectorsOfType('varint')) {
    it(`encodes and decodes ${name}`, () => {
      const big = BigInt(value as string);
      assert.equal(toHex(encodeVarint(big)), hex);
      assert.equal(readVarint(fromHex(hex as string)), big);
      if (big <= 0xffff_ffff) assert.equal(toHex(encodeVarint(Number(big))), hex);
    });
  }

  for (const { name, hex, reason } of vectorsOfType('varint-invalid')) {
    it(`refuses ${name}: ${reason as string}`, () => {
      assert.throws(
        () => readVarint(fromHex(hex as string)),
        (error) => error instanceof WireError && error.code === 'protocol',
      );
    });
  }

  it('is an error when nothing is there (PyBitmessage: 0)', () => {
    assert.throws(() => readVarint(new Uint8Array(0)), { code: 'insufficient-data' });
  });

  it('keeps every value, refuses every cut and survives anything', () => {
    checkRoundTrip(fc.bigInt(0n, 2n ** 64n - 1n), encodeVarint, readVarint);
    checkTruncations(encodeVarint(2n ** 64n - 1n), readVarint, WireError);
    checkRandomBytes(readVarint, WireError, 12);
  });

  it('has one form only: what is read is what would be written', () => {
    fc.assert(
      fc.property(bytesOf({ minLength: 1, maxLength: 9 }), (bytes) => {
        const reader = new Reader(bytes);
        let value: bigint;
        try {
          value = reader.varintBig();
        } catch {
          return;
        }
        assert.deepEqual(encodeVarint(value), bytes.slice(0, reader.offset));
      }),
    );
  });

  it('as a number ends at 2^53 - 1', () => {
    const varint = (value: bigint): number => new Reader(encodeVarint(value)).varint();
    assert.equal(varint(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER);
    assert.throws(() => varint(2n ** 53n), { code: 'excessive-data' });
  });
});

describe('Reader', () => {
  it('reads what Writer wrote', () => {
    const written = new Writer()
      .u8(0xab)
      .u16(0xfffe)
      .u32(0xdeadbeef)
      .u64(2n ** 64n - 1n)
      .varBytes(fromHex('010203'))
      .bytes(fromHex('0405'))
      .finish();
    const reader = new Reader(written);
    assert.equal(reader.u8(), 0xab);
    assert.equal(reader.u16(), 0xfffe);
    assert.equal(reader.u32(), 0xdeadbeef);
    assert.equal(reader.u64(), 2n ** 64n - 1n);
    assert.equal(toHex(reader.varBytes(3)), '010203');
    assert.throws(() => reader.end(), { code: 'excessive-data' });
    assert.equal(toHex(reader.rest()), '0405');
    reader.end();
    assert.throws(() => reader.u8(), { code: 'insufficient-data' });
  });

  it('hands out copies', () => {
    const source = fromHex('0102');
    const copy = new Reader(source).bytes(2);
    source[0] = 9;
    assert.equal(toHex(copy), '0102');
  });

  it('reads behind an offset, also within a larger buffer', () => {
    const view = fromHex('ff00010203').subarray(1);
    const reader = new Reader(view, 1);
    assert.equal(reader.remaining, 3);
    assert.equal(reader.u8(), 1);
    assert.equal(reader.offset, 2);
  });

  it('refuses strings above their limit and lists that cannot be there', () => {
    const reader = (hex: string): Reader => new Reader(fromHex(hex));
    assert.throws(() => reader('03616263').varBytes(2), { code: 'excessive-data' });
    assert.throws(() => reader('fe7fffffff').varBytes(1e12), { code: 'insufficient-data' });
    assert.throws(() => reader('0a00').count(9, 1), { code: 'excessive-data' });
    assert.throws(() => reader('020000').count(9, 2), { code: 'insufficient-data' });
    assert.equal(reader('020000').count(9, 1), 2);
    assert.equal(reader('0561ff62e282').varString(9), 'a\ufffdb\ufffd');
  });

  it('makes times above 2^53 the largest safe number', () => {
    assert.equal(new Reader(fromHex('ffffffffffffffff')).u64Clamped(), Number.MAX_SAFE_INTEGER);
  });
});

describe('Writer', () => {
  it('refuses numbers that do not fit', () => {
    for (const write of [
      (writer: Writer) => writer.u8(256),
      (writer: Writer) => writer.u16(-1),
      (writer: Writer) => writer.u32(2 ** 32),
      (writer: Writer) => writer.u32(1.5),
      (writer: Writer) => writer.u64(2n ** 64n),
      (writer: Writer) => writer.varint(-1),
    ]) {
      assert.throws(() => write(new Writer()), RangeError);
    }
  });
});
