import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { displayText } from '../../src/util/bytes.js';
import { tempDir } from '../support/temp-store.js';
import { changeMessages, openTarget, sampleDir } from './data-dirs.js';
import { OLD_VERSIONS, writeOldMessages } from './old-directories.js';

describe('schema versions of before', () => {
  for (const version of OLD_VERSIONS) {
    it(`takes version ${version}`, async (t) => {
      const sample = sampleDir(t, 'A');
      const source = join(tempDir(t), 'old');
      mkdirSync(source);
      copyFileSync(join(sample, 'keys.dat'), join(source, 'keys.dat'));
      writeOldMessages(source, version, sample);
      const target = await openTarget(t);
      const report = await target.import(source);
      const { store } = target;
      const inbox = (await store.mailBulk.readInbox(0, 10)).rows;
      assert.deepEqual(
        inbox.map(({ read, sigHash, receivedS }) => [read, sigHash.length, receivedS]),
        [1, 2, 3].map((n) => [n % 2 === 1, version >= 9 ? 32 : 0, 1_795_000_000]),
      );
      const sent = (await store.mailBulk.readSent(0, 10)).rows;
      assert.deepEqual(
        sent.map(({ status }) => status),
        [
          'msgqueued',
          'msgsent',
          'msgqueued',
          'broadcastqueued',
          version < 8 ? 'msgqueued' : 'badkey',
          'ackreceived',
        ],
      );
      for (const row of sent) {
        assert.equal(row.ackData.length, 38);
        assert.equal(row.ttlS, version >= 10 ? 345_600 : 216_000);
        assert.equal(row.sentS, version >= 10 ? 1_794_000_000 : 1_794_000_001);
        assert.equal(row.retryNumber, version >= 10 ? 1 : 0);
      }
      assert.deepEqual(
        (await store.contacts.list()).map(({ label }) => displayText(label)),
        ['first'],
      );
      const subscriptions = (await store.subscriptions.list()).map(({ address }) => address);
      assert.equal(subscriptions.includes('BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw'), version === 0);
      const keys = (await store.networkBulk.readPubkeys(0, 10)).rows;
      assert.equal(keys.length, version >= 8 ? 5 : 0);
      assert.equal(report.problems.length, 1, report.problems.join('\n'));
    });
  }

  it('fills in the columns of before there were versions at all', async (t) => {
    const source = sampleDir(t, 'D');
    changeMessages(
      source,
      `DROP TABLE settings; ALTER TABLE inbox DROP COLUMN encodingtype;
       ALTER TABLE inbox DROP COLUMN read; ALTER TABLE inbox DROP COLUMN sighash;
       ALTER TABLE sent DROP COLUMN encodingtype; ALTER TABLE pubkeys DROP COLUMN usedpersonally`,
    );
    rmSync(join(source, 'knownnodes.dat'));
    const target = await openTarget(t);
    await target.import(source);
    const inbox = (await target.store.mailBulk.readInbox(0, 10)).rows;
    assert.ok(inbox.length === 6 && inbox.every(({ read, encoding }) => read && encoding === 2));
  });
});
