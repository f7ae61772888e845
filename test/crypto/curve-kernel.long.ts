import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { TrialKernel } from '../../src/crypto/curve-kernel.js';
import { publicKeyOf, randomPrivateKey } from '../../src/crypto/curve.js';
import { loadCurveKernel, loadTrialFour } from '../../src/node/curve-kernel-file.js';
import { toHex } from '../../src/util/bytes.js';

const POINTS = 121;
const KEYS = 850;
/** Of each point's keys, so many are also tried with the independent implementation. */
const CHECKED_TWICE = 25;

test('100,000 random pairs as node:crypto and an independent implementation have them', () => {
  const kernel = new TrialKernel(loadCurveKernel());
  const four = loadTrialFour();
  const keys = Array.from({ length: KEYS }, randomPrivateKey);
  const prepared = kernel.prepareKeys(keys);
  const pairs = keys.map((key) => {
    const ecdh = createECDH('secp256k1');
    ecdh.setPrivateKey(key);
    return { ecdh, scalar: BigInt(`0x${toHex(key)}`) };
  });
  let compared = 0;
  for (let round = 0; round < POINTS; round++) {
    const publicKey = publicKeyOf(randomPrivateKey());
    const point = secp256k1.Point.fromBytes(publicKey);
    const width = round % 11 === 0 ? 0 : 1 + (round % 11);
    const made = (kernel.sharedXs(publicKey, prepared, width) ?? []).map((x) => toHex(x));
    assert.equal(made.length, KEYS);
    const others = [1, 2, 3].map(() => publicKeyOf(randomPrivateKey()));
    others.splice(round % 4, 0, publicKey);
    const lanes = four.sharedXs(others, prepared, 2 + (round % 9));
    assert.deepEqual(
      lanes?.[round % 4]?.map((x) => toHex(x)),
      made,
    );
    for (const [i, { ecdh, scalar }] of pairs.entries()) {
      compared++;
      assert.equal(made[i], ecdh.computeSecret(publicKey).toString('hex'));
      if ((i + round) % Math.floor(KEYS / CHECKED_TWICE) > 0) continue;
      assert.equal(made[i], point.multiply(scalar).x.toString(16).padStart(64, '0'));
    }
  }
  assert.ok(compared > 100_000);
});
