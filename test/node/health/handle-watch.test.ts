import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conditions } from '../../../src/node/health/conditions.js';
import { HandleWatch, type HandleUse } from '../../../src/node/health/handle-watch.js';
import { FakeClock } from '../../support/fake-clock.js';
import { recordedLog } from '../../support/recorded-log.js';

test('few handles left are told until enough are free again', async () => {
  const clock = new FakeClock();
  const conditions = new Conditions({ log: recordedLog(), clock });
  let use: HandleUse | 'none left' | undefined;
  const watch = new HandleWatch({ clock, conditions, handles: () => Promise.resolve(use) });
  await watch.start();
  const isOut = async (now: typeof use): Promise<boolean> => {
    use = now;
    await clock.advance(2_000);
    return conditions.has('out-of-handles');
  };
  assert.equal(await isOut(undefined), false);
  assert.equal(await isOut({ open: 1_000, limit: 1_024 }), false);
  assert.equal(await isOut({ open: 1_017, limit: 1_024 }), true);
  assert.equal(await isOut({ open: 1_010, limit: 1_024 }), true, 'does not come and go');
  assert.equal(await isOut({ open: 1_000, limit: 1_024 }), false);
  assert.equal(await isOut('none left'), true);
  assert.equal(await isOut({ open: 50, limit: 1_024 }), false);
  await watch.stop();
  assert.equal(clock.timers, 0);
});
