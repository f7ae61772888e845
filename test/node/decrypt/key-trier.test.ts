import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrialKernel, type Survivor } from '../../../src/crypto/curve-kernel.js';
import { publicKeyOf, randomPrivateKey } from '../../../src/crypto/curve.js';
import { encryptEcies } from '../../../src/crypto/ecies.js';
import { loadCurveKernel, loadTrialFour } from '../../../src/node/curve-kernel-file.js';
import type { TrialKey } from '../../../src/node/decrypt/decrypt-service.js';
import {
  chooseKeyTrier,
  kernelKeyTrier,
  slowKeyTrier,
  type KeyTrier,
  type KeyTrierMaker,
} from '../../../src/node/decrypt/key-trier.js';
import { randomBytes } from '../../../src/util/random.js';
import { bytesOf } from '../../support/vector-bytes.js';
import { vectorsOfType } from '../../support/vectors.js';

function withKeys(make: KeyTrierMaker, keys: readonly TrialKey[]): KeyTrier {
  const trier = make();
  trier.add(keys);
  return trier;
}

class LyingKernel extends TrialKernel {
  override sharedXs(...args: Parameters<TrialKernel['sharedXs']>): Uint8Array[] | undefined {
    return super.sharedXs(...args)?.map((x) => x.map((byte) => byte ^ 1));
  }
}

class BlindKernel extends TrialKernel {
  override survivors(): Survivor[] {
    return [];
  }
}

function makeKeys(count: number): TrialKey[] {
  return Array.from({ length: count }, (_, i) => ({ id: `key ${i}`, key: randomPrivateKey() }));
}

test('the kernel opens what one key after the other opens', () => {
  const keys = makeKeys(150);
  const fast = kernelKeyTrier(new TrialKernel(loadCurveKernel()));
  for (const count of [0, 1, 2, 7, 150]) {
    const some = keys.slice(0, count);
    const [withKernel, without] = [withKeys(fast, some), withKeys(slowKeyTrier, some)];
    for (const recipient of [keys[0], keys[count - 1], makeKeys(1)[0]]) {
      if (!recipient) continue;
      const container = encryptEcies(publicKeyOf(recipient.key), randomBytes(count * 3));
      assert.deepEqual(withKernel.openAll([container]), without.openAll([container]));
    }
  }
});

test('the kernel treats the vectors, also the invalid ones, as the slow way does', () => {
  const fast = kernelKeyTrier(new TrialKernel(loadCurveKernel()));
  for (const vector of [...vectorsOfType('ecies'), ...vectorsOfType('ecies-invalid')]) {
    const keys = [{ id: vector.name, key: bytesOf(vector, 'privkey') }];
    const container = bytesOf(vector, 'encrypted');
    const expected = withKeys(slowKeyTrier, keys).openAll([container]);
    assert.deepEqual(withKeys(fast, keys).openAll([container]), expected, vector.name);
  }
});

test('containers tried together open as they do alone, whatever is among them', () => {
  const keys = makeKeys(30);
  const kernel = new TrialKernel(loadCurveKernel());
  const together = withKeys(kernelKeyTrier(kernel, loadTrialFour()), keys);
  const without = withKeys(slowKeyTrier, keys);
  for (let count = 0; count < 14; count++) {
    const containers = Array.from({ length: count }, (_, n) => {
      const container = encryptEcies(
        publicKeyOf(keys[n % 3 === 0 ? n : 0]?.key ?? randomPrivateKey()),
        randomBytes(n),
      );
      if (n % 5 === 4) container[20] = (container[20] ?? 0) ^ 1; // No point, or another one.
      return n % 7 === 6 ? container.subarray(3) : container;
    });
    assert.deepEqual(together.openAll(containers), without.openAll(containers));
  }
});

test('without the kernel of four lanes everything works as before', () => {
  const warnings: string[] = [];
  const make = chooseKeyTrier(
    (text) => warnings.push(text),
    undefined,
    () => {
      throw new Error('no vectors here');
    },
  );
  assert.deepEqual(warnings, ['no vectors here']);
  const keys = makeKeys(5);
  const containers = keys.map(({ key }) => encryptEcies(publicKeyOf(key), Uint8Array.of(2)));
  assert.deepEqual(
    withKeys(make, keys).openAll(containers),
    keys.map(({ id }) => [{ id, plaintext: Uint8Array.of(2) }]),
  );
});

test('keys can be added to others', () => {
  const keys = makeKeys(20);
  for (const make of [kernelKeyTrier(new TrialKernel(loadCurveKernel())), slowKeyTrier]) {
    const trier = make();
    assert.deepEqual(trier.openAll([new Uint8Array(300)]), [[]]);
    for (const key of keys) trier.add([key]);
    for (const { id, key } of keys) {
      const container = encryptEcies(publicKeyOf(key), Uint8Array.of(1));
      assert.deepEqual(trier.openAll([container]), [[{ id, plaintext: Uint8Array.of(1) }]]);
    }
  }
});

test('keys are removed and replaced, whatever their place', () => {
  const keys = makeKeys(12);
  const message = Uint8Array.of(1);
  for (const make of [kernelKeyTrier(new TrialKernel(loadCurveKernel())), slowKeyTrier]) {
    const trier = withKeys(make, keys);
    const left = new Map(keys.map(({ id, key }) => [id, key]));
    const check = (): void => {
      for (const { id, key } of keys) {
        const expected = left.get(id) === key ? [{ id, plaintext: message }] : [];
        assert.deepEqual(trier.openAll([encryptEcies(publicKeyOf(key), message)]), [expected]);
      }
    };
    for (const ids of [['key 3'], ['key 11'], ['key 0', 'nobody', 'key 10', 'key 3']]) {
      trier.remove(ids);
      ids.forEach((id) => left.delete(id));
      check();
    }
    const again = { id: 'key 3', key: randomPrivateKey() };
    trier.add([again, { id: 'key 5', key: again.key }]);
    left.delete('key 5');
    check();
    const opened = trier.openAll([encryptEcies(publicKeyOf(again.key), message)]).flat();
    assert.deepEqual(opened.map(({ id }) => id).sort(), ['key 3', 'key 5']);
    trier.remove(keys.map(({ id }) => id));
    left.clear();
    check();
  }
});

test('a kernel that works is chosen without a warning', () => {
  const warnings: string[] = [];
  assert.notEqual(
    chooseKeyTrier((text) => warnings.push(text)),
    slowKeyTrier,
  );
  assert.deepEqual(warnings, []);
});

test('a kernel that is missing, wrong or blind is not used', () => {
  const missing = (): TrialKernel => {
    throw new Error('no such file');
  };
  for (const create of [
    missing,
    () => new LyingKernel(loadCurveKernel()),
    () => new BlindKernel(loadCurveKernel()),
  ]) {
    const warnings: string[] = [];
    const chosen = chooseKeyTrier((text) => warnings.push(text), create);
    assert.equal(chosen, slowKeyTrier);
    assert.equal(warnings.length, 1);
  }
});
