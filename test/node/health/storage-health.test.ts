import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Conditions } from '../../../src/node/health/conditions.js';
import { StorageHealth } from '../../../src/node/health/storage-health.js';
import { StorageError, type StorageTrouble } from '../../../src/store/storage-error.js';
import { FakeClock } from '../../support/fake-clock.js';
import { recordedLog } from '../../support/recorded-log.js';

const MIB = 1024 * 1024;

/** A disk that the test fills, breaks and mends. */
function disk(reserveBytes = 0) {
  const clock = new FakeClock();
  const log = recordedLog();
  const conditions = new Conditions({ log, clock });
  const state = { trouble: undefined as StorageTrouble | undefined, free: 100 * MIB };
  let probes = 0;
  const write = (): Promise<string> =>
    state.trouble
      ? Promise.reject(new StorageError(state.trouble, `refused: ${state.trouble}`))
      : Promise.resolve('written');
  const storage = new StorageHealth(
    { reserveBytes },
    {
      conditions,
      clock,
      probe: async () => {
        probes++;
        await write();
      },
      freeBytes: () => Promise.resolve(state.free),
    },
  );
  return { clock, log, conditions, state, write, storage, probes: () => probes };
}

/** Lets promises settle that need no time. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('storage health', () => {
  it('has background work wait, told in one line, and does it afterwards in order', async () => {
    const { clock, log, conditions, state, write, storage, probes } = disk();
    state.trouble = 'full';
    state.free = 0;
    const done: string[] = [];
    const requests = ['a', 'b', 'c'].map((name) =>
      storage.patient(write).then(() => done.push(name)),
    );
    await clock.advance(120_000);
    assert.deepEqual(done, []);
    assert.ok(conditions.has('storage-full') && !conditions.canStore && !storage.takesObjects);
    assert.equal(log.lines.length, 1);
    assert.equal(probes(), 0, 'no room: not even tried');
    state.free = 3 * MIB;
    await clock.advance(15_000);
    assert.deepEqual(done, [], 'still refused');
    assert.ok(probes() > 0);
    state.trouble = undefined;
    await clock.advance(15_000);
    await Promise.all(requests);
    assert.deepEqual(done, ['a', 'b', 'c']);
    assert.deepEqual(conditions.list(), []);
    assert.equal(log.lines.length, 2);
  });

  it('tells when the trouble becomes another one', async () => {
    const { clock, conditions, state, write, storage } = disk();
    state.trouble = 'failing';
    const request = storage.patient(write);
    await settled();
    assert.ok(conditions.has('storage-failing'));
    state.trouble = 'read-only';
    await clock.advance(15_000);
    assert.deepEqual(
      conditions.list().map(({ code }) => code),
      ['storage-read-only'],
    );
    state.trouble = undefined;
    await clock.advance(15_000);
    assert.equal(await request, 'written');
  });

  it('does not wait for what is no trouble of the disk', async () => {
    const { storage, conditions } = disk();
    const broken = (): Promise<never> => Promise.reject(new RangeError('a mistake'));
    await assert.rejects(storage.patient(broken), RangeError);
    assert.deepEqual(conditions.list(), []);
  });

  it('refuses what waits when the node stops', async () => {
    const { clock, state, write, storage } = disk();
    state.trouble = 'full';
    const waiting = storage.patient(write);
    const refused = assert.rejects(waiting, { name: 'UserError', trouble: 'full' });
    await settled();
    await storage.stop();
    await refused;
    await assert.rejects(storage.patient(write), { trouble: 'full' });
    assert.equal(clock.timers, 0);
  });

  it('takes no objects of others below the reserve', async () => {
    const { clock, conditions, state, storage, write } = disk(10 * MIB);
    const takes = (): boolean => storage.takesObjects;
    await storage.start();
    assert.ok(takes());
    state.free = 9 * MIB;
    await clock.advance(10_000);
    assert.ok(!takes() && conditions.canStore);
    assert.equal(await storage.patient(write), 'written');
    state.free = 10.5 * MIB;
    await clock.advance(10_000);
    assert.ok(!takes(), 'does not come and go');
    state.free = 11 * MIB;
    await clock.advance(10_000);
    assert.ok(takes());
    await storage.stop();
  });

  it('tries less and less often when the disk refuses again at once', async () => {
    const { clock, log, storage, probes } = disk();
    for (let second = 0; second < 600; second++) {
      storage.failed(new StorageError('full', 'a large one does not fit'));
      await clock.advance(1_000);
    }
    assert.ok(probes() < 60, String(probes()));
    assert.ok(log.lines.length < 120, String(log.lines.length));
  });
});
