import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { fc } from '../support/properties.js';
import {
  isValidPrivateKey,
  isValidPublicKey,
  parsePublicKey,
  publicKeyOf,
  randomPrivateKey,
  sharedX,
  sharedXWith,
} from '../../src/crypto/curve.js';
import { CryptoError } from '../../src/crypto/errors.js';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { bytesOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType } from '../support/vectors.js';

const ORDER = secp256k1.Point.Fn.ORDER;
const PRIME = secp256k1.Point.Fp.ORDER;
const BASE = secp256k1.Point.BASE;

const privateKeys = fc.bigInt({ min: 1n, max: ORDER - 1n }).map(bytes32);

function bytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}

function publicKey(x: bigint, y: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(4), bytes32(x), bytes32(y));
}

const isPrivateKeyError = (error: unknown): boolean =>
  error instanceof CryptoError && error.code === 'private-key';

for (const vector of vectorsOfType('privtopub')) {
  test(`public key of ${vector.name}`, () => {
    assert.equal(toHex(publicKeyOf(bytesOf(vector, 'priv'))), textOf(vector, 'pub'));
  });
}

for (const vector of vectorsOfType('ecmul')) {
  test(`base point times the factor of ${vector.name}`, () => {
    const made = publicKeyOf(bytes32(BigInt(textOf(vector, 'factor'))));
    const expected = publicKey(BigInt(textOf(vector, 'x')), BigInt(textOf(vector, 'y')));
    assert.deepEqual(made, expected);
  });
}

for (const vector of vectorsOfType('keypair')) {
  test(`public keys of ${vector.name}`, () => {
    for (const name of ['signingkey', 'encryptionkey']) {
      const made = publicKeyOf(bytesOf(vector, `priv${name}`));
      assert.equal(toHex(made), textOf(vector, `pub${name}`));
      assert.ok(isValidPublicKey(made));
    }
  });
}

test('agrees with an independent implementation on random keys', () => {
  fc.assert(
    fc.property(privateKeys, privateKeys, (mine, theirs) => {
      const theirPublic = publicKeyOf(theirs);
      assert.deepEqual(theirPublic, secp256k1.getPublicKey(theirs, false));
      const point = secp256k1.Point.fromBytes(theirPublic).multiply(BigInt(`0x${toHex(mine)}`));
      assert.deepEqual(sharedX(mine, theirPublic), bytes32(point.x));
      assert.deepEqual(sharedX(mine, theirPublic), sharedX(theirs, publicKeyOf(mine)));
    }),
    { numRuns: 60 },
  );
});

test('the range of private keys', () => {
  const base = publicKeyOf(bytes32(1n));
  for (const bad of [0n, ORDER, ORDER + 1n, 2n ** 256n - 1n].map(bytes32)) {
    assert.equal(isValidPrivateKey(bad), false);
    assert.throws(() => publicKeyOf(bad), isPrivateKeyError);
    assert.throws(() => sharedX(bad, base), isPrivateKeyError);
  }
  for (const length of [0, 31, 33]) {
    const bad = new Uint8Array(length).fill(1);
    assert.equal(isValidPrivateKey(bad), false);
    assert.throws(() => publicKeyOf(bad), isPrivateKeyError);
    assert.throws(() => sharedX(bad, base), isPrivateKeyError);
  }
  for (const good of [1n, 2n, ORDER - 1n].map(bytes32)) {
    assert.ok(isValidPrivateKey(good));
    assert.deepEqual(publicKeyOf(good), secp256k1.getPublicKey(good, false));
    assert.deepEqual(sharedX(good, base), publicKeyOf(good).slice(1, 33));
  }
});

test('public keys that are no points are refused', () => {
  const { x, y } = BASE;
  const good = publicKey(x, y);
  assert.ok(isValidPublicKey(good));
  // A point whose X fits below 2^256 - p, so that X + p is the same coordinate in 32 bytes.
  const smallX = Array.from({ length: 20 }, (_, i) => BigInt(i + 1)).find(hasPoint);
  assert.ok(smallX !== undefined);
  const small = secp256k1.Point.fromHex(`02${toHex(bytes32(smallX))}`);
  assert.ok(isValidPublicKey(publicKey(small.x, small.y)));
  const bad = [
    publicKey(x, y + 1n),
    publicKey(0n, 0n),
    publicKey(PRIME, y),
    publicKey(2n ** 256n - 1n, 2n ** 256n - 1n),
    publicKey(small.x + PRIME, small.y),
    good.slice(0, 64),
    good.slice(1),
    concatBytes(good, Uint8Array.of(0)),
    new Uint8Array(0),
    new Uint8Array(65),
    secp256k1.getPublicKey(bytes32(1n), true),
    ...[0, 2, 3, 5, 6, 7].map((prefix) => concatBytes(Uint8Array.of(prefix), good.slice(1))),
  ];
  const key = randomPrivateKey();
  for (const candidate of bad) {
    assert.equal(isValidPublicKey(candidate), false, toHex(candidate));
    assert.equal(parsePublicKey(candidate), undefined);
    assert.equal(sharedX(key, candidate), undefined);
  }
});

function hasPoint(x: bigint): boolean {
  return secp256k1.utils.isValidPublicKey(fromHex(`02${toHex(bytes32(x))}`), true);
}

test('a random 64-byte string is a key exactly when it is on the curve', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 65, maxLength: 65 }), (candidate) => {
      assert.equal(isValidPublicKey(candidate), secp256k1.utils.isValidPublicKey(candidate, false));
    }),
  );
});

test('a parsed point can be used for many keys', () => {
  const theirs = publicKeyOf(randomPrivateKey());
  const point = parsePublicKey(theirs);
  assert.ok(point);
  for (const key of [randomPrivateKey(), randomPrivateKey(), bytes32(1n)]) {
    assert.deepEqual(sharedXWith(key, point), sharedX(key, theirs));
  }
  assert.throws(() => sharedXWith(bytes32(0n), point), isPrivateKeyError);
});

test('arguments are left as they were', () => {
  const key = randomPrivateKey();
  const theirs = publicKeyOf(key);
  const [keyBefore, theirsBefore] = [key.slice(), theirs.slice()];
  sharedX(key, theirs);
  assert.deepEqual([key, theirs], [keyBefore, theirsBefore]);
});
