import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValidPrivateKey, publicKeyOf } from '../../src/crypto/curve.js';
import {
  createRandomKeys,
  deterministicKey,
  deterministicKeys,
  ripeOf,
  type DeterministicKeys,
} from '../../src/crypto/keys.js';
import { sha512 } from '../../src/crypto/hashes.js';
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from '../../src/util/bytes.js';
import { bytesOf, numberOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType, type Vector } from '../support/vectors.js';

for (const vector of [...vectorsOfType('keypair'), ...vectorsOfType('identity')]) {
  test(`ripe of ${vector.name}`, () => {
    const ripe = ripeOf(bytesOf(vector, 'pubsigningkey'), bytesOf(vector, 'pubencryptionkey'));
    assert.equal(toHex(ripe), textOf(vector, 'ripe'));
    for (const use of ['signing', 'encryption']) {
      const made = publicKeyOf(bytesOf(vector, `priv${use}key`));
      assert.equal(toHex(made), textOf(vector, `pub${use}key`));
    }
  });
}

for (const vector of vectorsOfType('identity')) {
  test(`${vector.name} from its passphrase`, () => {
    const [keys] = take(utf8(textOf(vector, 'passphrase')), 1, 1);
    assertKeys(keys, vector);
  });
}

for (const vector of vectorsOfType('deterministic')) {
  test(`keys of ${vector.name}`, () => {
    const index = numberOf(vector, 'index', 0);
    const passphrase = bytesOf(vector, 'passphrase_utf8_hex');
    const keys = take(passphrase, numberOf(vector, 'leading_zero_bytes'), index + 1)[index];
    assertKeys(keys, vector);
    assert.equal(keys?.signingNonce, numberOf(vector, 'signing_nonce'));
    assert.equal(keys.encryptionNonce, numberOf(vector, 'encryption_nonce'));
  });
  test(`keys of ${vector.name} by their numbers`, () => {
    const passphrase = bytesOf(vector, 'passphrase_utf8_hex');
    for (const use of ['signing', 'encryption']) {
      const key = deterministicKey(passphrase, numberOf(vector, `${use}_nonce`));
      assert.equal(toHex(key), textOf(vector, `priv${use}key`));
    }
  });
}

function take(
  passphrase: Uint8Array,
  leadingZeroBytes: number,
  count: number,
): DeterministicKeys[] {
  const found: DeterministicKeys[] = [];
  for (const keys of deterministicKeys(passphrase, { leadingZeroBytes })) {
    found.push(keys);
    if (found.length === count) break;
  }
  return found;
}

function assertKeys(keys: DeterministicKeys | undefined, vector: Vector): void {
  assert.ok(keys);
  assert.equal(toHex(keys.signingKey), textOf(vector, 'privsigningkey'));
  assert.equal(toHex(keys.encryptionKey), textOf(vector, 'privencryptionkey'));
  assert.equal(toHex(keys.ripe), textOf(vector, 'ripe'));
}

test('the nonce is a varint', () => {
  const passphrase = utf8('p');
  for (const [nonce, varint] of [
    [0, '00'],
    [252, 'fc'],
    [253, 'fd00fd'],
    [65535, 'fdffff'],
    [65536, 'fe00010000'],
  ] as const) {
    const expected = sha512(concatBytes(passphrase, fromHex(varint))).slice(0, 32);
    assert.deepEqual(deterministicKey(passphrase, nonce), expected);
  }
});

test('without a condition every pair counts', () => {
  const nonces = take(utf8('p'), 0, 3).map((keys) => [keys.signingNonce, keys.encryptionNonce]);
  assert.deepEqual(nonces, [
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
});

test('random keys are valid, fit their ripe and its condition, and differ', () => {
  for (const leadingZeroBytes of [0, 1]) {
    const [first, second] = [
      createRandomKeys({ leadingZeroBytes }),
      createRandomKeys({ leadingZeroBytes }),
    ];
    for (const keys of [first, second]) {
      assert.ok(isValidPrivateKey(keys.signingKey) && isValidPrivateKey(keys.encryptionKey));
      const publicKeys = [publicKeyOf(keys.signingKey), publicKeyOf(keys.encryptionKey)] as const;
      assert.deepEqual(keys.ripe, ripeOf(...publicKeys));
      assert.ok(keys.ripe.subarray(0, leadingZeroBytes).every((byte) => byte === 0));
    }
    assert.equal(equalBytes(first.signingKey, second.signingKey), false);
    assert.equal(equalBytes(first.encryptionKey, second.encryptionKey), false);
  }
});
