/** A recorded conversation with PyBitmessage, answered by Petrel, in each variant. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replay } from '../support/api-replay.js';
import { PetrelProcess } from '../support/petrel-process.js';
import { createTempDir } from '../support/temp-dir.js';

/** Everything that is not held back in the recordings. */
const COMPARED = { xml: 496, json: 497, legacy: 496 };

describe('the recorded conversation', { concurrency: true }, () => {
  for (const variant of ['xml', 'json', 'legacy'] as const) {
    it(variant, async () => {
      const dir = createTempDir();
      const settings = { 'bitmessagesettings.apivariant': variant };
      const petrel = await PetrelProcess.start({ dataDir: dir.path, settings });
      try {
        const { compared, differences } = await replay(variant, petrel.apiPort);
        assert.deepEqual(differences, []);
        assert.equal(compared, COMPARED[variant]);
      } finally {
        await petrel.stop();
        dir.remove();
      }
    });
  }
});
