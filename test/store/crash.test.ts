import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCrashRounds } from '../support/crash-rounds.js';
import { tempDir } from '../support/temp-store.js';

describe('a process killed while it writes', () => {
  it('leaves whole files that hold everything it was told is stored', async (t) => {
    assert.ok((await runCrashRounds(tempDir(t), 4)) > 4);
  });
});
