/** Backups by the clock. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { backupName, backupTimeMs, directoryId } from '../../src/backup/backup-names.js';
import type { runBackupTask } from '../../src/backup/backup-task.js';
import type { CreateTask } from '../../src/backup/create-backup.js';
import { nextDueMs, type SchedulePlan } from '../../src/backup/schedule-plan.js';
import { readScheduleState } from '../../src/backup/schedule-state.js';
import { BackupSchedule } from '../../src/backup/schedule.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { parsePeriodS, showPeriod } from '../../src/util/period.js';
import { FakeClock } from '../support/fake-clock.js';
import { tempDir } from '../support/temp-store.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function setUp(t: TestContext, changes: Partial<SchedulePlan> = {}) {
  const dataDir = tempDir(t);
  const directory = tempDir(t);
  const passphraseFile = join(tempDir(t), 'pass');
  writeFileSync(passphraseFile, 'correct horse battery staple\n');
  const clock = new FakeClock();
  const tasks: CreateTask[] = [];
  let finish: (() => void) | undefined;
  const scene = {
    dataDir,
    directory,
    clock,
    tasks,
    plan: { directory, everyMs: HOUR_MS, keep: 2, passphraseFile, ...changes } as
      SchedulePlan | undefined,
    failure: undefined as Error | undefined,
    /** The task waits until this is called. */
    hold: false,
    release: () => finish?.(),
    own: () => readdirSync(directory).filter((name) => backupTimeMs(directoryId(dataDir), name)),
  };
  const run = async (_: 'create', task: CreateTask): Promise<unknown> => {
    tasks.push(task);
    if (scene.hold) await new Promise<void>((resolve) => (finish = resolve));
    if (scene.failure) throw scene.failure;
    writeFileSync(task.target, 'backup');
    return { path: task.target, bytes: 6, manifest: undefined };
  };
  const schedule = new BackupSchedule(
    { dataDir, plan: () => scene.plan },
    { log: nullLog, clock, run: run as typeof runBackupTask },
  );
  t.after(() => schedule.stop());
  return { ...scene, scene, schedule };
}

