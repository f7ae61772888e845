import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { encodeBase58 } from '../../src/crypto/base58.js';
import { CryptoError, type CryptoErrorCode } from '../../src/crypto/errors.js';
import { doubleSha256 } from '../../src/crypto/hashes.js';
import { decodeWif, encodeWif } from '../../src/crypto/wif.js';
import { concatBytes } from '../../src/util/bytes.js';
import { bytesOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType } from '../support/vectors.js';

for (const vector of vectorsOfType('wif')) {
  test(`both ways: ${vector.name}`, () => {
    assert.equal(encodeWif(bytesOf(vector, 'priv')), textOf(vector, 'wif'));
    assert.deepEqual(decodeWif(textOf(vector, 'wif')), bytesOf(vector, 'priv'));
  });
}

for (const vector of vectorsOfType('identity')) {
  test(`keys of ${vector.name}`, () => {
    for (const field of ['privsigningkey', 'privencryptionkey']) {
      assert.equal(encodeWif(bytesOf(vector, field)), textOf(vector, `${field}_wif`));
    }
  });
}

test('round trip', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const text = encodeWif(key);
      assert.equal(text.length, 51);
      assert.deepEqual(decodeWif(` ${text}\n`), key);
    }),
  );
});

function wifOf(...payload: number[]): string {
  const bytes = Uint8Array.from(payload);
  return encodeBase58(concatBytes(bytes, doubleSha256(bytes).subarray(0, 4)));
}

function assertRefused(text: string, code: CryptoErrorCode): void {
  assert.throws(
    () => decodeWif(text),
    (error) => error instanceof CryptoError && error.code === code,
  );
}

test('short keys of old files get their leading zeros back', () => {
  const expected = new Uint8Array(32);
  expected.set([7, 8], 30);
  assert.deepEqual(decodeWif(wifOf(0x80, 7, 8)), expected);
});

test('what is refused, and why', () => {
  const good = encodeWif(new Uint8Array(32).fill(1));
  for (const bad of ['', '1', 'hello', '5', good.slice(1), good.replace('5', '0'), `${good}2`]) {
    assertRefused(bad, 'wif-checksum');
  }
  assertRefused(wifOf(0x81, ...new Uint8Array(32)), 'wif-prefix');
  assertRefused(wifOf(0x80), 'wif-length');
  assertRefused(wifOf(0x80, ...new Uint8Array(32), 1), 'wif-length');
  assert.throws(() => encodeWif(new Uint8Array(31)), RangeError);
});

test('no text throws anything else', () => {
  fc.assert(fc.property(fc.string(), (text) => assertRefused(text, 'wif-checksum')));
});
