import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../support/properties.js';
import { FeedWindow } from '../../../src/node/inbox/feed-window.js';
import type { FeedProgress } from '../../../src/store/repositories.js';

const fresh: FeedProgress = { seq: 0, doneAbove: new Uint8Array() };

/** Which of the numbers up to `last` a stored progress calls done. */
function doneOf({ seq, doneAbove }: FeedProgress, last: number): number[] {
  const done: number[] = [];
  for (let other = 1; other <= last; other++) {
    const at = other - seq - 1;
    if (at < 0 || ((doneAbove[at >> 3] ?? 0) >> (at % 8)) & 1) done.push(other);
  }
  return done;
}

describe('the window of the feed', () => {
  it('has its position below the lowest that is not done', () => {
    const window = new FeedWindow(fresh);
    for (const seq of [1, 2, 5, 9]) assert.equal(window.read(seq), true);
    assert.deepEqual([window.position, window.readTo, window.span], [0, 9, 9]);
    window.done(2);
    window.done(9);
    assert.deepEqual(window.progress(), { seq: 0, doneAbove: new Uint8Array([0b11101110, 1]) });
    window.done(1);
    assert.deepEqual(window.progress(), { seq: 4, doneAbove: new Uint8Array([0b11110]) });
    window.done(5);
    assert.deepEqual(window.progress(), { seq: 9, doneAbove: new Uint8Array() });
  });

  it('knows after a restart what was done, until all of it is read again', () => {
    const window = new FeedWindow({ seq: 4, doneAbove: new Uint8Array([0b11110]) });
    assert.equal(window.highest, 12);
    assert.equal(window.read(5), true);
    assert.deepEqual(doneOf(window.progress(), 12), [1, 2, 3, 4, 6, 7, 8, 9]);
    assert.equal(window.read(9), false);
    window.done(5);
    assert.deepEqual(window.progress(), { seq: 9, doneAbove: new Uint8Array() });
    assert.equal(window.read(10), true);
  });

  it('through any number of restarts, calls done exactly what was done', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 5, arbitrary: fc.record({ done: fc.nat() }) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        /** Everything that is in the feed, with gaps, as far as it was ever read. */
        const feed: number[] = [];
        const done = new Set<number>();
        let window = new FeedWindow(fresh);
        let pending: number[] = [];
        for (const one of steps) {
          if (one === 'restart') {
            window = new FeedWindow(window.progress());
            pending = [];
          } else if ('read' in one) {
            const known = feed.find((seq) => seq > window.readTo);
            const seq = known ?? window.highest + one.read;
            if (known === undefined) feed.push(seq);
            assert.equal(window.read(seq), !done.has(seq));
            if (!done.has(seq)) pending.push(seq);
          } else if (pending.length > 0) {
            const [seq = 0] = pending.splice(one.done % pending.length, 1);
            window.done(seq);
            done.add(seq);
          }
          const last = feed.at(-1) ?? 0;
          const called = doneOf(window.progress(), last).filter((seq) => feed.includes(seq));
          assert.deepEqual(
            called,
            feed.filter((seq) => done.has(seq)),
          );
        }
      }),
    );
  });
});
