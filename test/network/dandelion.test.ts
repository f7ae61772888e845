import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Dandelion, type DandelionOptions } from '../../src/network/dandelion.js';
import { MAX_STEM_OBJECTS_PER_PEER, STEM_EPOCH_MS } from '../../src/network/limits.js';
import { FakeClock } from '../support/fake-clock.js';

/** More than any stem phase of a test lasts: 10 s and twenty times the mean. */
const LONG_MS = 610_000;

interface Setup {
  readonly clock: FakeClock;
  readonly dandelion: Dandelion;
  /** `peer:key` for each announcement along a stem. */
  readonly stem: string[];
  readonly fluff: string[];
}

function create(options: Partial<DandelionOptions> = {}, ...stems: number[]): Setup {
  const clock = new FakeClock();
  const stem: string[] = [];
  const fluff: string[] = [];
  const dandelion = new Dandelion(
    { percent: 100, stemFixedMs: 10_000, stemMeanMs: 30_000, ...options },
    {
      announceStem: (child, keys) => void stem.push(...keys.map((key) => `${child}:${key}`)),
      announceFluff: (key) => void fluff.push(key),
    },
    clock,
  );
  dandelion.start();
  for (const peer of stems) dandelion.addCandidate(peer);
  return { clock, dandelion, stem, fluff };
}