describe('the schedule', () => {
  it('makes a backup when it is due, keeps the newest, and touches no other file', async (t) => {
    const { scene, schedule, clock, tasks, directory, own } = setUp(t);
    const others = [
      'notes.txt',
      backupName('00000000', Date.UTC(2020)),
      'petrel-x-20200101T000000Z.backup',
    ];
    for (const name of others) writeFileSync(join(directory, name), '');
    await schedule.start();
    await clock.advance(MINUTE_MS);
    assert.equal(tasks.length, 1);
    assert.equal(tasks[0]?.passphrase, 'correct horse battery staple');
    await clock.advance(HOUR_MS - MINUTE_MS);
    assert.equal(tasks.length, 1);
    await clock.advance(3 * HOUR_MS);
    assert.equal(tasks.length, 4);
    assert.equal(own().length, 2);
    assert.deepEqual(
      own().sort(),
      tasks.slice(-2).map(({ target }) => target.split('/').at(-1)),
    );
    for (const name of others) assert.ok(existsSync(join(directory, name)), name);
    scene.plan = undefined;
    await clock.advance(3 * HOUR_MS);
    assert.equal(tasks.length, 4);
  });

  it('makes up for what was missed while the node was stopped, once', async (t) => {
    const { schedule, clock, tasks, directory, dataDir } = setUp(t);
    const old = backupName(directoryId(dataDir), clock.nowMs() - 50 * HOUR_MS);
    writeFileSync(join(directory, old), '');
    await schedule.start();
    await clock.advance(30 * MINUTE_MS);
    assert.equal(tasks.length, 1);
  });

  it('never runs two at once', async (t) => {
    const { scene, schedule, clock, tasks } = setUp(t);
    scene.hold = true;
    await schedule.start();
    await clock.advance(5 * HOUR_MS);
    assert.equal(tasks.length, 1);
    scene.hold = false;
    scene.release();
    await clock.advance(2 * MINUTE_MS);
    assert.equal(tasks.length, 2);
  });

  it('tells of a failure, keeps what is there, tries again, and forgets it then', async (t) => {
    const { scene, schedule, clock, tasks, dataDir, own } = setUp(t);
    await schedule.start();
    await clock.advance(3 * HOUR_MS);
    const before = own();
    scene.failure = new UserError('no space left on the disk of /backups');
    await clock.advance(HOUR_MS);
    const { success, failure } = readScheduleState(dataDir);
    assert.match(failure?.error ?? '', /no space left/);
    assert.equal(success?.bytes, 6);
    assert.deepEqual(own(), before);
    const failed = tasks.length;
    await clock.advance(10 * MINUTE_MS);
    assert.ok(tasks.length <= failed + 1, 'not each minute');
    scene.failure = undefined;
    await clock.advance(20 * MINUTE_MS);
    assert.equal(readScheduleState(dataDir).failure, undefined);
    assert.notDeepEqual(own(), before);
  });

  it('says so when directory or passphrase are gone', async (t) => {
    const { scene, schedule, clock, tasks, dataDir, directory } = setUp(t);
    await schedule.start();
    scene.plan = { ...(scene.plan as SchedulePlan), directory: join(directory, 'unmounted') };
    await clock.advance(MINUTE_MS);
    assert.match(readScheduleState(dataDir).failure?.error ?? '', /cannot read the directory/);
    scene.plan = { ...scene.plan, directory, passphraseFile: join(directory, 'none') };
    await clock.advance(20 * MINUTE_MS);
    assert.match(readScheduleState(dataDir).failure?.error ?? '', /passphrase file/);
    assert.equal(tasks.length, 0);
  });

  it('removes what killed runs left: partial files, and mail in the clear', async (t) => {
    const { schedule, clock, directory, dataDir } = setUp(t);
    const partial = `${backupName(directoryId(dataDir), 0)}.4711.partial`;
    writeFileSync(join(directory, partial), '');
    writeFileSync(join(directory, 'foreign.backup.4711.partial'), '');
    const scratch = join(dataDir, 'petrel-scratch-9999999-x');
    mkdirSync(scratch);
    chmodSync(scratch, 0o700);
    await schedule.start();
    assert.equal(existsSync(scratch), false);
    await clock.advance(MINUTE_MS);
    assert.equal(existsSync(join(directory, partial)), false);
    assert.ok(existsSync(join(directory, 'foreign.backup.4711.partial')));
  });
});

describe('the time of the next backup', () => {
  const plan = { directory: '/x', everyMs: HOUR_MS, keep: 1, passphraseFile: '/y' };
  it('is now without one, and when the last lies in the future', () => {
    assert.equal(nextDueMs(plan, undefined, 5), 5);
    assert.equal(nextDueMs(plan, 1_000, 2_000), 1_000 + HOUR_MS);
    assert.equal(nextDueMs(plan, 10 * HOUR_MS, HOUR_MS), HOUR_MS);
  });
});

describe('names and periods', () => {
  it('hold the time to the second', () => {
    const timeMs = Date.UTC(2026, 10, 21, 3, 15, 7);
    const name = backupName('0123abcd', timeMs + 999);
    assert.equal(name, 'petrel-0123abcd-20261121T031507Z.backup');
    assert.equal(backupTimeMs('0123abcd', name), timeMs);
    assert.equal(backupTimeMs('0123abce', name), undefined);
    assert.notEqual(directoryId('/a', 'host'), directoryId('/a', 'other'));
  });

  it('are read and shown', () => {
    assert.deepEqual(
      ['30m', '12h', '1d', '2w'].map(parsePeriodS),
      [1800, 43_200, 86_400, 1_209_600],
    );
    for (const text of ['', '0d', 'd', '1', '1.5h', '-1d', '1y']) {
      assert.equal(parsePeriodS(text), undefined, text);
    }
    assert.deepEqual([90_000, 7_200, 59, 60].map(showPeriod), [
      '1 day',
      '2 hours',
      '0 minutes',
      '1 minute',
    ]);
  });
});
