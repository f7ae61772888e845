import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../support/vectors.js';

it('the kept kernels are what their source gives', () => {
  const script = fileURLToPath(new URL('scripts/build-kernels.mjs', projectRoot));
  const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
});
