/** Which modules may await at their top. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sourceFiles } from '../support/source-files.js';

/** The statement of a module, not of a function: Prettier indents the latter. */
const TOP_LEVEL_AWAIT = /^(?!\s|\/|\*)(?!.*\basync\b).*\bawait\b/m;

/**
 * Ending a worker thread that waits there crashes the process (see crypto/secp256k1-module.ts), and
 * `require` of the package's exports works without it only.
 */
it('only the entry of the program awaits at its top', () => {
  const awaiting = sourceFiles('src', ['.ts']).filter(({ text }) => TOP_LEVEL_AWAIT.test(text));
  assert.deepEqual(
    awaiting.map(({ path }) => path),
    ['src/cli/main.ts'],
  );
});
