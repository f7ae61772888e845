import assert from 'node:assert/strict';
import { inventoryEntry } from '../support/store-records.js';
import { DatabaseSync } from '@photostructure/sqlite';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { encodeWif } from '../../src/crypto/wif.js';
import { importDirectory } from '../../src/takeover/import.js';
import { displayText, toHex } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { tempDir } from '../support/temp-store.js';
import {
  bytesIn,
  changeMessages,
  keysOf,
  openTarget,
  rawRows,
  RECORDED_S,
  sampleDir,
  SAMPLES,
  textIn,
} from './data-dirs.js';

function snapshot(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => {
      const path = join(directory, name);
      return [name, `${readFileSync(path, 'latin1')} ${statSync(path).mtimeMs}`];
    }),
  );
}

describe('import', () => {
  for (const name of SAMPLES) {
    it(`takes all of sample ${name}, row by row, and leaves it as it was`, async (t) => {
      const source = sampleDir(t, name);
      const before = snapshot(source);
      const target = await openTarget(t);
      const report = await target.import(source);
      assert.deepEqual(snapshot(source), before);
      assert.deepEqual(
        report.problems.filter((line) => !line.includes('expired')),
        [],
      );
      const { store } = target;

      const inbox = (await store.mailBulk.readInbox(0, 100)).rows;
      const inboxRows = rawRows(source, 'inbox');
      assert.equal(inbox.length, inboxRows.length);
      inboxRows.forEach((row, index) => {
        assert.deepEqual(inbox[index], {
          msgid: bytesIn(row['msgid']),
          sigHash: bytesIn(row['sighash']),
          toAddress: textIn(row['toaddress']),
          fromAddress: textIn(row['fromaddress']),
          subject: bytesIn(row['subject']),
          body: bytesIn(row['message']),
          encoding: Number(textIn(row['encodingtype'])),
          receivedS: Number(textIn(row['received'])),
          folder: textIn(row['folder']),
          read: textIn(row['read']) === '1',
        });
      });

      const sent = (await store.mailBulk.readSent(0, 100)).rows;
      const sentRows = rawRows(source, 'sent');
      assert.equal(sent.length, sentRows.length);
      sentRows.forEach((row, index) => {
        const number = (column: string): number => Number(textIn(row[column]));
        assert.deepEqual(sent[index], {
          ackData: bytesIn(row['ackdata']),
          msgid: bytesIn(row['msgid']),
          toAddress: textIn(row['toaddress']),
          toRipe: bytesIn(row['toripe']),
          fromAddress: textIn(row['fromaddress']),
          subject: bytesIn(row['subject']),
          body: bytesIn(row['message']),
          encoding: number('encodingtype'),
          sentS: number('senttime'),
          lastActionS: number('lastactiontime'),
          sleepUntilS: number('sleeptill'),
          retryNumber: number('retrynumber'),
          ttlS: number('ttl'),
          folder: textIn(row['folder']),
          status: textIn(row['status']),
          reason: '',
        });
      });

      const subscriptions = (await store.subscriptions.list()).map((entry) => ({
        ...entry,
        label: displayText(entry.label),
      }));
      assert.deepEqual(
        subscriptions,
        rawRows(source, 'subscriptions').map((row) => ({
          address: textIn(row['address']),
          label: textIn(row['label']),
          enabled: textIn(row['enabled']) === '1',
        })),
      );

      const keys = (await store.networkBulk.readPubkeys(0, 100)).rows;
      assert.deepEqual(
        keys.map(({ address, keyBlock, storedS, usedPersonally }) => [
          address,
          keyBlock,
          storedS,
          usedPersonally,
        ]),
        rawRows(source, 'pubkeys').map((row) => [
          textIn(row['address']),
          bytesIn(row['transmitdata']),
          Number(textIn(row['time'])),
          textIn(row['usedpersonally']) === 'yes',
        ]),
      );

      const sections = Object.entries(keysOf(source)).filter(([section]) =>
        section.startsWith('BM-'),
      );
      const identities = await store.identities.list();
      assert.deepEqual(
        identities.map((identity) => [
          identity.address,
          displayText(identity.label),
          identity.chan,
          encodeWif(identity.signingKey),
          encodeWif(identity.encryptionKey),
          identity.nonceTrialsPerByte,
          identity.extra,
        ]),
        sections.map(([section, options]) => [
          section,
          options['label'],
          options['chan'] === 'true',
          options['privsigningkey'],
          options['privencryptionkey'],
          Number(options['noncetrialsperbyte']),
          { decoy: 'false' },
        ]),
      );
      for (const { lastPubkeySendS } of identities) assert.ok(lastPubkeySendS > 0);

      const hashes = rawRows(source, 'inventory')
        .filter((row) => Number(textIn(row['expirestime'])) > RECORDED_S)
        .map((row) => bytesIn(row['hash']));
      for (const hash of hashes) assert.ok(store.inventory.has(hash));
      assert.equal(store.inventory.size, hashes.length);
      assert.equal(await store.journal.feedPosition(), await store.networkBulk.lastSeq());
      // PyBitmessage has looked through its inventory, and Petrel's own is empty.
      assert.deepEqual(await store.backfill.list(), []);
      assert.equal(target.settings.boolean('bitmessagesettings.extralowdifficulty'), name !== 'D');
      assert.deepEqual(
        readdirSync(target.dataDir).filter((file) => file.startsWith('petrel-import')),
        [],
      );
    });
  }

  it('adds only what is new the second time', async (t) => {
    const source = sampleDir(t, 'A');
    const target = await openTarget(t);
    const first = await target.import(source);
    assert.ok(first.taken > 50);
    const sent = (await target.store.mailBulk.readSent(0, 1)).rows[0];
    assert.ok(sent);
    await target.store.sent.update(sent.ackData, { folder: 'trash' });
    assert.equal((await target.import(source)).taken, 0);
    assert.equal((await target.store.sent.getByAckData(sent.ackData))?.folder, 'trash');
    changeMessages(source, `UPDATE inbox SET msgid = 'new', sighash = 'other' WHERE rowid = 2`);
    assert.equal((await target.import(source)).taken, 1);
  });

  it('only counts in a dry run', async (t) => {
    const source = sampleDir(t, 'A');
    const clock = new FakeClock(RECORDED_S);
    const options = { sourceDir: source, copyParent: tempDir(t) };
    const report = await importDirectory(options, { target: undefined, clock });
    const target = await openTarget(t);
    assert.deepEqual(report.tallyLines(), (await target.import(source)).tallyLines());
  });

  it('goes on with what was being sent, and gives old acknowledgements their new form', async (t) => {
    const source = sampleDir(t, 'A');
    changeMessages(
      source,
      `UPDATE sent SET status = 'doingmsgpow' WHERE rowid = 1;
       UPDATE sent SET status = 'doingpubkeypow' WHERE rowid = 2;
       UPDATE sent SET status = 'doingbroadcastpow' WHERE rowid = 3;
       UPDATE sent SET status = 'odd', folder = 'elsewhere' WHERE rowid = 4;
       UPDATE sent SET ackdata = CAST(substr(CAST(ackdata AS BLOB), 7) AS TEXT) WHERE rowid = 5;
       UPDATE sent SET ackdata = '' WHERE rowid > 5`,
    );
    const target = await openTarget(t);
    const report = await target.import(source);
    const sent = (await target.store.mailBulk.readSent(0, 100)).rows;
    assert.deepEqual(
      sent.slice(0, 4).map(({ status }) => status),
      ['msgqueued', 'msgqueued', 'broadcastqueued', 'msgsentnoackexpected'],
    );
    assert.equal(sent[4]?.ackData.length, 38);
    assert.equal(sent.length, 7);
    assert.equal(report.problems.length, 3, report.problems.join('\n'));
    assert.equal((await target.import(source)).tally('sent, sent').taken, 0);
  });

  it('keeps odd labels and bodies byte by byte', async (t) => {
    const source = sampleDir(t, 'D');
    changeMessages(
      source,
      `UPDATE inbox SET subject = CAST(x'ff00c328' AS TEXT), message = x'6100ff' WHERE rowid = 1;
       INSERT INTO inbox SELECT CAST(msgid AS BLOB), toaddress, fromaddress, subject, received,
         message, folder, encodingtype, read, sighash FROM inbox WHERE rowid = 2;
       INSERT INTO subscriptions VALUES ('again', 'BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw', 1);
       UPDATE subscriptions SET enabled = 0 WHERE rowid = 1;
       INSERT INTO blacklist VALUES (x'ff', 'BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw', 0);
       INSERT INTO addressbook VALUES ('bad', 'BM-nothing')`,
    );
    const target = await openTarget(t);
    const report = await target.import(source);
    const [first] = (await target.store.mailBulk.readInbox(0, 1)).rows;
    assert.deepEqual(first?.subject, Uint8Array.of(0xff, 0, 0xc3, 0x28));
    assert.deepEqual(first.body, Uint8Array.of(0x61, 0, 0xff));
    assert.equal(await target.store.inbox.count(), 6);
    const again = (await target.store.subscriptions.list()).find(({ enabled, label }) => {
      return enabled && displayText(label) === 'again';
    });
    assert.ok(again);
    assert.deepEqual((await target.store.blacklist.list())[0]?.label, Uint8Array.of(0xff));
    assert.equal(report.problems.length, 3, report.problems.join('\n'));
  });

  it('refuses while a PyBitmessage runs, without keys.dat, and with keys said to be encrypted', async (t) => {
    const source = sampleDir(t, 'D');
    const target = await openTarget(t);
    writeFileSync(join(source, 'singleton.lock'), `${process.pid}\n`);
    await assert.rejects(target.import(source), /is running on/);
    rmSync(join(source, 'singleton.lock'));
    const keys = readFileSync(join(source, 'keys.dat'), 'utf8');
    writeFileSync(
      join(source, 'keys.dat'),
      keys.replace('keysencrypted = False', 'keysencrypted = True'),
    );
    await assert.rejects(target.import(source), /keysencrypted = true/);
    writeFileSync(join(source, 'keys.dat'), '');
    await assert.rejects(target.import(source), /is empty/);
    writeFileSync(join(source, 'keys.dat.2025001.bak'), keys);
    assert.equal((await target.import(source)).tally('identities').taken, 2);
    assert.ok(existsSync(join(target.dataDir, 'pybitmessage-settings.ini')));
  });

  it('has what Petrel held before looked through for the new addresses, at the next start', async (t) => {
    const target = await openTarget(t);
    for (const n of [1, 2, 3]) await target.store.inventory.add(inventoryEntry(n));
    await target.import(sampleDir(t, 'A'));
    const ranges = await target.store.backfill.list();
    assert.ok(ranges.length > 0);
    for (const { doneSeq, untilSeq } of ranges) assert.deepEqual([doneSeq, untilSeq], [0, 3]);
  });

  it('processes what PyBitmessage had not', async (t) => {
    const source = sampleDir(t, 'A');
    const [row] = rawRows(source, 'inventory');
    changeMessages(
      source,
      `INSERT INTO objectprocessorqueue SELECT 2, CAST(payload AS BLOB) FROM inventory WHERE rowid = 1;
       DELETE FROM inventory`,
    );
    const target = await openTarget(t);
    const report = await target.import(source);
    assert.ok(target.store.inventory.has(bytesIn(row?.['hash'])));
    assert.ok(
      (await target.store.journal.feedPosition()) < (await target.store.networkBulk.lastSeq()),
    );
    assert.match(report.notes.join(), /1 objects wait/);
  });

  it('takes the inventory from files as well', async (t) => {
    const source = sampleDir(t, 'D');
    const rows = rawRows(source, 'inventory');
    for (const row of rows) {
      const directory = join(source, 'inventory', 'objects', toHex(bytesIn(row['hash'])));
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'data'), bytesIn(row['payload']));
      writeFileSync(join(directory, 'metadata'), '2,1,1795805000,,');
    }
    changeMessages(source, 'DELETE FROM inventory');
    const target = await openTarget(t);
    await target.import(source);
    assert.equal(target.store.inventory.size, rows.length);
  });

  it('plays back the journal that a crash left', async (t) => {
    const source = sampleDir(t, 'D');
    const crashed = join(tempDir(t), 'crashed');
    const database = new DatabaseSync(join(source, 'messages.dat'));
    database.exec(
      `PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;
       UPDATE inbox SET subject = 'half done', message = hex(randomblob(20000));
       UPDATE inventory SET payload = randomblob(20000)`,
    );
    cpSync(source, crashed, { recursive: true });
    database.exec('ROLLBACK');
    database.close();
    assert.ok(existsSync(join(crashed, 'messages.dat-journal')));
    const target = await openTarget(t);
    const report = await target.import(crashed);
    assert.deepEqual(report.notes, []);
    const inbox = (await target.store.mailBulk.readInbox(0, 10)).rows;
    assert.deepEqual(
      inbox.map(({ subject }) => displayText(subject)),
      rawRows(source, 'inbox').map((row) => textIn(row['subject'])),
    );
  });
});