describe('dandelion', () => {
  it('tells the child alone about an own object, later everybody', async () => {
    const { clock, dandelion, stem, fluff } = create({}, 1);
    assert.equal(dandelion.addOwn('a'), true);
    assert.deepEqual(stem, ['1:a']);
    assert.equal(dandelion.isStem('a'), true);
    assert.equal(dandelion.mayServe('a', 1), true);
    assert.equal(dandelion.mayServe('a', 2), false);
    await clock.advance(9_999);
    assert.deepEqual(fluff, []);
    await clock.advance(LONG_MS);
    assert.deepEqual(fluff, ['a']);
    assert.equal(dandelion.isStem('a'), false);
    assert.equal(dandelion.mayServe('a', 2), true);
  });

  it('lasts 10 s and an exponential time with a mean of 30 s', async () => {
    const { clock, dandelion, fluff } = create({}, 1);
    for (let number = 0; number < 1_000; number++) dandelion.addOwn(`k${number}`);
    await clock.advance(10_000 + 30_000 * Math.LN2);
    // Half of them on average; far outside of these bounds once in more than 10^9 runs.
    assert.ok(fluff.length > 400 && fluff.length < 600, `${fluff.length} of 1000`);
  });

  it('announces an own object without any stem when its time is over', async () => {
    const { clock, dandelion, stem, fluff } = create();
    assert.equal(dandelion.addOwn('a'), true);
    await clock.advance(LONG_MS);
    assert.deepEqual([stem, fluff], [[], ['a']]);
  });

  it('is not there at 0 percent', () => {
    const { dandelion, stem } = create({ percent: 0 }, 1);
    assert.equal(dandelion.addOwn('a'), false);
    assert.equal(dandelion.expect('b', 2), false);
    assert.equal(dandelion.received('b'), false);
    assert.deepEqual([stem, dandelion.size], [[], 0]);
  });

  it('passes an object on along the stem when it has come', () => {
    const { dandelion, stem } = create({}, 1, 2);
    assert.equal(dandelion.expect('a', 1), true);
    assert.deepEqual(stem, []);
    assert.equal(dandelion.received('a'), true);
    assert.deepEqual(stem, ['2:a'], 'never back to where it came from');
  });

  it('takes the same child for all objects of a parent', () => {
    const { dandelion, stem } = create({}, 1, 2);
    for (let number = 0; number < 20; number++) dandelion.addOwn(`k${number}`);
    assert.equal(new Set(stem.map((entry) => entry.split(':')[0])).size, 1);
  });

  it('keeps an object of its only stem to itself until the time is over', async () => {
    const { clock, dandelion, stem, fluff } = create({}, 1);
    dandelion.expect('a', 1);
    assert.equal(dandelion.received('a'), true);
    assert.deepEqual(stem, []);
    await clock.advance(LONG_MS);
    assert.deepEqual(fluff, ['a']);
  });

  it('turns objects of others to fluff with the complement of the percentage, own ones never', () => {
    const { dandelion } = create({ percent: 90 }, 1, 2);
    let fluffed = 0;
    for (let number = 0; number < 2_000; number++) {
      dandelion.expect(`k${number}`, 1);
      if (!dandelion.received(`k${number}`)) fluffed++;
      assert.equal(dandelion.addOwn(`own ${number}`), true);
    }
    // 200 on average with a deviation of 13.
    assert.ok(fluffed > 100 && fluffed < 300, `${fluffed} of 2000`);
    assert.equal(dandelion.size, 4_000 - fluffed);
  });

  it('ends the stem phase of an object that comes again', () => {
    const { dandelion, fluff } = create({}, 1);
    dandelion.addOwn('a');
    dandelion.receivedAgain('a');
    assert.deepEqual(fluff, ['a']);
    dandelion.receivedAgain('a');
    assert.deepEqual(fluff, ['a']);
  });

  it('treats an object as fluff that was announced openly before it came', () => {
    const { dandelion, stem } = create({}, 1);
    dandelion.expect('a', 2);
    dandelion.forgetExpected('a');
    assert.equal(dandelion.received('a'), false);
    assert.deepEqual(stem, []);
    dandelion.addOwn('own');
    dandelion.forgetExpected('own');
    assert.equal(dandelion.isStem('own'), true, 'what is held stays in its stem phase');
  });

  it('forgets an announced object that never comes, without a word', async () => {
    const { clock, dandelion, fluff } = create({}, 1);
    dandelion.expect('a', 2);
    await clock.advance(LONG_MS);
    assert.deepEqual([fluff, dandelion.size], [[], 0]);
  });

  it('gives the objects of a lost child to another stem', () => {
    const { dandelion, stem } = create({}, 1);
    dandelion.addOwn('a');
    dandelion.expect('expected', 7);
    dandelion.removePeer(1);
    assert.equal(dandelion.mayServe('a', 1), false);
    dandelion.addCandidate(2);
    assert.deepEqual(stem, ['1:a', '2:a']);
    assert.equal(dandelion.mayServe('a', 2), true);
    assert.equal(dandelion.mayServe('expected', 2), true);
  });

  it('has at most two stems and replaces a lost one by another candidate', () => {
    const { dandelion } = create({}, 1, 2, 3);
    assert.equal(dandelion.stems.length, 2);
    const [lost] = dandelion.stems;
    assert.ok(lost);
    dandelion.removePeer(lost);
    assert.equal(dandelion.stems.length, 2);
    assert.ok(!dandelion.stems.includes(lost));
  });

  it('chooses new stems every ten minutes', async () => {
    const { clock, dandelion } = create({}, 1, 2, 3, 4, 5, 6, 7, 8);
    const seen = new Set<number>();
    // Two of eight each time: one of them is never among them once in more than 10^11 runs.
    for (let epoch = 0; epoch < 100; epoch++) {
      assert.equal(dandelion.stems.length, 2);
      for (const stem of dandelion.stems) seen.add(stem);
      await clock.advance(STEM_EPOCH_MS);
    }
    assert.equal(seen.size, 8);
  });

  it('takes a bounded number of objects from one peer', () => {
    const { dandelion } = create({}, 1);
    for (let number = 0; number < MAX_STEM_OBJECTS_PER_PEER; number++) {
      assert.equal(dandelion.expect(`k${number}`, 2), true);
    }
    assert.equal(dandelion.expect('more', 2), false);
    assert.equal(dandelion.expect('more', 3), true);
    assert.equal(dandelion.addOwn('own'), true);
    dandelion.stop();
  });
});
