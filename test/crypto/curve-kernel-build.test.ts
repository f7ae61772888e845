import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../support/vectors.js';

/** Exit code of the script where the compiler is another one, or missing. */
const OTHER_COMPILER = 2;

it('the kept kernel is what its sources give', (t) => {
  const script = fileURLToPath(new URL('scripts/build-curve-kernel.mjs', projectRoot));
  const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  if (run.status === OTHER_COMPILER) t.skip(run.stderr.trim());
  else assert.equal(run.status, 0, run.stderr);
});
