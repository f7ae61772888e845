import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { timeLeft, trialsQuantile } from '../../src/pow/time-left.js';
import { VALUE_SPACE } from '../../src/pow/trial.js';

describe('time left', () => {
  it('is that of a geometric distribution', () => {
    const target = VALUE_SPACE / 1_000_000n - 1n;
    const left = timeLeft(target, 500_000);
    assert.ok(left);
    const near = (value: number, wanted: number): void =>
      assert.ok(Math.abs(value - wanted) < wanted / 1000, `${value} instead of ${wanted}`);
    near(left.meanMs, 2000);
    near(left.p50Ms, 2000 * Math.log(2));
    near(left.p90Ms, 2000 * Math.log(10));
    near(left.p99Ms, 2000 * Math.log(100));
  });

  it('counts small numbers exactly', () => {
    const half = VALUE_SPACE / 2n - 1n;
    assert.ok(Math.abs(trialsQuantile(half, 0.75) - 2) < 1e-9);
    assert.equal(trialsQuantile(VALUE_SPACE - 1n, 0.99), 1);
    assert.ok(Number.isFinite(trialsQuantile(0n, 0.99)));
  });

  it('is not known without a rate', () => {
    assert.equal(timeLeft(5n, 0), undefined);
  });
});
