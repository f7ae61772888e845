import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ripemd160 as portableRipemd160 } from '@noble/hashes/legacy.js';
import { fc } from '../support/properties.js';
import {
  doubleSha256,
  doubleSha512,
  hmacSha256,
  ripemd160,
  sha256,
  sha3_256,
  sha512,
} from '../../src/crypto/hashes.js';
import { NO_BYTES, toHex, utf8 } from '../../src/util/bytes.js';
import { bytesOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType } from '../support/vectors.js';

for (const vector of vectorsOfType('hash')) {
  test(`hashes of ${vector.name}`, () => {
    const input = bytesOf(vector, 'input');
    assert.equal(toHex(sha512(input)), textOf(vector, 'sha512'));
    assert.equal(toHex(doubleSha512(input)), textOf(vector, 'double_sha512'));
    assert.equal(toHex(doubleSha512(input).subarray(0, 32)), textOf(vector, 'inventory_hash'));
    assert.equal(toHex(ripemd160(sha512(input))), textOf(vector, 'ripemd160_of_sha512'));
  });
}

test('published values of the other hashes', () => {
  // FIPS 180-2, FIPS 202 and RFC 4231 test case 2.
  const abc = utf8('abc');
  const sha256OfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(toHex(sha256(abc)), sha256OfAbc);
  assert.deepEqual(doubleSha256(abc), sha256(sha256(abc)));
  assert.equal(
    toHex(sha3_256(NO_BYTES)),
    'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
  );
  assert.equal(
    toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?'))),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('RIPEMD-160 is the same by either implementation', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      assert.deepEqual(ripemd160(data), portableRipemd160(data));
    }),
  );
});

test('results are plain Uint8Arrays with memory of their own', () => {
  for (const result of [sha256(NO_BYTES), sha512(NO_BYTES), hmacSha256(NO_BYTES, NO_BYTES)]) {
    assert.equal(Object.getPrototypeOf(result), Uint8Array.prototype);
    assert.equal(result.buffer.byteLength, result.length);
  }
});
