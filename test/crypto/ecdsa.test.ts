import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha1 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { publicKeyOf, randomPrivateKey } from '../../src/crypto/curve.js';
import { signMessage, verifySignature } from '../../src/crypto/ecdsa.js';
import { CryptoError } from '../../src/crypto/errors.js';
import { sha256 } from '../../src/crypto/hashes.js';
import { concatBytes, NO_BYTES, utf8 } from '../../src/util/bytes.js';
import { bytesOf } from '../support/vector-bytes.js';
import { vectorsOfType } from '../support/vectors.js';

const key = randomPrivateKey();
const publicKey = publicKeyOf(key);

for (const vector of vectorsOfType('signature')) {
  test(`accepts ${vector.name}`, () => {
    const [signer, message] = [bytesOf(vector, 'pubkey'), bytesOf(vector, 'msg')];
    assert.ok(verifySignature(signer, message, bytesOf(vector, 'sig')));
  });
}

for (const vector of vectorsOfType('signature-invalid')) {
  test(`refuses ${vector.name}`, () => {
    const [signer, message] = [bytesOf(vector, 'pubkey'), bytesOf(vector, 'msg')];
    assert.equal(verifySignature(signer, message, bytesOf(vector, 'sig')), false);
  });
}

test('signs what it and an independent implementation verify, with either digest', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom('sha256', 'sha1'), (message, digest) => {
      const signature = signMessage(key, message, digest);
      assert.ok(verifySignature(publicKey, message, signature));
      const hashed = digest === 'sha1' ? sha1(message) : sha256(message);
      const options = { prehash: false, lowS: false, format: 'der' } as const;
      assert.ok(secp256k1.verify(signature, hashed, publicKey, options));
    }),
    { numRuns: 20 },
  );
});

test('signs with SHA-256 unless told otherwise', () => {
  const message = utf8('message');
  const options = { prehash: false, lowS: false, format: 'der' } as const;
  assert.ok(secp256k1.verify(signMessage(key, message), sha256(message), publicKey, options));
});

test('refuses another message, another key, and what is no key', () => {
  const message = utf8('message');
  const signature = signMessage(key, message);
  assert.equal(verifySignature(publicKey, utf8('another'), signature), false);
  assert.equal(verifySignature(publicKeyOf(randomPrivateKey()), message, signature), false);
  assert.equal(verifySignature(new Uint8Array(65), message, signature), false);
  assert.equal(verifySignature(publicKey.subarray(1), message, signature), false);
  assert.throws(
    () => signMessage(new Uint8Array(32), message),
    (error) => error instanceof CryptoError && error.code === 'private-key',
  );
});

test('every truncation, every flipped bit and every trailing byte is refused', () => {
  const message = utf8('message');
  const signature = signMessage(key, message);
  for (let length = 0; length < signature.length; length++) {
    assert.equal(verifySignature(publicKey, message, signature.subarray(0, length)), false);
    const damaged = signature.slice();
    damaged[length] = (damaged[length] ?? 0) ^ 1;
    assert.equal(verifySignature(publicKey, message, damaged), false);
  }
  const longer = concatBytes(signature, Uint8Array.of(0));
  assert.equal(verifySignature(publicKey, message, longer), false);
});

test('random bytes are no signature, and never throw', () => {
  const derLike = fc
    .tuple(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }))
    .map(([r, s]) => {
      const integers = concatBytes(Uint8Array.of(2, r.length), r, Uint8Array.of(2, s.length), s);
      return concatBytes(Uint8Array.of(0x30, integers.length), integers);
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), derLike), (signature) => {
      assert.equal(verifySignature(publicKey, NO_BYTES, signature), false);
    }),
    { numRuns: 300 },
  );
});
