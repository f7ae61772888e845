import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { publicKeyOf, randomPrivateKey } from '../../src/crypto/curve.js';
import { signHash } from '../../src/crypto/curve-signatures.js';
import {
  instantiateSigningKernel,
  proveSigningKernel,
  SigningKernel,
  signingKernel,
  useSigningKernel,
  type SigningExports,
} from '../../src/crypto/signing-kernel.js';
import { loadSigningKernel, signWithKernel } from '../../src/node/signing-kernel-file.js';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';
import { traceModule } from '../support/execution-trace.js';
import { projectRoot } from '../support/vectors.js';

const binary = readFileSync(new URL('src/crypto/kernels/signing.wasm', projectRoot));
const kernel = loadSigningKernel();
const ORDER = secp256k1.Point.Fn.ORDER;
const TOP = 2n ** 256n;

after(() => useSigningKernel(undefined));

function bytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}

function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && toHex(bytes);
}

/** An independent implementation's signature, with the nonce of RFC 6979 and the lower s. */
function expected(key: Uint8Array, hash: Uint8Array): string {
  return toHex(secp256k1.sign(hash, key, { prehash: false, lowS: true, format: 'compact' }));
}

/** With chosen numbers to blind with: that of the scalar, and Z. */
function kernelBlindedBy(number: Uint8Array, z: Uint8Array): SigningKernel {
  const exports = instantiateSigningKernel(binary);
  new Uint8Array(exports.memory.buffer, exports.input(), 64).set(concatBytes(number, z));
  exports.prepare();
  return new SigningKernel(exports);
}

/** Numbers at the ends of the range, and with few or special digits. */
const SPECIAL = [
  ...[1n, 2n, 3n, 31n, 32n, 33n, 62n, 63n, 64n, 65n, 127n, 4095n, 4096n, 4097n],
  ...[1n << 128n, 1n << 252n, 1n << 255n, TOP - ORDER, (1n << 252n) - 1n, (1n << 255n) - 19n],
].flatMap((value) => [value, ORDER - value]);

test('signs as an independent implementation and libsecp256k1 do', () => {
  for (let i = 0; i < 100; i++) {
    const [key, hash] = [randomPrivateKey(), randomBytes(32)];
    assert.equal(hexOf(kernel.sign(key, hash)), expected(key, hash));
    assert.deepEqual(kernel.sign(key, hash), signHash(key, hash));
  }
});

test('special keys and hashes', () => {
  const hashes = [0n, 1n, ORDER - 1n, ORDER / 2n, 1n << 255n, ORDER, ORDER + 1n, TOP - 1n];
  for (const [i, key] of SPECIAL.map(bytes32).entries()) {
    const hash = bytes32(hashes[i % hashes.length] ?? 0n);
    assert.equal(hexOf(kernel.sign(key, hash)), expected(key, hash));
    assert.deepEqual(kernel.publicKey(key), publicKeyOf(key));
  }
});

test('what is no key signs nothing and has no public key', () => {
  for (const key of [0n, ORDER, ORDER + 1n, TOP - 1n].map(bytes32)) {
    assert.equal(kernel.sign(key, new Uint8Array(32)), undefined);
    assert.equal(kernel.publicKey(key), undefined);
  }
  assert.equal(kernel.sign(new Uint8Array(31).fill(1), new Uint8Array(32)), undefined);
  assert.equal(kernel.publicKey(new Uint8Array(33).fill(1)), undefined);
});

test('whatever it is blinded with, results are the same', () => {
  const numbers = [0n, 1n, ORDER - 1n, ORDER, TOP - 1n, TOP - ORDER];
  const key = bytes32(0x1234567890abcdefn);
  const hash = randomBytes(32);
  for (const number of numbers) {
    for (const z of [0n, 1n, secp256k1.Point.Fp.ORDER, TOP - 1n]) {
      const blinded = kernelBlindedBy(bytes32(number), bytes32(z));
      assert.deepEqual(blinded.publicKey(key), publicKeyOf(key));
      assert.equal(hexOf(blinded.sign(key, hash)), expected(key, hash));
    }
  }
});

