import assert from 'node:assert/strict';
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomically } from '../../../src/node/settings/atomic-write.js';
import { utf8 } from '../../../src/util/bytes.js';
import { createTempDir } from '../../support/temp-dir.js';

test('a file behind a symbolic link is replaced, the link stays', () => {
  const temp = createTempDir();
  try {
    const file = join(temp.path, 'real.ini');
    const link = join(temp.path, 'settings.ini');
    writeFileSync(file, 'old', { mode: 0o644 });
    symlinkSync(file, link);
    writeFileAtomically(link, utf8('new'));
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(file, 'utf8'), 'new');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  } finally {
    temp.remove();
  }
});
