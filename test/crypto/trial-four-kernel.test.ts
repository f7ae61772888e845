/** Four lanes against the kernel of one, which test/crypto/curve-kernel.test.ts proves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { TrialKernel, type PreparedKeys } from '../../src/crypto/curve-kernel.js';
import { publicKeyOf, randomPrivateKey, sharedX } from '../../src/crypto/curve.js';
import { eciesLastBlocks, encryptEcies, parseEcies } from '../../src/crypto/ecies.js';
import { loadCurveKernel, loadTrialFour } from '../../src/node/curve-kernel-file.js';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { collidingKey } from '../support/colliding-keys.js';

const one = new TrialKernel(loadCurveKernel());
const four = loadTrialFour();
const ORDER = secp256k1.Point.Fn.ORDER;
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
const WIDTHS = [2, 3, 4, 5, 6, 7, 8, 9, 10];

function bytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}

function randomKeys(count: number): Uint8Array[] {
  return Array.from({ length: count }, randomPrivateKey);
}

function randomPoints(count: number): Uint8Array[] {
  return randomKeys(count).map(publicKeyOf);
}

function hexOf(all: readonly (readonly Uint8Array[])[] | undefined): string[][] | undefined {
  return all?.map((some) => some.map((x) => toHex(x)));
}

function expectedX(keys: readonly Uint8Array[], points: readonly Uint8Array[]): string[][] {
  return points.map((point) => keys.map((key) => toHex(sharedX(key, point) ?? new Uint8Array())));
}

test('agrees with libsecp256k1 on random keys and one to four points, at every width', () => {
  const keys = randomKeys(130);
  const prepared = one.prepareKeys(keys);
  for (const width of WIDTHS) {
    const points = randomPoints(1 + (width % 4));
    assert.deepEqual(
      hexOf(four.sharedXs(points, prepared, width)),
      expectedX(keys, points),
      `width ${width}`,
    );
  }
});

test('keys and points at the ends of the range, and with few or special digits', () => {
  const powers = [1n, 5n, 31n, 64n, 127n, 128n, 129n, 200n, 255n].map((bits) => 1n << bits);
  const around = [1n, ORDER, LAMBDA, ORDER - LAMBDA, ORDER / 2n, ...powers];
  const values = around.flatMap((value) => [-2n, -1n, 0n, 1n, 2n].map((d) => value + d));
  const keys = values.filter((k) => k > 0n && k < ORDER).map(bytes32);
  const prepared = one.prepareKeys(keys);
  const own = [bytes32(1n), bytes32(ORDER - 1n), bytes32(LAMBDA), randomPrivateKey()];
  const points = own.map(publicKeyOf);
  for (const width of WIDTHS) {
    // A point and its opposite side by side: equal x in different lanes is no collision.
    const made = four.sharedXs(points, prepared, width);
    if (made) assert.deepEqual(hexOf(made), expectedX(keys, points), `width ${width}`);
  }
  assert.ok(WIDTHS.some((width) => four.sharedXs(points, prepared, width)));
});

test('where affine addition meets equal points, it says so; nothing wrong comes out', () => {
  let collisions = 0;
  const ordinary = randomKeys(5);
  for (const width of WIDTHS) {
    const colliding = collidingKey(width);
    if (!colliding) continue;
    const prepared = one.prepareKeys([...ordinary, bytes32(1n)]);
    const view = new DataView(prepared.bytes.buffer);
    const at = (prepared.bytes.length / prepared.count) * 5;
    for (const [half, value] of colliding.halves.entries()) {
      const size = value < 0n ? -value : value;
      for (let i = 0; i < 4; i++)
        view.setUint32(
          at + 16 * half + 4 * i,
          Number((size >> BigInt(32 * i)) & 0xffff_ffffn),
          true,
        );
      view.setInt32(at + 32 + 4 * half, value < 0n ? 1 : 0, true);
    }
    const points = randomPoints(4);
    const made = four.sharedXs(points, prepared, width);
    const expected = expectedX([...ordinary, bytes32(colliding.key)], points);
    if (made) assert.deepEqual(hexOf(made), expected);
    else collisions++;
  }
  assert.ok(collisions >= 3, `${collisions} collisions`);
});

test('what is no point gives nothing, and leaves the other lanes alone', () => {
  const keys = randomKeys(9);
  const prepared = one.prepareKeys(keys);
  const points = randomPoints(4);
  const bad = points.map((point, lane) =>
    lane % 2 === 0 ? point.map((byte, i) => (i === 64 ? byte ^ 1 : byte)) : point,
  );
  const expected = expectedX(keys, points).map((some, lane) => (lane % 2 === 0 ? [] : some));
  assert.deepEqual(hexOf(four.sharedXs(bad, prepared)), expected);
  const zeros = [Uint8Array.of(4), new Uint8Array(64)];
  assert.deepEqual(four.sharedXs([concatBytes(...zeros)], prepared), [[]]);
});

test('the padding lets pass what one lane lets pass', () => {
  const keys = randomKeys(700);
  const prepared = one.prepareKeys(keys);
  for (let round = 0; round < 6; round++) {
    const targets = [0, 1, 2, 3].map((lane) => {
      const key = keys[round * 50 + lane] ?? bytes32(1n);
      const parts = parseEcies(encryptEcies(publicKeyOf(key), new Uint8Array(round * 9 + lane)));
      assert.ok(parts);
      return { publicKey: parts.ephemeralPublicKey, lastBlocks: eciesLastBlocks(parts) };
    });
    const found = four.survivors(targets, prepared);
    assert.deepEqual(
      found,
      targets.map((target) => one.survivors(target, prepared)),
    );
    found.forEach((some, lane) => assert.ok(some.some(({ index }) => index === round * 50 + lane)));
  }
});

test('no keys, and more than fit one call', () => {
  const points = randomPoints(2);
  assert.deepEqual(four.sharedXs(points, one.prepareKeys([])), [[], []]);
  const few = randomKeys(7);
  const some = one.prepareKeys(few);
  const times = 400;
  const many: PreparedKeys = {
    count: some.count * times,
    bytes: concatBytes(...Array.from({ length: times }, () => some.bytes)),
  };
  const expected = expectedX(few, points);
  hexOf(four.sharedXs(points, many))?.forEach((made, lane) => {
    assert.equal(made.length, many.count);
    assert.ok(made.every((x, i) => x === expected[lane]?.[i % few.length]));
  });
});

test('refuses what it has no room for', () => {
  const prepared = one.prepareKeys(randomKeys(3));
  assert.throws(() => four.sharedXs(randomPoints(5), prepared), RangeError);
  assert.throws(() => four.sharedXs(randomPoints(1), prepared, 11), RangeError);
});
