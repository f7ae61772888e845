/** Backups while a node is busy, by schedule, and cut off by SIGKILL at any moment. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { verifyBackup } from '../../src/backup/verify-backup.js';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/util/clock.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { runCli, startCli } from '../support/cli-process.js';
import { base64, PetrelProcess } from '../support/petrel-process.js';
import { inboxRecord } from '../support/store-records.js';
import { openTempStore, tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';

const PASSPHRASE = 'correct horse battery staple';
const LIMIT_MS = 60_000;
const MESSAGES = 1_000;
/** Milliseconds after which a process is killed: from before it begins to after it has ended. */
const KILL_AFTER_MS = [300, 800, 1_200, 1_700, 2_500];

function passphraseFile(t: TestContext): string {
  const path = join(tempDir(t), 'pass');
  writeFileSync(path, `${PASSPHRASE}\n`, { mode: 0o600 });
  return path;
}

async function petrel(...args: string[]): Promise<string> {
  const { status, out, err } = await runCli(args);
  assert.equal(status, 0, err);
  return out;
}

/** A mailbox of some 20 MB: its backup takes long enough to be cut off. */
async function filledDir(t: TestContext): Promise<string> {
  const dataDir = tempDir(t);
  const { store } = await openTempStore(undefined, { dataDir });
  const body = new Uint8Array(20_000).fill(0x61);
  await store.mailBulk.addInbox(
    Array.from({ length: MESSAGES }, (_, n) => inboxRecord(n, { body })),
  );
  await store.close();
  return dataDir;
}

async function killed(args: readonly string[], afterMs: number): Promise<void> {
  const { child, ended } = startCli(args);
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  clearTimeout(timer);
}

describe('petrel backup', { timeout: 600_000 }, () => {
  it('makes its backups by itself when a schedule is set while the node runs', async (t) => {
    const dataDir = join(tempDir(t), 'node');
    const directory = join(tempDir(t), 'backups');
    const node = await PetrelProcess.start({ dataDir });
    t.after(() => node.kill());
    const set = ['--every', '1d', '--keep', '3', '--to', directory];
    const secret = passphraseFile(t);
    const args = ['backup', 'schedule', '--data-dir', dataDir];
    assert.match(await petrel(...args), /no backups are scheduled/);
    assert.match((await runCli([...args, ...set])).err, /--passphrase-file/);
    const shown = await petrel(...args, ...set, '--passphrase-file', secret);
    assert.match(shown, /every: +1d, 3 kept, 0 there now/);
    assert.match(shown, /next: +due now$/m);
    // The node writes the same file, and must not lose what was set meanwhile.
    await node.call('createRandomAddress', base64('x'));
    const [name = ''] = await until('a backup', 2 * LIMIT_MS, () => {
      const names = readdirSync(directory).filter((entry) => entry.endsWith('.backup'));
      return names.length > 0 ? names : undefined;
    });
    await until('its state', LIMIT_MS, async () =>
      /^last: /m.test(await petrel(...args)) ? true : undefined,
    );
    const path = join(directory, name);
    assert.match(await petrel('backup', 'verify', path, '--passphrase-file', secret), /is whole/);
    assert.match(await petrel(...args, '--off'), /no backups are scheduled/);
    assert.match(readFileSync(join(dataDir, 'settings.ini'), 'utf8'), /^directory\s*=\s*$/m);
    await node.stop();
  });

  it('of a node that is receiving holds all that was there when it began', async (t) => {
    const dataDir = join(tempDir(t), 'node');
    const secret = ['--passphrase-file', passphraseFile(t)];
    const node = await PetrelProcess.start({ dataDir });
    t.after(() => node.kill());
    const own = await node.createAddress('mine');
    let sent = 0;
    const sending = (async () => {
      for (; sent < 30; sent++) await node.send(own, own, `number ${sent}`, 'x'.repeat(2_000));
    })();
    for (const round of [1, 2, 3]) {
      await until('more mail', LIMIT_MS, async () =>
        (await node.inbox()).length >= round * 2 ? true : undefined,
      );
      const before = await node.inbox();
      const file = join(tempDir(t), 'mail.backup');
      await petrel('backup', 'create', file, '--data-dir', dataDir, ...secret);
      const second = join(tempDir(t), 'second');
      await petrel('backup', 'restore', file, '--data-dir', second, ...secret);
      const store = await openStore({ dataDir: second }, { log: nullLog, clock: systemClock });
      const ids = new Set((await store.inbox.listIds('inbox')).split(' '));
      await store.close();
      for (const { msgid } of before) assert.ok(ids.has(msgid), msgid);
    }
    await sending;
    await until('all mail', LIMIT_MS, async () =>
      (await node.inbox()).length === sent ? true : undefined,
    );
    assert.equal(await node.stop(), 0);
  });

  it('killed while it is made is no backup, and the next run clears up', async (t) => {
    const dataDir = await filledDir(t);
    const directory = tempDir(t);
    const target = join(directory, 'mail.backup');
    const args = ['backup', 'create', target, '--data-dir', dataDir];
    const secret = ['--passphrase-file', passphraseFile(t)];
    for (const afterMs of KILL_AFTER_MS) {
      await killed([...args, '--force', ...secret], afterMs);
      if (!existsSync(target)) continue;
      verifyBackup({ path: target, passphrase: PASSPHRASE, scratchParent: tempDir(t) });
    }
    assert.match(await petrel(...args, '--force', ...secret), /found whole/);
    assert.deepEqual(readdirSync(directory), ['mail.backup']);
    assert.deepEqual(
      readdirSync(dataDir).filter((name) => name.startsWith('petrel-scratch')),
      [],
    );
  });

  it('killed while it is restored leaves no mailbox that anybody would take for whole', async (t) => {
    const dataDir = await filledDir(t);
    const target = join(tempDir(t), 'mail.backup');
    const secret = ['--passphrase-file', passphraseFile(t)];
    await petrel('backup', 'create', target, '--data-dir', dataDir, ...secret);
    const count = async (directory: string): Promise<number> => {
      const store = await openStore({ dataDir: directory }, { log: nullLog, clock: systemClock });
      const ids = await store.inbox.listIds('inbox');
      await store.close();
      return ids.split(' ').length;
    };
    for (const afterMs of KILL_AFTER_MS) {
      const second = join(tempDir(t), 'second');
      const args = ['backup', 'restore', target, '--data-dir', second, ...secret];
      await killed(args, afterMs);
      if (existsSync(join(second, 'restore.unfinished'))) {
        await assert.rejects(count(second), UserError);
        await petrel(...args);
        assert.equal(await count(second), MESSAGES);
      } else if (existsSync(join(second, 'mail.db'))) assert.equal(await count(second), MESSAGES);
      else {
        const left = existsSync(second) ? readdirSync(second) : [];
        const locks = /^(lock\.db(-journal)?|petrel\.pid)$/;
        assert.deepEqual(
          left.filter((name) => !locks.test(name)),
          [],
        );
      }
    }
  });
});
