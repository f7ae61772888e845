/** Files that are not what the store wrote: each ends with a line that names the file. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Connection } from '../../src/store/connection.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { identityRecord, inboxRecord, inventoryEntry } from '../support/store-records.js';
import { openTempStore, tempDir } from '../support/temp-store.js';

const PAGE_BYTES = 4096;

/** The directory of a closed store with enough rows for many pages. */
async function filledDir(t: TestContext): Promise<string> {
  const dataDir = tempDir(t);
  const { store } = await openTempStore(undefined, { dataDir });
  await store.identities.add([identityRecord(1)]);
  for (let n = 0; n < 30; n++) {
    await store.journal.commit({ inbox: inboxRecord(n, { body: new Uint8Array(3000) }) });
  }
  const object = new Uint8Array(3000);
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => store.inventory.add(inventoryEntry(n, { object }))),
  );
  await store.close();
  return dataDir;
}

function open(dataDir: string, onFailure?: (error: Error) => void): Promise<Store> {
  const options = onFailure ? { dataDir, onFailure } : { dataDir };
  return openStore(options, { log: nullLog, clock: new FakeClock() });
}

async function assertRefused(dataDir: string, ...patterns: RegExp[]): Promise<void> {
  await assert.rejects(open(dataDir), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}

function overwrite(path: string, offset: number, length: number): void {
  const content = readFileSync(path);
  content.fill(0xa5, offset, offset + length);
  writeFileSync(path, content);
}

/** Numbers, from 1, of the pages that hold a table's rows. */
function leafPages(path: string, table: string): number[] {
  const connection = new Connection(path, 'network');
  const rows = connection
    .prepare<{ pageno: number }>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'")
    .all(table);
  connection.close();
  return rows.map((row) => row.pageno);
}

for (const [name, remedy] of [
  ['mail.db', /petrel backup restore puts a backup in its place/],
  ['network.db', /start again: the network sends its content anew/],
] as const) {
  describe(`damaged ${name}`, () => {
    const damaged = new RegExp(`${name} is damaged \\(.*\\); `);

    it('with garbage as header is refused', async (t) => {
      const dataDir = await filledDir(t);
      overwrite(join(dataDir, name), 0, 100);
      await assertRefused(dataDir, damaged, remedy);
    });

    it('that is no database at all is refused', async (t) => {
      const dataDir = tempDir(t);
      writeFileSync(join(dataDir, name), 'short text');
      await assertRefused(dataDir, damaged, remedy);
    });

    it('cut in the middle is refused', async (t) => {
      const dataDir = await filledDir(t);
      truncateSync(join(dataDir, name), 5 * PAGE_BYTES + 17);
      await assertRefused(dataDir, damaged, remedy);
    });

    it('can be moved away, and the other one is still good', async (t) => {
      const dataDir = await filledDir(t);
      overwrite(join(dataDir, name), 0, PAGE_BYTES);
      await assertRefused(dataDir, damaged);
      renameSync(join(dataDir, name), join(dataDir, `${name}.damaged`));
      const store = await open(dataDir);
      assert.equal(await store.inbox.count(), name === 'mail.db' ? 0 : 30);
      assert.equal(store.inventory.size, name === 'network.db' ? 0 : 200);
      await store.close();
    });
  });
}

describe('damage inside', () => {
  it('mail.db is found at the start', async (t) => {
    const dataDir = await filledDir(t);
    overwrite(join(dataDir, 'mail.db'), 25 * PAGE_BYTES, PAGE_BYTES);
    await assertRefused(dataDir, /mail\.db is damaged/);
  });

  it('network.db is told by the call that meets it and by onFailure, once', async (t) => {
    const dataDir = await filledDir(t);
    const path = join(dataDir, 'network.db');
    for (const page of leafPages(path, 'object')) {
      overwrite(path, (page - 1) * PAGE_BYTES, PAGE_BYTES);
    }
    const failures: Error[] = [];
    const store = await open(dataDir, (error) => failures.push(error));
    for (let turn = 0; turn < 2; turn++) {
      await assert.rejects(store.inventory.readFeed(0, 1000), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /network\.db is damaged/);
        return true;
      });
    }
    assert.equal(failures.length, 1);
    assert.match(failures[0]?.message ?? '', /network\.db is damaged/);
    await store.close();
  });

  it('an emptied mail.db is refused, not taken for a new one', async (t) => {
    const dataDir = await filledDir(t);
    truncateSync(join(dataDir, 'mail.db'), 0);
    await assertRefused(dataDir, /mail\.db is damaged \(it is empty\); put a backup in its place/);
  });
});

describe('other schemas', () => {
  for (const name of ['mail.db', 'network.db'] as const) {
    it(`of a newer Petrel: ${name} is refused and left alone`, async (t) => {
      const dataDir = await filledDir(t);
      const path = join(dataDir, name);
      const connection = new Connection(path, 'mail');
      connection.exec('PRAGMA user_version = 99');
      connection.close();
      const before = readFileSync(path);
      await assertRefused(
        dataDir,
        new RegExp(`${name} was written by a newer Petrel \\(schema 99`),
      );
      assert.ok(readFileSync(path).equals(before));
    });

    it(`of another program: ${name} is refused`, async (t) => {
      const dataDir = tempDir(t);
      const connection = new Connection(join(dataDir, name), 'mail');
      connection.exec('CREATE TABLE theirs (a)');
      connection.close();
      await assertRefused(dataDir, new RegExp(`${name} is not a database of Petrel`));
    });
  }
});
