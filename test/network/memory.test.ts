/** The small collections and figures that bound what peers can make us remember. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { antiIntersectionDelayMs } from '../../src/network/anti-intersection.js';
import { ExpiringMap } from '../../src/network/expiring-map.js';
import { FaultScore } from '../../src/network/fault-score.js';
import { Fifo } from '../../src/network/fifo.js';
import { normaliseHost } from '../../src/network/pool.js';
import { RecentCounts } from '../../src/network/recent-counts.js';
import { RecentSet } from '../../src/network/recent-set.js';
import { displayUserAgent } from '../../src/network/user-agent.js';
import { FakeClock } from '../support/fake-clock.js';

describe('Fifo', () => {
  it('gives back in order what was put in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(), fc.constant('take')), { maxLength: 5_000 }),
        (steps) => {
          const fifo = new Fifo<number>();
          const model: number[] = [];
          for (const step of steps) {
            if (typeof step === 'number') {
              fifo.push(step);
              model.push(step);
            } else assert.equal(fifo.shift(), model.shift());
            assert.equal(fifo.size, model.length);
          }
          assert.deepEqual(fifo.drain(), model);
          assert.equal(fifo.size, 0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('stays correct when its front is cut off', () => {
    const fifo = new Fifo<number>();
    for (let number = 0; number < 10_000; number++) fifo.push(number);
    for (let number = 0; number < 10_000; number++) assert.equal(fifo.shift(), number);
    assert.equal(fifo.shift(), undefined);
  });
});

describe('RecentSet', () => {
  it('holds the latest half at least and the whole at most', () => {
    const set = new RecentSet(100);
    for (let number = 0; number < 1_000; number++) {
      set.add(`k${number}`);
      assert.ok(set.size <= 100);
      for (let ago = 0; ago < 50 && ago <= number; ago++) assert.ok(set.has(`k${number - ago}`));
    }
    assert.equal(set.has('k0'), false);
  });
});

describe('RecentCounts', () => {
  it('counts the latest half at least, and forgets what has not come for long', () => {
    const counts = new RecentCounts(100);
    for (let number = 0; number < 1_000; number++) {
      assert.equal(counts.count(`k${number}`), 1);
      // Each step counts two keys, half of a hundred are kept at least.
      if (number >= 20) assert.equal(counts.count(`k${number - 20}`), 2);
    }
    assert.equal(counts.count('k0'), 1);
  });
});

describe('ExpiringMap', () => {
  it('stays below its limit and keeps the latest', () => {
    const map = new ExpiringMap<number>(1_000, new FakeClock());
    for (let number = 0; number < 5_000; number++) map.set(`k${number}`, number, 1_000);
    const held = Array.from({ length: 5_000 }, (_, number) => map.has(`k${number}`));
    assert.ok(held.filter(Boolean).length <= 1_000);
    assert.ok(held.slice(-900).every(Boolean));
  });

  it('forgets after the time, and the oldest when full', async () => {
    const clock = new FakeClock();
    const map = new ExpiringMap<number>(2, clock);
    map.set('a', 1, 1_000);
    await clock.advance(999);
    assert.equal(map.get('a'), 1);
    await clock.advance(1);
    assert.equal(map.has('a'), false);
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['c', 4],
    ] as const) {
      map.set(key, value, 1_000);
    }
    assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [3, undefined, 4]);
    map.delete('a');
    assert.equal(map.has('a'), false);
  });
});

describe('FaultScore', () => {
  it('reaches its limit by many faults in a short time only', async () => {
    const clock = new FakeClock();
    const score = new FaultScore(clock);
    for (let faults = 0; faults < 4; faults++) assert.equal(score.add('insufficient-pow'), false);
    await clock.advance(20 * 60_000);
    assert.equal(score.points, 60);
    assert.equal(score.add('insufficient-pow'), false);
    assert.equal(score.add('insufficient-pow'), true);
    await clock.advance(24 * 3_600_000);
    assert.equal(score.points, 0);
  });
});

describe('anti-intersection delay', () => {
  for (const [nodes, ms] of [
    [0, 5_200],
    [18, 5_200],
    [19, 10_400],
    [398, 10_400],
    [399, 15_600],
    [7_998, 15_600],
    [7_999, 20_800],
  ] as const) {
    it(`is ${ms} ms with ${nodes} known nodes`, () => {
      assert.equal(antiIntersectionDelayMs(nodes), ms);
    });
  }
});

describe('texts of strangers', () => {
  it('writes mapped IPv4 addresses as IPv4', () => {
    assert.equal(normaliseHost('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(normaliseHost('::FFFF:192.0.2.1'), '192.0.2.1');
    assert.equal(normaliseHost('2001:DB8::1'), '2001:db8::1');
    assert.equal(normaliseHost('::ffff:0:1'), '::ffff:0:1');
  });

  it('shows valid user agents only', () => {
    for (const good of ['/PyBitmessage:0.6.3.2/', '/Petrel:0.1.0/', '/BMD:0.0.1 (x; y)/']) {
      assert.equal(displayUserAgent(good), good);
    }
    for (const bad of ['', 'x', '/bitmessage-ts:0.1.0/', '/A:1/<b>', '/A:x/', '/A:1\u0000/']) {
      assert.equal(displayUserAgent(bad), '/INVALID:0/', bad);
    }
  });
});
