import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTestMessages, IdleEnd } from '../../src/cli/pybitmessage-test.js';
import { FakeClock } from '../support/fake-clock.js';
import { openTempStore } from '../support/temp-store.js';

test('the four messages are there once, in the order of their numbers', async (t) => {
  const { store } = await openTempStore(t);
  const clock = new FakeClock();
  await addTestMessages(store, clock);
  await addTestMessages(store, clock);
  const subjects = (await store.inbox.list('inbox')).map(({ subject }) =>
    String.fromCharCode(...subject),
  );
  assert.deepEqual(subjects, ['Test1 subject', 'Test2 subject', 'Test3 subject', 'Test4 subject']);
});

test('the end comes 30 s after the last call', async () => {
  const clock = new FakeClock();
  let ended = 0;
  const idle = new IdleEnd(clock, () => (ended += 1));
  idle.touch();
  await clock.advance(29_999);
  idle.touch();
  await clock.advance(29_999);
  assert.equal(ended, 0);
  await clock.advance(1);
  assert.equal(ended, 1);
  idle.touch();
  idle.stop();
  await clock.advance(60_000);
  assert.equal(ended, 1);
});
