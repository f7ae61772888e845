import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  chooseKernel,
  compileKernel,
  createKernel,
  createKernelOrNext,
  KERNEL_NAMES,
  type Kernel,
  type KernelName,
} from '../../src/pow/kernel.js';
import { proveKernel } from '../../src/pow/kernel-proof.js';
import { expectedTrials, nonceValue, VALUE_SPACE } from '../../src/pow/trial.js';
import { fromHex } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { vectorsOfType } from '../support/vectors.js';

function kernel(name: KernelName): Kernel {
  const source = compileKernel(name);
  assert.ok(source, `${name} compiles`);
  return createKernel(source);
}

function assertNear(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not about ${expected}`);
}

describe('trial value', () => {
  for (const vector of vectorsOfType('pow-trial')) {
    it(vector.name, () => {
      const initialHash = fromHex(vector['initial_hash'] as string);
      const value = nonceValue(initialHash, BigInt(vector['nonce'] as number));
      assert.equal(value, BigInt(vector['trial_value'] as string));
    });
  }

  it('says how many trials a target takes', () => {
    assert.equal(expectedTrials(VALUE_SPACE - 1n), 1);
    assert.equal(expectedTrials(VALUE_SPACE / 1000n), 999);
    assert.equal(expectedTrials(0n), 2 ** 64);
  });
});

/** Native kernels are there only when the addon was built and the processor has the instructions. */
const namesHere = KERNEL_NAMES.filter((name) => compileKernel(name));

it('what needs no compiler is always there', () => {
  for (const name of ['simd', 'scalar', 'node'] as const) assert.ok(namesHere.includes(name), name);
});

for (const name of namesHere) {
  describe(`kernel ${name}`, () => {
    it('proves itself against node:crypto', () => {
      assert.equal(proveKernel(kernel(name)), true);
    });

    it('reaches the value of each vector and not one less', () => {
      const tested = kernel(name);
      for (const vector of vectorsOfType('pow-trial')) {
        const nonce = BigInt(vector['nonce'] as number);
        if (nonce === 0n) continue; // Never tried: 0 is a search's "nothing found".
        const value = BigInt(vector['trial_value'] as string);
        tested.begin(fromHex(vector['initial_hash'] as string));
        assert.equal(tested.search(nonce, 1, value), nonce);
        assert.equal(tested.search(nonce, 1, value - 1n), 0n);
      }
    });

    it('finds in 1,000 random jobs valid nonces after geometrically many trials', () => {
      const tested = kernel(name);
      const jobs = 1000;
      // In units of what each should take, as the difficulties differ.
      const taken: number[] = [];
      for (let i = 0; i < jobs; i++) {
        const mean = 100 + 50 * (i % 5);
        const target = VALUE_SPACE / BigInt(mean);
        const initialHash = Uint8Array.from(randomBytes(64));
        tested.begin(initialHash);
        const nonce = tested.search(1n, 1_000_000, target);
        assert.ok(nonce > 0n && nonceValue(initialHash, nonce) <= target);
        taken.push(Number(nonce) / mean);
      }
      // Mean and deviation 1, and the quantiles of an exponential distribution; about 8 sigma each.
      const sum = taken.reduce((total, one) => total + one, 0);
      const mean = sum / jobs;
      const variance = taken.reduce((total, one) => total + (one - mean) ** 2, 0) / jobs;
      const part = (limit: number): number => taken.filter((one) => one <= limit).length / jobs;
      assertNear(mean, 1, 0.25);
      assertNear(Math.sqrt(variance), 1, 0.4);
      for (const quantile of [0.1, 0.5, 0.9]) {
        assertNear(part(-Math.log(1 - quantile)), quantile, 0.13);
      }
    });

    it('skips no hit and tries no nonce beyond the range', () => {
      const tested = kernel(name);
      const initialHash = Uint8Array.from(randomBytes(64));
      const target = VALUE_SPACE / 50n;
      tested.begin(initialHash);
      const found: bigint[] = [];
      const expected: bigint[] = [];
      for (let nonce = 1n; nonce <= 1000n; nonce++) {
        if (nonceValue(initialHash, nonce) <= target) expected.push(nonce);
      }
      for (let start = 1n; start <= 1000n;) {
        const nonce = tested.search(start, Number(1001n - start), target);
        if (nonce === 0n) break;
        found.push(nonce);
        start = nonce + 1n;
      }
      assert.deepEqual(found, expected);
    });
  });
}

describe('choice of a kernel', () => {
  it('takes the first that works', () => {
    assert.equal(chooseKernel(nullLog, ['scalar', 'node']).name, 'scalar');
    assert.equal(chooseKernel(nullLog).name, namesHere[0]);
  });

  it('passes over one that cannot be loaded', () => {
    const names = ['missing' as KernelName, 'node' as const];
    assert.equal(chooseKernel(nullLog, names).name, 'node');
    assert.throws(() => chooseKernel(nullLog, names.slice(0, 1)), /no proof-of-work kernel/);
  });

  it('takes the next in a thread where the addon is gone', () => {
    process.env['PETREL_POW_ADDON'] = 'off';
    try {
      const source = { name: 'native-avx2', module: undefined } as const;
      assert.equal(createKernelOrNext(source, nullLog).name, 'simd');
    } finally {
      delete process.env['PETREL_POW_ADDON'];
    }
  });

  it('does not trust one that gives wrong answers', () => {
    const right = kernel('node');
    const late: Kernel = {
      ...right,
      search: (start, count, t) => right.search(start, count, t / 2n),
    };
    const early: Kernel = { ...right, search: (start) => start };
    assert.equal(proveKernel(late), false);
    assert.equal(proveKernel(early), false);
  });

  it('does not trust one of which a single lane is wrong or reads beyond the range', () => {
    const right = kernel('simd');
    for (let bad = 0n; bad < 8n; bad++) {
      const blind: Kernel = {
        ...right,
        search(start, count, target) {
          const nonce = right.search(start, count, target);
          return nonce !== 0n && (nonce - start) % 8n === bad ? 0n : nonce;
        },
      };
      assert.equal(proveKernel(blind), false, `lane ${bad}`);
    }
    const eager: Kernel = {
      ...right,
      search: (start, count, target) => right.search(start, Math.ceil(count / 8) * 8, target),
    };
    assert.equal(proveKernel(eager), false);
  });
});
