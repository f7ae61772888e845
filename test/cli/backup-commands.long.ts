/** `petrel backup` as people use it, with real nodes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../support/cli-process.js';
import { base64, PetrelProcess } from '../support/petrel-process.js';
import { tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';
import { projectRoot } from '../support/vectors.js';

const SAMPLE = fileURLToPath(new URL('test/vectors/pybitmessage-datadirs/D', projectRoot));
const LIMIT_MS = 60_000;

/** What a restored node has to answer as the first one did. */
const QUESTIONS = [
  'listAddresses2',
  'listAddressBookEntries',
  'listSubscriptions',
  'getAllInboxMessages',
  'getAllInboxMessageIds',
  'getAllSentMessages',
  'getAllSentMessageIds',
] as const;

async function answers(node: PetrelProcess): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const question of QUESTIONS) found[question] = await node.call(question);
  return found;
}

function passphraseFile(t: TestContext, text = 'correct horse battery staple'): string {
  const path = join(tempDir(t), 'pass');
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
}

async function petrel(...args: string[]): Promise<string> {
  const { status, out, err } = await runCli(args);
  assert.equal(status, 0, err);
  return out;
}

async function refusal(...args: string[]): Promise<string> {
  const { status, err } = await runCli(args);
  assert.equal(status, 1, err);
  assert.match(err, /^petrel: [^\n]+\n$/);
  return err;
}

describe('petrel backup', { timeout: 600_000 }, () => {
  it('of a running node, restored elsewhere, gives the same answers', async (t) => {
    const dataDir = join(tempDir(t), 'first');
    const secret = ['--passphrase-file', passphraseFile(t)];
    await petrel('import', SAMPLE, '--data-dir', dataDir);
    const first = await PetrelProcess.start({ dataDir });
    t.after(() => first.kill());
    const [own] = await Promise.all([first.createAddress('mine')]);
    await first.call('addAddressBookEntry', own, base64('myself'));
    await first.send(own, own, 'to myself', 'a body');
    // Delivered to itself: nothing moves any more.
    const expected = await until('mail delivered', LIMIT_MS, async () => {
      const inbox = await first.inbox();
      return inbox.some(({ subject }) => subject === 'to myself') ? answers(first) : undefined;
    });
    const file = join(tempDir(t), 'mail.backup');
    const made = await petrel('backup', 'create', file, '--data-dir', dataDir, ...secret);
    assert.match(made, /mail\.db +\d+ bytes, schema \d+: 3 identities, 7 received, 7 sent/);
    assert.match(await petrel('backup', 'verify', file, ...secret), /mail\.backup is whole/);
    await first.stop();

    const second = join(tempDir(t), 'second');
    await petrel('backup', 'restore', file, '--data-dir', second, ...secret);
    assert.equal(statSync(second).mode & 0o777, 0o700);
    const restored = await PetrelProcess.start({ dataDir: second });
    t.after(() => restored.kill());
    assert.deepEqual(await answers(restored), expected);
    const busy = await refusal(
      'backup',
      'restore',
      file,
      '--force',
      '--data-dir',
      second,
      ...secret,
    );
    assert.match(busy, /already running on/);
    assert.deepEqual(await answers(restored), expected);
    await restored.stop();
  });

  it('refuses what is no passphrase, no backup, and no place', async (t) => {
    const dataDir = join(tempDir(t), 'node');
    await petrel('import', SAMPLE, '--data-dir', dataDir);
    const secret = ['--passphrase-file', passphraseFile(t)];
    const file = join(tempDir(t), 'mail.backup');
    const create = ['backup', 'create', file, '--data-dir', dataDir];
    assert.match(await refusal(...create), /--passphrase-file or PETREL_BACKUP_PASSPHRASE/);
    const short = passphraseFile(t, 'short');
    assert.match(await refusal(...create, '--passphrase-file', short), /at least 10/);
    assert.equal(existsSync(file), false);
    const byVariable = await runCli(create, { PETREL_BACKUP_PASSPHRASE: 'another passphrase' });
    assert.equal(byVariable.status, 0, byVariable.err);
    const wrong = await refusal('backup', 'verify', file, ...secret);
    assert.match(wrong, /the passphrase is not that of/);
    await petrel(...create, '--force', ...secret);
    const bytes = readFileSync(file);
    bytes[150_000] = (bytes[150_000] ?? 0) ^ 4;
    writeFileSync(file, bytes);
    for (const command of [['verify'], ['restore', '--data-dir', join(tempDir(t), 'new')]]) {
      const refused = await refusal('backup', ...command, file, ...secret);
      assert.match(
        refused,
        /mail\.backup is damaged in chunk 2, bytes 131192 to 196743 \(within mail\.db\)/,
      );
    }
    const [line = ''] = (
      await petrel('backup', 'create', tempDir(t), '--data-dir', dataDir, '--json', ...secret)
    ).split('\n');
    const { manifest } = JSON.parse(line) as { manifest: { files: { name: string }[] } };
    assert.deepEqual(
      manifest.files.map(({ name }) => name),
      ['settings.ini', 'pybitmessage-settings.ini', 'mail.db'],
    );
  });
});
