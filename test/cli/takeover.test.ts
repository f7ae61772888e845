/** `petrel import`, `export` and `keys` as processes of their own. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli, startCli } from '../support/cli-process.js';
import { tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

const SAMPLE = fileURLToPath(new URL('test/vectors/pybitmessage-datadirs/D', projectRoot));

describe('petrel import', () => {
  it('finds the directory in its usual place, tells what it would take, and takes it', async (t) => {
    const home = tempDir(t);
    const source = join(home, '.config', 'PyBitmessage');
    mkdirSync(join(home, '.config'));
    cpSync(SAMPLE, source, { recursive: true });
    const dataDir = join(home, 'petrel');
    const env = { HOME: home };
    const dry = await runCli(['import', '--dry-run', '--data-dir', dataDir], env);
    assert.equal(dry.status, 0, dry.err);
    assert.match(dry.out, /identities +2 found, 2 taken/);
    assert.equal(statSync(dataDir, { throwIfNoEntry: false }), undefined);
    const taken = await runCli(['import', '--data-dir', dataDir], env);
    assert.equal(taken.status, 0, taken.err);
    assert.match(taken.out, /inbox, inbox +6 found, 6 taken/);
    const again = await runCli(['import', source, '--data-dir', dataDir], env);
    assert.match(again.out, /inbox, inbox +6 found, 0 taken, 6 here already/);
  });

  it('says where it looked when there is none', async (t) => {
    const { status, err } = await runCli(['import', '--data-dir', join(tempDir(t), 'x')], {
      HOME: tempDir(t),
    });
    assert.equal(status, 1);
    assert.match(err, /no PyBitmessage found in .*PyBitmessage/);
  });
});

describe('petrel start', { timeout: 600_000 }, () => {
  it('tells once of a PyBitmessage in the usual place, and takes nothing', async (t) => {
    const home = tempDir(t);
    const dataDir = join(home, 'petrel');
    const ports = ['port', 'apiport'].flatMap((name) => ['--set', `bitmessagesettings.${name}=0`]);
    const args = ['start', '--data-dir', dataDir, '--set', 'network.bind=127.0.0.1', ...ports];
    for (const told of [true, false]) {
      const node = startCli(args, { HOME: home, BITMESSAGE_HOME: SAMPLE });
      t.after(() => node.child.kill('SIGKILL'));
      await node.ready;
      const { out } = await node.stop();
      assert.equal(/^a PyBitmessage is in .*petrel import/m.test(out), told, out);
    }
  });
});

describe('petrel keys', () => {
  it('writes single identities and takes them, as sections and as pairs', async (t) => {
    const directory = tempDir(t);
    const [one, two, three] = ['one', 'two', 'three'].map((name) => join(directory, name));
    await runCli(['import', SAMPLE, '--data-dir', one ?? '']);
    const address = 'BM-2cU7CofkMo7XQRG7SEXiwe9injETqpcBCX';
    const file = join(directory, 'keys.txt');
    const section = await runCli([
      'keys',
      'export',
      address,
      '--to',
      file,
      '--data-dir',
      one ?? '',
    ]);
    assert.equal(section.status, 0, section.err);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, 'utf8'), /^label = addr A$/m);
    const taken = await runCli(['keys', 'import', file, '--data-dir', two ?? '']);
    assert.match(taken.out, new RegExp(`${address} added`));
    const again = await runCli(['keys', 'import', file, '--data-dir', two ?? '']);
    assert.match(again.out, /is here already/);
    const pairs = await runCli(['keys', 'export', '--all', '--wif', '--data-dir', one ?? '']);
    assert.equal(pairs.out.trim().split('\n').length, 2);
    const wifs = join(directory, 'pairs.txt');
    const withoutAddress = pairs.out.split('\n')[0]?.split(' ').slice(1).join(' ') ?? '';
    writeFileSync(wifs, `${withoutAddress}\n${pairs.out}5Kbroken 5Kbroken\n`);
    const third = await runCli(['keys', 'import', wifs, '--data-dir', three ?? '']);
    assert.equal(third.status, 1);
    assert.match(third.err, /line 4/);
    assert.equal(third.out.match(/added/g)?.length, 2 + 1);
    assert.doesNotMatch(third.err, /5Kbroken/);
  });
});
