/** What can be wrong with the data directory, and the modes of what is in it. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../src/store/open-store.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { inboxRecord, inventoryEntry } from '../support/store-records.js';
import { openTempStore, tempDir } from '../support/temp-store.js';

/** The line with which opening ends. */
async function refusal(dataDir: string): Promise<string> {
  try {
    const store = await openStore({ dataDir }, { log: nullLog, clock: new FakeClock() });
    await store.close();
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  return 'opened';
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe('data directory', () => {
  it('is made when only it is missing', async (t) => {
    const dataDir = join(tempDir(t), 'new');
    await openTempStore(t, { dataDir });
    assert.ok(statSync(dataDir).isDirectory());
  });

  it('ends with one line when the parent is missing', async (t) => {
    const dataDir = join(tempDir(t), 'missing', 'data');
    assert.match(
      await refusal(dataDir),
      /missing does not exist; create it or use another --data-dir/,
    );
  });

  it('ends with one line when it is a file, or below one', async (t) => {
    const file = join(tempDir(t), 'file');
    writeFileSync(file, 'text');
    assert.match(await refusal(file), /file is not a directory/);
    assert.match(await refusal(join(file, 'data')), /a part of that path is a file/);
  });

  it('ends with one line when a file in it cannot be used', async (t) => {
    for (const name of ['mail.db', 'network.db', 'lock.db', 'petrel.pid']) {
      const dataDir = tempDir(t);
      mkdirSync(join(dataDir, name));
      const line = await refusal(dataDir);
      assert.ok(line.includes(join(dataDir, name)), line);
    }
  });

  it('ends with one line when it is not writable', async (t) => {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      t.skip('root writes everywhere');
      return;
    }
    const dataDir = tempDir(t);
    writeFileSync(join(dataDir, 'something'), ''); // An empty one would be made usable.
    chmodSync(dataDir, 0o500);
    assert.match(
      await refusal(dataDir),
      /cannot write .*lock\.db .*make it writable or use another/,
    );
    chmodSync(dataDir, 0o700);
  });

  it('may be a symbolic link', async (t) => {
    const parent = tempDir(t);
    mkdirSync(join(parent, 'real'));
    symlinkSync(join(parent, 'real'), join(parent, 'link'));
    assert.equal(await refusal(join(parent, 'link')), 'opened');
  });
});

describe('modes', { skip: process.platform === 'win32' }, () => {
  for (const umask of [0o000, 0o777]) {
    it(`are 0700 and 0600 with umask ${umask.toString(8)}`, async (t) => {
      const dataDir = join(tempDir(t), 'data');
      const before = process.umask(umask);
      try {
        const { store } = await openTempStore(t, { dataDir });
        await store.journal.commit({ inbox: inboxRecord(1) });
        await store.inventory.add(inventoryEntry(1));
      } finally {
        process.umask(before);
      }
      assert.equal(modeOf(dataDir), 0o700);
      const files = readdirSync(dataDir);
      for (const name of ['mail.db', 'mail.db-wal', 'network.db', 'network.db-wal', 'lock.db']) {
        assert.ok(files.includes(name), name);
      }
      for (const name of files) assert.equal(modeOf(join(dataDir, name)), 0o600, name);
    });
  }

  it('of files from a backup are narrowed, and those of their directory', async (t) => {
    const dataDir = tempDir(t);
    const first = await openTempStore(undefined, { dataDir });
    await first.store.close();
    chmodSync(dataDir, 0o755);
    for (const name of ['mail.db', 'network.db']) chmodSync(join(dataDir, name), 0o644);
    await openTempStore(t, { dataDir });
    assert.equal(modeOf(dataDir), 0o700);
    for (const name of ['mail.db', 'network.db']) assert.equal(modeOf(join(dataDir, name)), 0o600);
  });

  it('of an empty directory are narrowed', async (t) => {
    const dataDir = tempDir(t);
    chmodSync(dataDir, 0o755);
    await openTempStore(t, { dataDir });
    assert.equal(modeOf(dataDir), 0o700);
  });
});
