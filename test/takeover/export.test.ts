import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { exportDirectory } from '../../src/takeover/export.js';
import { utf8 } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { identityRecord, inboxRecord, sentRecord } from '../support/store-records.js';
import { tempDir } from '../support/temp-store.js';
import {
  changeMessages,
  keysOf,
  openTarget,
  rawRows,
  RECORDED_S,
  sampleDir,
  SAMPLES,
  textIn,
  type TestTarget,
} from './data-dirs.js';

/** Tables that come back as they were, storage classes included. */
const SAME = ['inbox', 'sent', 'subscriptions', 'addressbook', 'blacklist', 'whitelist', 'pubkeys'];

async function exported(target: TestTarget, directory: string): Promise<string[]> {
  const { store, settings } = target;
  const clock = new FakeClock(RECORDED_S);
  return (await exportDirectory(directory, { store, settings, clock })).problems;
}

describe('export', () => {
  for (const name of SAMPLES) {
    it(`gives sample ${name} back, row by row, and importing it again changes nothing`, async (t) => {
      const source = sampleDir(t, name);
      changeMessages(
        source,
        `UPDATE inbox SET folder = 'trash', read = 1, subject = CAST(x'fffe00c3' AS TEXT) WHERE rowid = 1;
         UPDATE sent SET folder = 'trash' WHERE rowid = 1;
         UPDATE sent SET ackdata = '' WHERE rowid = 3;
         INSERT INTO addressbook VALUES ('a ; "b" %% é', 'BM-2cXqjme7DrtTf3xEdgZenP4qZA8X9Z6H99');
         INSERT INTO blacklist VALUES ('black', 'BM-2D9cr5SCrqsyeqYTnVsEec5RetrofftbWr', 0);
         INSERT INTO whitelist VALUES ('white', 'BM-2D9cr5SCrqsyeqYTnVsEec5RetrofftbWr', 1)`,
      );
      const target = await openTarget(t);
      await target.import(source);
      const back = join(tempDir(t), 'back');
      assert.deepEqual(await exported(target, back), []);
      for (const table of SAME) {
        assert.deepEqual(rawRows(back, table), rawRows(source, table), table);
      }
      const objects = (directory: string): string[] =>
        rawRows(directory, 'inventory')
          .filter((row) => Number(textIn(row['expirestime'])) > RECORDED_S)
          .map((row) => `${row['hash']} ${row['payload']?.split(' ')[1]}`)
          .sort();
      assert.deepEqual(objects(back), objects(source));
      assert.deepEqual(keysOf(back), keysOf(source));
      assert.deepEqual(Object.keys(keysOf(back)), Object.keys(keysOf(source)));
      assert.equal(statSync(back).mode & 0o777, 0o700);
      for (const file of ['keys.dat', 'messages.dat', 'knownnodes.dat']) {
        assert.equal(statSync(join(back, file)).mode & 0o777, 0o600);
      }
      assert.equal((await target.import(back)).taken, 0);
      const fresh = await openTarget(t);
      assert.ok((await fresh.import(back)).taken > 0);
      const again = join(tempDir(t), 'again');
      await exported(fresh, again);
      assert.equal(
        readFileSync(join(again, 'keys.dat'), 'utf8'),
        readFileSync(join(back, 'keys.dat'), 'utf8'),
      );
    });
  }

  it('doubles %, and says what keys.dat cannot hold', async (t) => {
    const target = await openTarget(t);
    const record = (await openSample(t)).record;
    await target.store.identities.add([
      {
        ...record,
        label: utf8(' 50% ; of \n it '),
        mailingList: true,
        mailingListName: utf8('100%'),
      },
    ]);
    const back = join(tempDir(t), 'back');
    const problems = await exported(target, back);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /cannot hold this label/);
    const text = readFileSync(join(back, 'keys.dat'), 'utf8');
    assert.match(text, /^label = 50%%; of\n\tit$/m);
    assert.match(text, /^mailinglistname = 100%%$/m);
    assert.match(text, /^settingsversion = 10$/m);
  });

  it('writes what Petrel received itself, and refuses a directory that holds something', async (t) => {
    const target = await openTarget(t);
    await target.store.mailBulk.addInbox([inboxRecord(1), inboxRecord(2)]);
    await target.store.mailBulk.addSent([sentRecord(1, { folder: 'draft', reason: 'why' })]);
    await target.store.identities.add([identityRecord(1, { dontSendAck: true, chan: true })]);
    const back = join(tempDir(t), 'back');
    await exported(target, back);
    assert.equal(rawRows(back, 'inbox').length, 2);
    assert.equal(textIn(rawRows(back, 'sent')[0]?.['folder']), 'draft');
    assert.deepEqual(
      rawRows(back, 'settings').map((row) => row['value']?.split(' ')[0]),
      ['text', 'integer'],
    );
    writeFileSync(join(back, 'mine'), 'x');
    await assert.rejects(exported(target, back), /not empty/);
  });
});

async function openSample(t: Parameters<typeof openTarget>[0]) {
  const target = await openTarget(t);
  await target.import(sampleDir(t, 'D'));
  const [record] = await target.store.identities.list();
  assert.ok(record);
  return { record };
}
