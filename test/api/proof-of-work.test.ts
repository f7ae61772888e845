import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api } from '../support/api-caller.js';

test('progress of the proof of work', async () => {
  const { node, ask } = api();
  assert.deepEqual(await ask('powProgress'), { jobs: [] });
  const limits: (number | undefined)[] = [];
  const waiting = {
    purpose: 'message',
    owner: 'BM-anna',
    trials: 0,
    elapsedMs: 0.4,
    expectedTrials: 14_000_000.2,
    trialsPerSecond: 0,
    running: false,
  };
  const timeLeft = { meanMs: 7.1, p50Ms: 4.9, p90Ms: 16.3, p99Ms: 32.7 };
  node.pow.progress = (limit) => {
    limits.push(limit);
    return [{ ...waiting, trialsPerSecond: 2e6, running: true, timeLeft }, waiting];
  };
  const { jobs } = (await ask('powProgress', 2)) as { jobs: Record<string, unknown>[] };
  assert.deepEqual(jobs[0], {
    purpose: 'message',
    owner: 'BM-anna',
    running: true,
    trials: 0,
    elapsedMilliseconds: 0,
    expectedTrials: 14_000_000,
    trialsPerSecond: 2_000_000,
    meanMillisecondsLeft: 7,
    halfWithinMilliseconds: 5,
    ninetyPercentWithinMilliseconds: 16,
    ninetyNinePercentWithinMilliseconds: 33,
  });
  assert.equal(jobs[1]?.['meanMillisecondsLeft'], undefined);
  await ask('powProgress', -1);
  assert.deepEqual(limits, [2, 0]);
  assert.match((await ask('powProgress', 'many')) as string, /^21 /);
});
