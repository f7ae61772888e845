import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conditions, CONDITION_CODES, CONDITIONS } from '../../../src/node/health/conditions.js';
import { FakeClock } from '../../support/fake-clock.js';
import { recordedLog } from '../../support/recorded-log.js';

test('a condition is told once when it begins and once when it ends', async () => {
  const clock = new FakeClock();
  const log = recordedLog();
  const conditions = new Conditions({ log, clock });
  const told: string[] = [];
  const unfollow = conditions.follow(({ code }, isActive) => told.push(`${code} ${isActive}`));
  const sinceS = clock.nowS();

  for (let noticed = 0; noticed < 100; noticed++) conditions.begin('storage-full', 'seen');
  await clock.advance(60_000);
  const { remedy } = CONDITIONS['storage-full'];
  assert.deepEqual(conditions.list(), [{ code: 'storage-full', sinceS, text: 'seen', remedy }]);
  for (let noticed = 0; noticed < 100; noticed++) conditions.end('storage-full');
  assert.deepEqual(conditions.list(), []);

  assert.deepEqual(told, ['storage-full true', 'storage-full false']);
  assert.equal(log.lines.length, 2);
  assert.equal(log.lines[1]?.fields['lastedS'], 60);
  unfollow();
  conditions.begin('no-network');
  assert.equal(told.length, 2);
});

test('what stops storing, and what makes the time unsure', () => {
  for (const code of CONDITION_CODES) {
    const conditions = new Conditions({ log: recordedLog(), clock: new FakeClock() });
    assert.ok(conditions.canStore && conditions.isTimeSure);
    conditions.begin(code);
    const stops = ['storage-full', 'storage-read-only', 'storage-failing'].includes(code);
    assert.equal(conditions.canStore, !stops, code);
    assert.equal(conditions.isTimeSure, !code.startsWith('clock-'), code);
    assert.ok(conditions.has(code));
  }
});
