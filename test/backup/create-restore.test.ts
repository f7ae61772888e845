/** Backups of real data directories, made and restored. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { BackupError } from '../../src/backup/backup-error.js';
import {
  createBackup,
  type CreateResult,
  type CreateTask,
} from '../../src/backup/create-backup.js';
import { checkRoom, restoreBackup } from '../../src/backup/restore-backup.js';
import { verifyBackup } from '../../src/backup/verify-backup.js';
import { Connection } from '../../src/store/connection.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { identityRecord, inboxRecord, sentRecord } from '../support/store-records.js';
import { openTempStore, tempDir } from '../support/temp-store.js';

const PASSPHRASE = 'correct horse battery staple';
const NOW_MS = Date.UTC(2026, 10, 21, 3, 15);
const CHEAP = { costLog2: 14, chunkBytes: 4096 };

async function fill(store: Store): Promise<void> {
  await store.identities.add([identityRecord(1), identityRecord(2)]);
  await store.contacts.add({ address: 'BM-friend', label: Buffer.from('a friend') });
  for (let n = 0; n < 20; n++) {
    await store.journal.commit({ inbox: inboxRecord(n, { body: new Uint8Array(3000).fill(n) }) });
    await store.sent.add(sentRecord(n));
  }
}

async function contentsOf(store: Store): Promise<unknown> {
  return {
    identities: await store.identities.list(),
    contacts: await store.contacts.list(),
    inbox: await store.inbox.list('inbox'),
    sent: await store.sent.list('sent'),
    threads: await store.mailbox.counts(),
  };
}

function create(dataDir: string, target: string, changes: Partial<CreateTask> = {}): CreateResult {
  return createBackup({
    dataDir,
    target,
    passphrase: PASSPHRASE,
    withNetwork: false,
    force: false,
    nowMs: NOW_MS,
    sealing: CHEAP,
    ...changes,
  });
}

function restore(path: string, dataDir: string, force = false): ReturnType<typeof restoreBackup> {
  if (!existsSync(dataDir)) mkdirSync(dataDir);
  return restoreBackup({ path, passphrase: PASSPHRASE, dataDir, force, nowMs: NOW_MS });
}

/** A data directory whose store is closed, and a path for a backup beside it. */
async function closedDir(t: TestContext): Promise<{ dataDir: string; target: string }> {
  const dataDir = tempDir(t);
  const { store } = await openTempStore(undefined, { dataDir });
  await fill(store);
  await store.close();
  writeFileSync(join(dataDir, 'settings.ini'), '[bitmessagesettings]\nttl = 3600\n');
  return { dataDir, target: join(tempDir(t), 'mail.backup') };
}

const open = (dataDir: string): Promise<Store> =>
  openStore({ dataDir }, { log: nullLog, clock: new FakeClock() });

