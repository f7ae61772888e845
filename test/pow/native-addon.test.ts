/** The addon, built from its sources where this machine has a C compiler and node's headers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { proveKernel } from '../../src/pow/kernel-proof.js';
import { loadAddon } from '../../src/pow/native-addon.js';
import { tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

const script = fileURLToPath(new URL('scripts/build-native.mjs', projectRoot));

function build(folder: string, env: NodeJS.ProcessEnv = {}) {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  return spawnSync(process.execPath, [script, folder], options);
}

describe('native addon', () => {
  it('is built by one command, and all its kernels prove themselves', (t) => {
    const folder = tempDir(t);
    const run = build(folder);
    if (/Node's headers|No C compiler/.test(run.stderr)) {
      t.skip('no compiler or headers here');
      return;
    }
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stderr, '', 'the compiler has nothing to warn of');
    const addon = loadAddon(join(folder, 'petrel-pow.node'));
    assert.ok(addon?.kernels['scalar']);
    for (const [name, search] of Object.entries(addon.kernels)) {
      assert.ok(search);
      let hash = new Uint8Array(64);
      const proved = proveKernel({
        name: 'native-scalar',
        begin: (initialHash) => void (hash = Uint8Array.from(initialHash)),
        search: (start, count, target) => search(hash, start, count, target),
      });
      assert.equal(proved, true, name);
      const wrong: unknown[][] = [
        [],
        [new Uint8Array(63), 1n, 1, 0n],
        [new Uint16Array(64), 1n, 1, 0n],
        [hash, 1, 1, 0n],
        [hash, 1n, -1, 0n],
        [hash, 1n, 1, 0],
      ];
      for (const args of wrong) {
        assert.throws(() => Reflect.apply(search, undefined, args) as bigint, TypeError);
      }
    }
  });

  it('says what is missing when it cannot be built', (t) => {
    const folder = tempDir(t);
    const noHeaders = build(folder, { PETREL_NODE_HEADERS: folder });
    assert.equal(noHeaders.status, 1);
    assert.match(noHeaders.stderr, /node_api\.h/);
    assert.match(noHeaders.stderr, /works without the addon/);
    const noCompiler = build(folder, { CC: join(folder, 'no-such-compiler') });
    assert.equal(noCompiler.status, 1);
    assert.match(noCompiler.stderr, /No C compiler|node_api\.h/);
  });

  it('is not needed: without a file there is none, a damaged one is an error', (t) => {
    const file = join(tempDir(t), 'petrel-pow.node');
    assert.equal(loadAddon(file), undefined);
    writeFileSync(file, 'no library');
    assert.throws(() => loadAddon(file));
    process.env['PETREL_POW_ADDON'] = 'off';
    assert.equal(loadAddon(file), undefined);
    delete process.env['PETREL_POW_ADDON'];
  });
});
