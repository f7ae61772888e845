/** Damaged mailboxes: what is found, and what is saved of them. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { checkDatabase } from '../../src/store/check/check-database.js';
import { Connection } from '../../src/store/connection.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { salvageMail, type SavedTable } from '../../src/store/salvage/salvage-mail.js';
import { withDatabase } from '../../src/store/snapshot.js';
import { vacuumDatabase } from '../../src/store/vacuum.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { identityRecord, inboxRecord, sentRecord } from '../support/store-records.js';
import { openTempStore, tempDir } from '../support/temp-store.js';

const MESSAGES = 40;
const PAGE_BYTES = 4096;

const open = (dataDir: string): Promise<Store> =>
  openStore({ dataDir }, { log: nullLog, clock: new FakeClock() });

async function filledDir(t: TestContext): Promise<string> {
  const dataDir = tempDir(t);
  const { store } = await openTempStore(undefined, { dataDir });
  await store.identities.add([identityRecord(1), identityRecord(2)]);
  await store.subscriptions.add({ address: 'BM-feed', label: Buffer.from('x'), enabled: true });
  for (let n = 0; n < MESSAGES; n++) {
    const body = Buffer.alloc(2500, n);
    await store.journal.commit({ inbox: inboxRecord(n, { body }) });
    await store.sent.add(sentRecord(n, { body }));
  }
  await store.mailbox.accept('BM-accepted');
  await store.close();
  return dataDir;
}

/** Numbers, from 1, of the pages of a table of one kind. */
function pagesOf(path: string, table: string, kind: string): number[] {
  const connection = new Connection(path, 'mail');
  const rows = connection
    .prepare<{ pageno: number }>('SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ?')
    .all(table, kind);
  connection.close();
  return rows.map(({ pageno }) => pageno);
}

function spoil(path: string, pages: readonly number[]): void {
  const bytes = readFileSync(path);
  for (const page of pages) bytes.fill(0xa5, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
  writeFileSync(path, bytes);
}

function salvage(t: TestContext, path: string): { tables: Map<string, SavedTable>; dir: string } {
  const dir = tempDir(t);
  const copy = join(tempDir(t), 'copy.db');
  copyFileSync(path, copy);
  const tables = salvageMail(copy, join(dir, 'mail.db'));
  return { tables: new Map(tables.map((table) => [table.table, table])), dir };
}

const findingsIn = (path: string): readonly string[] =>
  withDatabase(path, 'mail', (connection) => checkDatabase(connection).findings);

describe('salvaging', () => {
  it('of a file that is whole takes everything, and words are found again', async (t) => {
    const dataDir = await filledDir(t);
    const { tables, dir } = salvage(t, join(dataDir, 'mail.db'));
    for (const { table, lost, isMissing } of tables.values()) {
      assert.deepEqual({ table, lost, isMissing }, { table, lost: 0, isMissing: false });
    }
    assert.deepEqual(findingsIn(join(dir, 'mail.db')), []);
    const contents = async (directory: string): Promise<unknown> => {
      const store = await open(directory);
      while ((await store.search.index(100)) > 0);
      const found = {
        identities: await store.identities.list(),
        inbox: await store.inbox.list('inbox'),
        sent: await store.sent.list('sent'),
        counts: await store.mailbox.counts(),
        feed: await store.journal.feedProgress(),
        backfill: await store.backfill.list(),
        subscriptions: await store.subscriptions.list(),
      };
      await store.close();
      return found;
    };
    assert.deepEqual(await contents(dir), await contents(dataDir));
    assert.equal(statSync(join(dir, 'mail.db')).mode & 0o777, 0o600);
  });

  it('loses only what is in the damaged pages', async (t) => {
    const dataDir = await filledDir(t);
    const path = join(dataDir, 'mail.db');
    const leaves = pagesOf(path, 'inbox', 'leaf');
    spoil(path, leaves.slice(3, 5));
    assert.notDeepEqual(findingsIn(path), []);
    const { tables, dir } = salvage(t, path);
    const { saved = 0, lost = 0 } = tables.get('inbox') ?? {};
    assert.ok(lost >= 1 && lost <= 6, `${lost} lost`);
    assert.equal(saved + lost, MESSAGES);
    assert.equal(tables.get('sent')?.saved, MESSAGES);
    assert.equal(tables.get('identity')?.saved, 2);
    assert.deepEqual(findingsIn(join(dir, 'mail.db')), []);
    const store = await open(dir);
    assert.equal((await store.inbox.list('inbox')).length, saved);
    await store.close();
  });

  it('of a file that was cut off saves what is before the end', async (t) => {
    const dataDir = await filledDir(t);
    const path = join(dataDir, 'mail.db');
    truncateSync(path, Math.floor((statSync(path).size * 2) / 3 / PAGE_BYTES) * PAGE_BYTES);
    const { tables, dir } = salvage(t, path);
    const inbox = tables.get('inbox')?.saved ?? 0;
    assert.ok(inbox >= 10, `${inbox} saved`);
    assert.equal(tables.get('identity')?.saved, 2);
    assert.deepEqual(findingsIn(join(dir, 'mail.db')), []);
  });

  it('says when nothing can be saved', async (t) => {
    const dataDir = await filledDir(t);
    spoil(join(dataDir, 'mail.db'), [1]);
    assert.throws(
      () => salvage(t, join(dataDir, 'mail.db')),
      /nothing can be saved|damaged|not a database/,
    );
  });
});

describe('the check', () => {
  it('names what is missing and what contradicts itself', async (t) => {
    const dataDir = await filledDir(t);
    const path = join(dataDir, 'mail.db');
    assert.deepEqual(findingsIn(path), []);
    const spoiled = new Connection(path, 'mail');
    spoiled.exec("UPDATE inbox SET folder = 'nowhere' WHERE id = 3");
    assert.deepEqual(findingsIn(path), ['a received message is in no folder (row 3)']);
    spoiled.exec('DROP INDEX sent_by_msgid; DROP TRIGGER sent_added');
    spoiled.close();
    assert.deepEqual([...findingsIn(path)].sort(), [
      'the index sent_by_msgid is missing',
      'the trigger sent_added is missing',
    ]);
  });
});

describe('vacuum', () => {
  it('makes the file smaller and changes nothing else', async (t) => {
    const dataDir = await filledDir(t);
    const path = join(dataDir, 'mail.db');
    const some = new Connection(path, 'mail');
    some.exec('DELETE FROM sent');
    some.close();
    const scratch = tempDir(t);
    const { bytesBefore, bytesAfter } = vacuumDatabase(path, 'mail', scratch);
    assert.ok(bytesAfter < bytesBefore * 0.8, `${bytesBefore} to ${bytesAfter}`);
    assert.deepEqual(findingsIn(path), []);
    const store = await open(dataDir);
    assert.equal((await store.inbox.list('inbox')).length, MESSAGES);
    await store.close();
    spoil(path, pagesOf(path, 'inbox', 'leaf').slice(0, 1));
    assert.throws(() => vacuumDatabase(path, 'mail', scratch), /mail\.db is damaged/);
    assert.ok(existsSync(path));
  });
});