describe('a backup', () => {
  it('of an open store is restored with all it held, and nothing that came later', async (t) => {
    const { store, dataDir } = await openTempStore(t);
    await fill(store);
    writeFileSync(join(dataDir, 'settings.ini'), '[bitmessagesettings]\nttl = 3600\n');
    const expected = await contentsOf(store);
    const target = join(tempDir(t), 'mail.backup');
    const { manifest, bytes } = create(dataDir, target, { withNetwork: true });
    await store.journal.commit({ inbox: inboxRecord(100) });
    assert.deepEqual(
      manifest.files.map(({ name }) => name),
      ['settings.ini', 'mail.db', 'network.db'],
    );
    assert.equal(manifest.created, '2026-11-21T03:15:00.000Z');
    const { received, sent, identities } = manifest.files[1]?.counts ?? {};
    assert.deepEqual({ received, sent, identities }, { received: 20, sent: 20, identities: 2 });
    assert.equal(statSync(target).size, bytes);
    assert.equal(statSync(target).mode & 0o777, 0o600);

    const second = join(tempDir(t), 'second');
    const { aside } = restore(target, second);
    assert.equal(aside, undefined);
    for (const name of ['settings.ini', 'mail.db', 'network.db']) {
      assert.equal(statSync(join(second, name)).mode & 0o777, 0o600, name);
    }
    assert.match(readFileSync(join(second, 'settings.ini'), 'utf8'), /ttl = 3600/);
    const restored = await open(second);
    assert.deepEqual(await contentsOf(restored), expected);
    await restored.close();
  });

  it('holds nothing of the mail in the clear, and leaves no copy behind', async (t) => {
    const { dataDir, target } = await closedDir(t);
    // SQLite removes its side files when the last statement is collected as garbage.
    const list = (): string[] => readdirSync(dataDir).filter((name) => !/-(wal|shm)$/.test(name));
    const before = list();
    create(dataDir, target);
    verifyBackup({ path: target, passphrase: PASSPHRASE, scratchParent: dataDir });
    assert.deepEqual(list(), before);
    const bytes = readFileSync(target);
    for (const text of ['SQLite format 3', 'ustar', 'settings', 'ttl = 3600']) {
      assert.equal(bytes.indexOf(text), -1, text);
    }
  });

  it('never replaces a file unasked; a damaged database leaves the old backup', async (t) => {
    const { dataDir, target } = await closedDir(t);
    create(dataDir, target);
    const old = readFileSync(target);
    assert.throws(() => create(dataDir, target), /is there already/);
    const path = join(dataDir, 'mail.db');
    const pages = readFileSync(path);
    writeFileSync(path, pages.fill(0xa5, 4096 * 3, 4096 * 40));
    assert.throws(() => create(dataDir, target, { force: true }), /mail\.db is damaged/);
    assert.deepEqual(readFileSync(target), old);
    assert.deepEqual(readdirSync(join(target, '..')), ['mail.backup']);
  });

  it('is not made of nothing, nor into a directory that is not there', async (t) => {
    assert.throws(() => create(tempDir(t), join(tempDir(t), 'x')), /nothing to back up/);
    const { dataDir } = await closedDir(t);
    assert.throws(() => create(dataDir, join(tempDir(t), 'a', 'b')), /does not exist; make it/);
  });

  it('removes what killed processes have left, and nothing else', async (t) => {
    const { dataDir, target } = await closedDir(t);
    // Process ids end at 2^22 on Linux.
    const stale = [join(dataDir, 'petrel-scratch-9999999-abc'), `${target}.9999999.partial`];
    mkdirSync(stale[0] as string);
    writeFileSync(stale[1] as string, 'half');
    const others = [
      join(dataDir, 'petrel-scratch-1-abc'),
      `${target}.1.partial`,
      `${target}2.9999999.partial`,
    ];
    mkdirSync(others[0] as string);
    for (const path of others.slice(1)) writeFileSync(path, 'of another');
    create(dataDir, target);
    assert.deepEqual(stale.map(existsSync), [false, false]);
    assert.deepEqual(others.map(existsSync), [true, true, true]);
  });

  it('with another Petrel’s newer schema is refused with a line that says so', async (t) => {
    const { dataDir, target } = await closedDir(t);
    create(dataDir, target);
    const newer = new Connection(join(dataDir, 'mail.db'), 'mail');
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    assert.throws(() => create(dataDir, `${target}2`), /written by a newer Petrel \(schema 99/);
  });
});

describe('a restore', () => {
  it('wants an empty directory; with force it moves the old files aside', async (t) => {
    const { dataDir, target } = await closedDir(t);
    create(dataDir, target);
    writeFileSync(join(dataDir, 'settings.ini'), 'old');
    assert.throws(() => checkRoom({ dataDir, force: false }), /is not empty/);
    assert.throws(() => restore(target, dataDir), /is not empty/);
    assert.equal(readFileSync(join(dataDir, 'settings.ini'), 'utf8'), 'old');
    const { aside = '' } = restore(target, dataDir, true);
    assert.equal(readFileSync(join(aside, 'settings.ini'), 'utf8'), 'old');
    assert.match(readFileSync(join(dataDir, 'settings.ini'), 'utf8'), /ttl = 3600/);
    await (await open(dataDir)).close();
    await (await open(aside)).close();
  });

  it('of a damaged backup leaves the directory as it was', async (t) => {
    const { dataDir, target } = await closedDir(t);
    create(dataDir, target);
    const bytes = readFileSync(target);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(target, bytes);
    const before = readdirSync(dataDir);
    assert.throws(() => restore(target, dataDir, true), BackupError);
    assert.deepEqual(readdirSync(dataDir), before);
    const empty = tempDir(t);
    assert.throws(() => restore(target, empty), /damaged in chunk \d+, bytes \d+ to \d+.*mail\.db/);
    assert.deepEqual(readdirSync(empty), []);
  });

  it('that was cut off is refused by the store, and finished by the next one', async (t) => {
    const { dataDir, target } = await closedDir(t);
    create(dataDir, target);
    const second = tempDir(t);
    mkdirSync(join(second, 'restore.unfinished'));
    writeFileSync(join(second, 'restore.unfinished', 'mail.db'), 'half');
    writeFileSync(join(second, 'settings.ini'), 'moved already');
    await assert.rejects(open(second), (error: unknown) => {
      assert.ok(error instanceof UserError);
      return /interrupted; run petrel backup restore again/.test(error.message);
    });
    const { aside = '' } = restore(target, second);
    assert.equal(readFileSync(join(aside, 'settings.ini'), 'utf8'), 'moved already');
    await (await open(second)).close();
  });
});
