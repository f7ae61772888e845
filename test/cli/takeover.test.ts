/** `petrel import`, `export` and `keys` as processes of their own. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../support/cli-process.js';
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
