import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Histogram } from '../../src/util/histogram.js';
import { fc } from '../support/properties.js';

describe('histogram', () => {
  it('counts a value that is a bound below it', () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0.5, 1, 1.5, 10, 11]) histogram.add(value);
    assert.deepEqual(histogram.cumulative(), [2, 4]);
    assert.deepEqual([histogram.count, histogram.sum], [5, 24]);
  });

  it('has for each bound the number of values up to it', () => {
    const values = fc.array(fc.integer({ min: -5, max: 30 }));
    fc.assert(
      fc.property(values, fc.uniqueArray(fc.nat(20)), (given, some) => {
        const bounds = some.sort((one, other) => one - other);
        const histogram = new Histogram(bounds);
        for (const value of given) histogram.add(value);
        const wanted = bounds.map((bound) => given.filter((value) => value <= bound).length);
        assert.deepEqual(histogram.cumulative(), wanted);
        assert.equal(histogram.count, given.length);
      }),
    );
  });
});
