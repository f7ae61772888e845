import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { decodeBase58, encodeBase58 } from '../../src/crypto/base58.js';

const number = (bytes: Uint8Array): bigint =>
  bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);

test('the number survives, leading zero bytes do not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const decoded = decodeBase58(encodeBase58(bytes));
      assert.ok(decoded);
      assert.equal(number(decoded), number(bytes));
      assert.notEqual(decoded[0], 0);
    }),
  );
});

test('zero is 1 and has no bytes', () => {
  assert.equal(encodeBase58(new Uint8Array(0)), '1');
  assert.equal(encodeBase58(new Uint8Array(3)), '1');
  for (const text of ['', '1', '1111']) assert.deepEqual(decodeBase58(text), new Uint8Array(0));
  assert.deepEqual(decodeBase58('112'), Uint8Array.of(1));
  assert.equal(encodeBase58(Uint8Array.of(0, 0, 57, 255)), encodeBase58(Uint8Array.of(57, 255)));
});

test('the digits are those of Bitcoin', () => {
  const digits = Array.from({ length: 58 }, (_, i) => encodeBase58(Uint8Array.of(i)));
  assert.equal(digits.join(''), '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz');
});

test('foreign characters and endless texts are refused', () => {
  for (const text of ['0', 'O', 'I', 'l', 'a b', ' a', 'ä', '2-', 'a'.repeat(1025)]) {
    assert.equal(decodeBase58(text), undefined);
  }
  fc.assert(fc.property(fc.string(), (text) => void decodeBase58(text)));
});
