import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { fc } from '../support/properties.js';
import { publicKeyOf, randomPrivateKey } from '../../src/crypto/curve.js';
import { signMessage, verifyByOpenSsl, verifySignature } from '../../src/crypto/ecdsa.js';
import { CryptoError } from '../../src/crypto/errors.js';
import { sha256 } from '../../src/crypto/hashes.js';
import { decodeSignature, encodeSignature } from '../../src/crypto/signature-der.js';
import { concatBytes, fromHex, NO_BYTES, toHex, utf8 } from '../../src/util/bytes.js';
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

const ORDER = secp256k1.Point.Fn.ORDER;

function negatedS(signature: Uint8Array): Uint8Array {
  const raw = decodeSignature(signature);
  assert.ok(raw);
  const s = ORDER - BigInt(`0x${toHex(raw.subarray(32))}`);
  raw.set(fromHex(s.toString(16).padStart(64, '0')), 32);
  return encodeSignature(raw);
}

/** OpenSSL's own signature: any s. */
function signByOpenSsl(message: Uint8Array, digest: 'sha256' | 'sha1'): Uint8Array {
  const [x, y, d] = [publicKey.subarray(1, 33), publicKey.subarray(33), key].map((bytes) =>
    Buffer.from(bytes).toString('base64url'),
  );
  assert.ok(x !== undefined && y !== undefined && d !== undefined);
  const jwk = { kty: 'EC', crv: 'secp256k1', x, y, d };
  return new Uint8Array(sign(digest, message, createPrivateKey({ key: jwk, format: 'jwk' })));
}

const messages = fc.uint8Array({ maxLength: 200 });
const digests = fc.constantFrom('sha256' as const, 'sha1' as const);

test('OpenSSL and this program accept what either signs, with either s', () => {
  fc.assert(
    fc.property(messages, digests, (message, digest) => {
      for (const signature of [signMessage(key, message, digest), signByOpenSsl(message, digest)]) {
        for (const one of [signature, negatedS(signature)]) {
          assert.ok(verifySignature(publicKey, message, one));
          assert.ok(verifyByOpenSsl(publicKey, message, one));
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('OpenSSL and this program agree on mutated and malformed signatures', () => {
  const numbers = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    fc.constantFrom(0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, 2n ** 256n - 1n, 1n << 255n),
  );
  const wellFormed = fc.tuple(numbers, numbers).map(([r, s]) => {
    const hex = [r, s].map((n) => n.toString(16).padStart(64, '0')).join('');
    return encodeSignature(fromHex(hex));
  });
  const edits = fc.array(
    fc.record({
      at: fc.nat({ max: 75 }),
      remove: fc.nat({ max: 2 }),
      put: fc.uint8Array({ maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const mutated = fc.tuple(fc.boolean(), edits).map(([isNegated, all]) => {
    const good = signMessage(key, NO_BYTES);
    let bytes = isNegated ? negatedS(good) : good;
    for (const { at, remove, put } of all) {
      bytes = concatBytes(bytes.subarray(0, at), put, bytes.subarray(at + remove));
    }
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(mutated, wellFormed, fc.uint8Array({ maxLength: 80 })), (signature) => {
      const expected = verifyByOpenSsl(publicKey, NO_BYTES, signature);
      assert.equal(verifySignature(publicKey, NO_BYTES, signature), expected);
    }),
    { numRuns: 1500 },
  );
});

test('other encodings of a good signature are judged as OpenSSL judges', () => {
  const message = utf8('message');
  const good = signMessage(key, message);
  const [tag = 0, length = 0] = good;
  const body = good.subarray(2);
  const rLength = good[3] ?? 0;
  const r = good.subarray(4, 4 + rLength);
  const rest = good.subarray(4 + rLength);
  const padded = concatBytes(Uint8Array.of(2, rLength + 1, 0), r, rest);
  const variants = [
    concatBytes(Uint8Array.of(tag, 0x81, length), body),
    concatBytes(Uint8Array.of(tag, 0x80), body, Uint8Array.of(0, 0)),
    concatBytes(Uint8Array.of(tag, padded.length), padded),
    concatBytes(Uint8Array.of(0x31, length), body),
    concatBytes(good, Uint8Array.of(0)),
    concatBytes(Uint8Array.of(tag, length + 2), body, Uint8Array.of(5, 0)),
    decodeSignature(good) ?? NO_BYTES,
  ];
  for (const variant of variants) {
    const expected = verifyByOpenSsl(publicKey, message, variant);
    assert.equal(verifySignature(publicKey, message, variant), expected, toHex(variant));
  }
});

test('a signature goes through its encoding unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (raw) => {
      raw.fill(0, 0, (raw[63] ?? 0) % 34);
      assert.deepEqual(decodeSignature(encodeSignature(raw)), raw);
    }),
  );
});
