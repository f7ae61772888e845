import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import type { Kernel } from '../../src/pow/kernel.js';
import { BLOCK_TRIALS, blockStart, searchJob, type JobMessage } from '../../src/pow/search-job.js';

const BLOCK = BigInt(BLOCK_TRIALS);

interface Range {
  readonly start: bigint;
  readonly count: number;
}

/** A job and its crew's control word; the kernel double records what it was asked to try. */
function setUp(workers: number) {
  const control = new SharedArrayBuffer(4);
  const counters = new SharedArrayBuffer(8 * workers);
  const job: JobMessage = {
    jobId: 1,
    epoch: 0,
    initialHash: new Uint8Array(64),
    target: 0n,
    counters,
  };
  const tried: Range[] = [];
  /** Answers `nonce` when it comes to it; cancels the job after so many blocks. */
  const kernel = (blocks: number, nonce = 0n): Kernel => ({
    name: 'node',
    begin: () => undefined,
    search(start, count) {
      tried.push({ start, count });
      if (--blocks <= 0) Atomics.store(new Int32Array(control), 0, 99);
      return nonce >= start && nonce < start + BigInt(count) ? nonce : 0n;
    },
  });
  const resume = () => Atomics.store(new Int32Array(control), 0, 0);
  return { control, counters, job, tried, kernel, resume };
}

describe('blocks of nonces', () => {
  it('begin at 1, never overlap and leave no gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), (workers, n) => {
        const starts: bigint[] = [];
        for (let index = 0; index < workers; index++) {
          for (let done = 0; done < n; done++)
            starts.push(blockStart(index, workers, BigInt(done)));
        }
        starts.sort((a, b) => (a < b ? -1 : 1));
        starts.forEach((start, i) => assert.equal(start, 1n + BigInt(i) * BLOCK));
      }),
    );
  });
});

describe('searchJob', () => {
  it('tries no nonce twice however often it is interrupted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }), (turns) => {
        const { control, counters, job, tried, kernel, resume } = setUp(2);
        for (const [turn, blocks] of turns.entries()) {
          const place = { index: turn % 2, workers: 2, control };
          resume();
          if (blocks === 0) Atomics.store(new Int32Array(control), 0, 99);
          assert.equal(searchJob(kernel(blocks), job, place), undefined);
        }
        const starts = tried.map(({ start }) => start);
        assert.equal(new Set(starts).size, starts.length);
        assert.ok(tried.every(({ start, count }) => start >= 1n && count === BLOCK_TRIALS));
        const counted = new BigUint64Array(counters).reduce((sum, count) => sum + count, 0n);
        assert.equal(counted, BigInt(tried.length) * BLOCK);
      }),
    );
  });

  it('counts exactly up to the nonce it found and stops the others', () => {
    const { control, counters, job, kernel } = setUp(3);
    const nonce = blockStart(1, 3, 2n) + 10n;
    const place = { index: 1, workers: 3, control };
    assert.equal(searchJob(kernel(100, nonce), job, place), nonce);
    assert.deepEqual([...new BigUint64Array(counters)], [0n, 2n * BLOCK + 11n, 0n]);
    assert.equal(new Int32Array(control)[0], 1);
  });

  it('leaves the control word alone when the crew has moved on', () => {
    const { control, job, kernel } = setUp(1);
    const place = { index: 0, workers: 1, control };
    assert.equal(searchJob(kernel(1, 5n), job, place), 5n);
    assert.equal(new Int32Array(control)[0], 99);
  });

  it('does nothing for a job that is no longer wanted', () => {
    const { control, job, tried, kernel } = setUp(1);
    Atomics.store(new Int32Array(control), 0, 7);
    const place = { index: 0, workers: 1, control };
    assert.equal(searchJob(kernel(9), job, place), undefined);
    assert.equal(tried.length, 0);
  });
});
