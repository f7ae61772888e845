import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FreshObjects } from '../../src/network/fresh-objects.js';
import { FRESH_OBJECT_MS, MAX_FRESH_OBJECTS } from '../../src/network/limits.js';
import { FakeClock } from '../support/fake-clock.js';

test('an object is fresh for the time at least and twice the time at most', async () => {
  for (const addedAtMs of [0, 1, FRESH_OBJECT_MS - 1, FRESH_OBJECT_MS, FRESH_OBJECT_MS + 7_000]) {
    const clock = new FakeClock();
    const fresh = new FreshObjects(clock);
    await clock.advance(addedAtMs);
    fresh.add('a');
    await clock.advance(FRESH_OBJECT_MS - 1);
    assert.equal(fresh.has('a'), true);
    assert.equal(fresh.has('b'), false);
    await clock.advance(FRESH_OBJECT_MS + 1);
    assert.equal(fresh.has('a'), false);
  }
});

test('when too many come, all count as fresh for the time', async () => {
  const clock = new FakeClock();
  const fresh = new FreshObjects(clock);
  for (let number = 0; number < MAX_FRESH_OBJECTS; number++) fresh.add(String(number));
  assert.equal(fresh.has('other'), false);
  fresh.add('one too many');
  assert.equal(fresh.has('other'), true);
  await clock.advance(FRESH_OBJECT_MS - 1);
  assert.equal(fresh.has('one too many'), true);
  await clock.advance(1);
  assert.equal(fresh.has('other'), false);
  assert.equal(fresh.has('one too many'), false);
});
