import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TrialRate } from '../../../src/node/decrypt/trial-rate.js';

describe('rate of trial decryption', () => {
  it('is not known before the first trial', () => {
    const rate = new TrialRate(2);
    assert.equal(rate.perSecond, undefined);
    assert.equal(rate.secondsFor(10), undefined);
    assert.equal(rate.secondsFor(0), 0);
    rate.add(0, 5);
    assert.equal(rate.perSecond, undefined);
  });

  it('is that of all workers, and tells how long what waits will take', () => {
    const rate = new TrialRate(2);
    rate.add(1_000, 500);
    assert.equal(rate.perSecond, 4_000);
    assert.equal(rate.secondsFor(8_000), 2);
    assert.deepEqual([rate.trials, rate.workedMs], [1_000, 500]);
  });

  it('follows a change within some hundred batches', () => {
    const rate = new TrialRate(1);
    for (let batch = 0; batch < 500; batch++) rate.add(1_000, 100);
    for (let batch = 0; batch < 500; batch++) rate.add(1_000, 1_000);
    assert.ok(Math.abs((rate.perSecond ?? 0) - 1_000) < 10);
    assert.equal(rate.trials, 1_000_000);
  });
});
