import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { publicKeyOf, randomPrivateKey } from '../../src/crypto/curve.js';
import { loadSigningKernel } from '../../src/node/signing-kernel-file.js';
import { toHex } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';

const PAIRS = 100_000;

test('100,000 random keys and hashes are signed as an independent implementation signs', () => {
  const kernel = loadSigningKernel();
  const options = { prehash: false, lowS: true, format: 'compact' } as const;
  for (let i = 0; i < PAIRS; i++) {
    const [key, hash] = [randomPrivateKey(), randomBytes(32)];
    const made = toHex(kernel.sign(key, hash) ?? new Uint8Array());
    assert.equal(made, toHex(secp256k1.sign(hash, key, options)));
    assert.deepEqual(kernel.publicKey(key), publicKeyOf(key));
  }
});
