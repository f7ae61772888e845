import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { digitWidth, TrialKernel, type PreparedKeys } from '../../src/crypto/curve-kernel.js';
import { publicKeyOf, randomPrivateKey, sharedX } from '../../src/crypto/curve.js';
import { eciesLastBlocks, encryptEcies, parseEcies } from '../../src/crypto/ecies.js';
import { loadCurveKernel } from '../../src/node/curve-kernel-file.js';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { collidingKey } from '../support/colliding-keys.js';

const kernel = new TrialKernel(loadCurveKernel());
const ORDER = secp256k1.Point.Fn.ORDER;
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
/** No table, and every width there is one for. */
const WIDTHS = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

function bytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}

function randomKeys(count: number): Uint8Array[] {
  return Array.from({ length: count }, randomPrivateKey);
}

function hexOf(shared: readonly Uint8Array[] | undefined): string[] {
  return (shared ?? []).map((x) => toHex(x));
}

function expectedX(keys: readonly Uint8Array[], publicKey: Uint8Array): string[] {
  return keys.map((key) => toHex(sharedX(key, publicKey) ?? new Uint8Array()));
}

test('agrees with libsecp256k1 on random keys and points, at every width', () => {
  const keys = randomKeys(300);
  const prepared = kernel.prepareKeys(keys);
  for (const width of WIDTHS) {
    const publicKey = publicKeyOf(randomPrivateKey());
    const made = hexOf(kernel.sharedXs(publicKey, prepared, width));
    assert.deepEqual(made, expectedX(keys, publicKey));
  }
});

test('agrees with node:crypto and an independent implementation', () => {
  const keys = randomKeys(100);
  const prepared = kernel.prepareKeys(keys);
  for (const width of [0, 5, 9]) {
    const publicKey = publicKeyOf(randomPrivateKey());
    const point = secp256k1.Point.fromBytes(publicKey);
    const made = hexOf(kernel.sharedXs(publicKey, prepared, width));
    for (const [i, key] of keys.entries()) {
      const ecdh = createECDH('secp256k1');
      ecdh.setPrivateKey(key);
      assert.equal(made[i], ecdh.computeSecret(publicKey).toString('hex'));
      assert.equal(made[i], toHex(bytes32(point.multiply(BigInt(`0x${toHex(key)}`)).x)));
    }
  }
});

test('keys at the ends of the range, and with few or special digits', () => {
  const powers = [1n, 5n, 31n, 64n, 127n, 128n, 129n, 200n, 255n].map((bits) => 1n << bits);
  const around = [1n, ORDER, LAMBDA, ORDER - LAMBDA, ORDER / 2n, ...powers];
  const values = around.flatMap((value) => [-2n, -1n, 0n, 1n, 2n].map((d) => value + d));
  const halfOnly = [3n, 77n, (1n << 127n) - 1n].map((k2) => (k2 * LAMBDA) % ORDER);
  const keys = [...values, ...halfOnly].filter((k) => k > 0n && k < ORDER).map(bytes32);
  const prepared = kernel.prepareKeys(keys);
  for (const width of WIDTHS) {
    for (const own of [bytes32(1n), bytes32(ORDER - 1n), bytes32(LAMBDA), randomPrivateKey()]) {
      const publicKey = publicKeyOf(own);
      const made = hexOf(kernel.sharedXs(publicKey, prepared, width));
      assert.deepEqual(made, expectedX(keys, publicKey));
    }
  }
});

test('where affine addition meets equal points, the result is still right', () => {
  let collisions = 0;
  const ordinary = randomKeys(5);
  for (const width of WIDTHS.filter((one) => one > 0)) {
    const colliding = collidingKey(width);
    if (!colliding) continue;
    collisions++;
    const prepared = kernel.prepareKeys([...ordinary, bytes32(1n)]);
    const view = new DataView(prepared.bytes.buffer);
    const at = (prepared.bytes.length / prepared.count) * 5;
    for (const [half, value] of colliding.halves.entries()) {
      const size = value < 0n ? -value : value;
      for (let i = 0; i < 4; i++) {
        const word = Number((size >> BigInt(32 * i)) & 0xffff_ffffn);
        view.setUint32(at + 16 * half + 4 * i, word, true);
      }
      view.setInt32(at + 32 + 4 * half, value < 0n ? 1 : 0, true);
    }
    const publicKey = publicKeyOf(randomPrivateKey());
    const expected = expectedX([...ordinary, bytes32(colliding.key)], publicKey);
    assert.deepEqual(hexOf(kernel.sharedXs(publicKey, prepared, width)), expected);
  }
  assert.ok(collisions >= 3, `${collisions} widths have a key that collides`);
});

