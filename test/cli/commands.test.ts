/** The other commands of the command line, each as a process of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runCli } from '../support/cli-process.js';
import { createTempDir } from '../support/temp-dir.js';

function tempDir(t: TestContext): string {
  const temp = createTempDir('petrel-cli');
  t.after(() => temp.remove());
  return temp.path;
}

describe('petrel', { timeout: 600_000 }, () => {
  it('tells its version and its help', async () => {
    const version = await runCli(['--version']);
    assert.deepEqual([version.status, version.err], [0, '']);
    assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
    for (const args of [
      ['--help'],
      ['start', '--help'],
      ['demo', '--help'],
      ['client-config', '--help'],
      ['help', 'start'],
    ]) {
      const { status, out } = await runCli(args);
      assert.equal(status, 0);
      assert.match(out, /^Usage: petrel/);
    }
    const wrong = await runCli(['strat']);
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /^petrel: unknown command 'strat'.*start.*\n$/);
  });

  it('client-config writes the API settings alone, and replaces nothing else', async (t) => {
    const dir = tempDir(t);
    const dataDir = join(dir, 'data');
    mkdirSync(dataDir);
    const command = (target: string) =>
      runCli(['client-config', join(dir, target), '--data-dir', dataDir]);
    const early = await command('client');
    assert.equal(early.status, 1);
    assert.match(early.err, /^petrel: .*start the node once/);
    writeFileSync(
      join(dataDir, 'settings.ini'),
      '[bitmessagesettings]\napiport = 8555\napiusername = me\napipassword = 5%%\nsockspassword = x\n[BM-a]\nprivsigningkey = 5J\n',
    );
    for (let times = 0; times < 2; times++) assert.equal((await command('client')).status, 0);
    const path = join(dir, 'client', 'keys.dat');
    const text = readFileSync(path, 'utf8');
    assert.match(text, /^apiport = 8555$/m);
    assert.match(text, /^apipassword = 5%%$/m);
    assert.match(text, /^settingsversion = 10$/m);
    assert.doesNotMatch(text, /sockspassword|BM-a/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    mkdirSync(join(dir, 'other'));
    writeFileSync(join(dir, 'other', 'keys.dat'), '[BM-a]\nprivsigningkey = 5J\n');
    const refused = await command('other');
    assert.equal(refused.status, 1);
    assert.match(refused.err, /stays as it is/);
    assert.equal(
      readFileSync(join(dir, 'other', 'keys.dat'), 'utf8'),
      '[BM-a]\nprivsigningkey = 5J\n',
    );
  });

  it('demo shows that all of it arrives, and leaves nothing behind', async (t) => {
    const dir = tempDir(t);
    const { status, out, err } = await runCli(['demo'], { TMPDIR: dir });
    assert.deepEqual([status, err], [0, ''], out + err);
    const steps = [
      /Alice is BM-/,
      /asks the network for the public key of Bob/,
      /publishes the public key of Bob/,
      /proof of work for a message: .* per second/,
      /has "Hello, Bob" from Alice; it came through C/,
      /has the acknowledgement/,
      /has "News", broadcast by Alice/,
      /reads "Hello, all" in the chan/,
      /All of it arrived/,
    ];
    for (const step of steps) assert.match(out, step);
    assert.deepEqual(readdirSync(dir), []);
  });
});
