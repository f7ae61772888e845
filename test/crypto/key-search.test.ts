import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { KeySearch, MAX_SEARCH_PASSPHRASE } from '../../src/crypto/key-search.js';
import { deterministicKeys, ripeOf, type DeterministicKeys } from '../../src/crypto/keys.js';
import { loadCurveKernel } from '../../src/node/curve-kernel-file.js';
import { toHex, utf8 } from '../../src/util/bytes.js';

const kernel = loadCurveKernel();
const search = new KeySearch(kernel);
const ORDER = secp256k1.Point.Fn.ORDER;

function first(count: number, all: Iterator<DeterministicKeys>): DeterministicKeys[] {
  return Array.from({ length: count }, () => all.next().value as DeterministicKeys);
}

test('the kernel proves itself', () => {
  assert.ok(search.prove());
  const blind = loadCurveKernel();
  const lying = { ...blind, searchPassphrase: () => 0 };
  assert.equal(new KeySearch(lying).prove(), false);
});

test('makes of a passphrase what one multiplication at a time makes', () => {
  // Around the ends of SHA-512's blocks, with numbers of one and of three bytes behind.
  const lengths = [0, 1, 108, 109, 110, 111, 112, 126, 127, 128, 129, 300];
  for (const length of lengths) {
    const passphrase = utf8('p'.repeat(length));
    const condition = { leadingZeroBytes: 0 };
    const made = first(140, search.deterministic(passphrase, condition));
    assert.deepEqual(made, first(140, deterministicKeys(passphrase, condition)));
  }
});

test('finds every pair with a zero byte, in order, and reports its progress', () => {
  const passphrase = utf8('several in one search');
  const condition = { leadingZeroBytes: 1 };
  const progress: number[] = [];
  const made = first(
    8,
    search.deterministic(passphrase, condition, (tries) => progress.push(tries)),
  );
  assert.deepEqual(made, first(8, deterministicKeys(passphrase, condition)));
  assert.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
  );
  assert.ok((progress.at(-1) ?? 0) * 2 > (made.at(-1)?.signingNonce ?? 0));
});

test('searches of two passphrases may take turns', () => {
  const condition = { leadingZeroBytes: 1 };
  const [a, b] = ['one', 'another'].map((text) => search.deterministic(utf8(text), condition));
  assert.ok(a && b);
  const turns = Array.from({ length: 5 }, () => [a.next().value, b.next().value]);
  const expected = ['one', 'another'].map((t) => first(5, deterministicKeys(utf8(t), condition)));
  assert.deepEqual(
    turns,
    expected[0]?.map((keys, i) => [keys, expected[1]?.[i]]),
  );
});

test('random keys fit their ripe', () => {
  for (const leadingZeroBytes of [0, 0, 0, 1, 1, 1, 1, 2]) {
    let tries = 0;
    const made = search.random({ leadingZeroBytes }, (now) => (tries = now));
    const ripe = ripeOf(publicKeyOf(made.signingKey), publicKeyOf(made.encryptionKey));
    assert.deepEqual(made.ripe, ripe);
    assert.ok(ripe.subarray(0, leadingZeroBytes).every((byte) => byte === 0));
    assert.ok(tries > 0);
  }
});

test('random keys of one batch are not related by small differences', () => {
  const keys = Array.from({ length: 30 }, (_, i) => search.random({ leadingZeroBytes: i % 2 }))
    .flatMap(({ signingKey, encryptionKey }) => [signingKey, encryptionKey])
    .map((key) => BigInt(`0x${toHex(key)}`));
  const near = 1n << 200n;
  for (const [i, a] of keys.entries()) {
    for (const b of keys.slice(i + 1)) {
      for (const difference of [a - b, b - a, a + b]) {
        const modulo = ((difference % ORDER) + ORDER) % ORDER;
        assert.ok(modulo > near && ORDER - modulo > near);
      }
    }
  }
});

test('a start at which the walk meets the base point is left for another', () => {
  let starts = 0;
  const meeting = {
    ...kernel,
    searchSteps(rounds: number, zeros: number): number {
      starts++;
      return starts === 1 ? -2 : kernel.searchSteps(rounds, zeros);
    },
  };
  assert.equal(new KeySearch(meeting).random({ leadingZeroBytes: 1 }).ripe[0], 0);
  // And the kernel does say so: from the base point itself, the first step is a doubling.
  const base = publicKeyOf(Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0)));
  new Uint8Array(kernel.memory.buffer, kernel.publicKeys(), 130).set([...base, ...base]);
  assert.equal(kernel.beginSteps(), 1);
  assert.equal(kernel.searchSteps(1, 1), -2);
});

test('keys that do not fit are never given out', () => {
  const lying = { ...kernel, searchSteps: () => 5, searchPassphrase: () => 1 };
  const wrong = new KeySearch(lying);
  assert.throws(() => wrong.random({ leadingZeroBytes: 3 }), /do not fit/);
  const made = wrong.deterministic(utf8('p'), { leadingZeroBytes: 3 });
  assert.throws(() => made.next(), /do not fit/);
});

test('a passphrase that is too long is refused', () => {
  const made = search.deterministic(new Uint8Array(MAX_SEARCH_PASSPHRASE + 1), {
    leadingZeroBytes: 0,
  });
  assert.throws(() => made.next(), RangeError);
});