test('sums at which plain addition would fail are right', () => {
  // The blinded number becomes each of these: zero, and those that meet equal or opposite points.
  for (const sum of [0n, ...SPECIAL.slice(0, 16), TOP - ORDER, 2n * ORDER - TOP]) {
    const blind = BigInt(`0x${toHex(randomPrivateKey())}`);
    const key = bytes32((sum - blind + ORDER) % ORDER);
    const blinded = kernelBlindedBy(bytes32(blind), randomBytes(32));
    assert.deepEqual(blinded.publicKey(key), publicKeyOf(key));
    // The key is the blinding number itself, so the last sum is a doubling.
    assert.deepEqual(blinded.publicKey(bytes32(blind)), publicKeyOf(bytes32(blind)));
    const opposite = bytes32(ORDER - blind);
    assert.deepEqual(blinded.publicKey(opposite), publicKeyOf(opposite));
  }
});

test('what it does and which places it reads do not depend on key, nonce and hash', () => {
  const { exports, trace } = traceModule(binary);
  const traced = exports as SigningExports;
  const input = new Uint8Array(traced.memory.buffer, traced.input(), 64);
  input.set(randomBytes(64));
  traced.prepare();
  const traceOf = (key: Uint8Array, run: 'sign' | 'publicKey'): string => {
    input.set(concatBytes(key, randomBytes(32)));
    const { sum, steps } = trace(() => assert.equal(traced[run](), 1));
    assert.ok(steps > 50_000, 'the instrumentation does not see the work');
    return `${sum} ${steps}`;
  };
  const keys = [...SPECIAL.map(bytes32), ...Array.from({ length: 20 }, randomPrivateKey)];
  for (const run of ['sign', 'publicKey'] as const) {
    assert.equal(new Set(keys.map((key) => traceOf(key, run))).size, 1);
  }
  // And a difference would show: nothing is found equal for want of looking.
  assert.notEqual(traceOf(bytes32(5n), 'sign'), traceOf(bytes32(5n), 'publicKey'));
});

test('leaves neither key nor nonce in its memory', () => {
  const exports = instantiateSigningKernel(binary);
  const memory = new Uint8Array(exports.memory.buffer);
  const before = memory.slice();
  const own = new SigningKernel(exports);
  for (let i = 0; i < 5; i++) own.sign(randomPrivateKey(), randomBytes(32));
  for (let i = 0; i < 5; i++) own.publicKey(randomPrivateKey());
  const output = exports.output();
  const changed = memory.findIndex(
    (byte, at) => byte !== before[at] && (at < output || at >= output + 64) && byte !== 0,
  );
  assert.equal(changed, -1);
});

test('the kernel proves itself, and is not used where it fails or lies', () => {
  assert.ok(proveSigningKernel(kernel));
  const warnings: string[] = [];
  const warn = (reason: string): number => warnings.push(reason);
  class Lying extends SigningKernel {
    override sign(key: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
      return super.sign(key, hash)?.reverse();
    }
  }
  signWithKernel(warn, () => new Lying(instantiateSigningKernel(binary)));
  assert.equal(signingKernel(), undefined);
  signWithKernel(warn, () => new SigningKernel(instantiateSigningKernel(binary.subarray(1))));
  assert.equal(signingKernel(), undefined);
  assert.equal(warnings.length, 2);
  const [key, hash] = [randomPrivateKey(), randomBytes(32)];
  const slow = signHash(key, hash);
  const slowPublicKey = publicKeyOf(key);
  signWithKernel(warn);
  assert.ok(signingKernel());
  assert.equal(warnings.length, 2);
  assert.deepEqual(signHash(key, hash), slow);
  assert.deepEqual(publicKeyOf(key), slowPublicKey);
  assert.throws(() => publicKeyOf(new Uint8Array(32)), { code: 'private-key' });
});
