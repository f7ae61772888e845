import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockWatch } from '../../../src/node/health/clock-watch.js';
import { Conditions } from '../../../src/node/health/conditions.js';
import { FakeClock } from '../../support/fake-clock.js';
import { recordedLog } from '../../support/recorded-log.js';

const DAY_MS = 86_400_000;

async function started() {
  const clock = new FakeClock();
  const conditions = new Conditions({ log: recordedLog(), clock });
  let jumps = 0;
  const watch = new ClockWatch({ clock, conditions, jumped: () => jumps++ });
  await watch.start();
  return { clock, conditions, watch, jumps: () => jumps };
}

test('a clock that is set is noticed, and believed after a while', async () => {
  for (const byMs of [DAY_MS, -DAY_MS]) {
    const { clock, conditions, watch, jumps } = await started();
    await clock.advance(3_600_000);
    assert.deepEqual(conditions.list(), []);
    clock.set(byMs);
    await clock.advance(2_000);
    assert.equal(jumps(), 1);
    const [condition] = conditions.list();
    assert.equal(condition?.code, 'clock-jumped');
    assert.match(condition.text, byMs > 0 ? /86400 s ahead/ : /86400 s back/);
    assert.equal(conditions.isTimeSure, false);
    await clock.advance(590_000);
    assert.ok(conditions.has('clock-jumped'));
    await clock.advance(10_000);
    assert.deepEqual(conditions.list(), []);
    assert.equal(jumps(), 1);
    await watch.stop();
    assert.equal(clock.timers, 0);
  }
});

test('one that comes back is relied on at once', async () => {
  const { clock, conditions, watch, jumps } = await started();
  clock.set(DAY_MS);
  await clock.advance(5_000);
  clock.set(-DAY_MS + 100);
  await clock.advance(5_000);
  assert.equal(jumps(), 2, 'what was refused by it is wanted again');
  assert.deepEqual(conditions.list(), []);
  await watch.stop();
});

test('corrections as NTP makes them are nothing', async () => {
  const { clock, conditions, watch, jumps } = await started();
  for (let hour = 0; hour < 100; hour++) {
    clock.set(hour % 3 === 0 ? -20_000 : 9_000);
    await clock.advance(3_600_000);
  }
  assert.equal(jumps(), 0);
  assert.deepEqual(conditions.list(), []);
  await watch.stop();
});
