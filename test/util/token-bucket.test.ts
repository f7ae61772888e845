import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { TokenBucket } from '../../src/util/token-bucket.js';
import { FakeClock } from '../support/fake-clock.js';

describe('TokenBucket', () => {
  it('holds one second’s worth and fills with time', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(1_000, clock);
    await clock.advance(10_000);
    assert.equal(bucket.level, 1_000);
    bucket.take(3_000);
    assert.equal(bucket.level, -2_000);
    assert.equal(bucket.msUntil(1), 2_001);
    await clock.advance(2_001);
    assert.equal(bucket.level, 1);
    assert.equal(bucket.msUntil(1), 0);
  });

  it('lets no more pass than the rate, and a second’s worth and the last take above', async () => {
    const takes = fc.array(fc.tuple(fc.nat(500), fc.nat(2_000)), { maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5_000 }), takes, async (perS, steps) => {
        const clock = new FakeClock();
        const bucket = new TokenBucket(perS, clock);
        let [passed, largest] = [0, 0];
        for (const [ms, amount] of steps) {
          await clock.advance(ms);
          if (bucket.level < 1) continue;
          bucket.take(amount);
          passed += amount;
          largest = Math.max(largest, amount);
          assert.ok(passed <= (clock.monotonicMs() * perS) / 1_000 + perS + largest + 1e-6);
        }
        await clock.advance(bucket.msUntil(1));
        assert.ok(bucket.level >= 1 - 1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it('needs a rate', () => {
    for (const rate of [0, -1, NaN]) {
      assert.throws(() => new TokenBucket(rate, new FakeClock()), RangeError);
    }
  });
});