test('coordinates with leading zeros', () => {
  const wanted = { x: 0, y: 0, shared: 0 };
  const keys = randomKeys(64);
  const prepared = kernel.prepareKeys(keys);
  for (let i = 0; i < 3000 && Math.min(...Object.values(wanted)) < 2; i++) {
    const publicKey = publicKeyOf(randomPrivateKey());
    if (publicKey[1] !== 0 && publicKey[33] !== 0) continue;
    if (publicKey[1] === 0) wanted.x++;
    if (publicKey[33] === 0) wanted.y++;
    const made = kernel.sharedXs(publicKey, prepared) ?? [];
    wanted.shared += made.filter((x) => x[0] === 0).length;
    assert.deepEqual(hexOf(made), expectedX(keys, publicKey));
  }
  assert.ok(Math.min(...Object.values(wanted)) >= 2, JSON.stringify(wanted));
});

test('what is no point gives nothing', () => {
  const prepared = kernel.prepareKeys(randomKeys(3));
  const good = publicKeyOf(randomPrivateKey());
  const prime = bytes32(secp256k1.Point.Fp.ORDER);
  const { x, y } = secp256k1.Point.fromHex(`02${toHex(bytes32(1n))}`);
  const four = Uint8Array.of(4);
  assert.ok(kernel.sharedXs(concatBytes(four, bytes32(x), bytes32(y)), prepared));
  const bad = [
    good.map((byte, i) => (i === 64 ? byte ^ 1 : byte)),
    good.map((byte, i) => (i === 1 ? byte ^ 0x80 : byte)),
    concatBytes(four, new Uint8Array(64)),
    concatBytes(four, new Uint8Array(64).fill(255)),
    concatBytes(four, prime, good.subarray(33)),
    // The same point, with X once more than the prime above it.
    concatBytes(four, bytes32(x + secp256k1.Point.Fp.ORDER), bytes32(y)),
  ];
  for (const width of [0, 4, 8]) {
    for (const publicKey of bad) {
      assert.equal(kernel.sharedXs(publicKey, prepared, width), undefined);
      const target = { publicKey, lastBlocks: new Uint8Array(32) };
      assert.deepEqual(kernel.survivors(target, prepared, width), []);
    }
  }
});

test('the padding lets pass whom it is for, at every length, and few others', () => {
  const keys = randomKeys(400);
  const prepared = kernel.prepareKeys(keys);
  let others = 0;
  for (let length = 0; length < 50; length++) {
    const index = length * 8;
    const key = keys[index] ?? bytes32(1n);
    const parts = parseEcies(encryptEcies(publicKeyOf(key), new Uint8Array(length)));
    assert.ok(parts);
    const target = { publicKey: parts.ephemeralPublicKey, lastBlocks: eciesLastBlocks(parts) };
    const survivors = kernel.survivors(target, prepared);
    const mine = survivors.find((survivor) => survivor.index === index);
    assert.ok(mine);
    assert.deepEqual(mine.sharedX, sharedX(key, parts.ephemeralPublicKey));
    others += survivors.length - 1;
  }
  // 20,000 tries of one in 255: 78 are expected, with a deviation of 9.
  assert.ok(others > 20 && others < 160, `${others} others passed`);
});

test('no keys, and more than fit one call', () => {
  const publicKey = publicKeyOf(randomPrivateKey());
  assert.deepEqual(kernel.sharedXs(publicKey, kernel.prepareKeys([])), []);
  const few = randomKeys(7);
  const one = kernel.prepareKeys(few);
  const times = 1400;
  const many: PreparedKeys = {
    count: one.count * times,
    bytes: concatBytes(...Array.from({ length: times }, () => one.bytes)),
  };
  const made = hexOf(kernel.sharedXs(publicKey, many));
  const expected = expectedX(few, publicKey);
  assert.equal(made.length, many.count);
  assert.ok(made.every((x, i) => x === expected[i % few.length]));
  const survivors = kernel.survivors({ publicKey, lastBlocks: new Uint8Array(32) }, many);
  assert.ok(survivors.every(({ index, sharedX: x }) => toHex(x) === expected[index % few.length]));
});

test('more keys make wider digits', () => {
  const widths = [1, 2, 3, 10, 100, 1000, 10_000, 100_000].map((keys) => digitWidth(keys));
  assert.deepEqual(
    widths,
    [...widths].sort((a, b) => a - b),
  );
  assert.equal(widths[0], 0);
});
