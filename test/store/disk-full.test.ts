import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Connection } from '../../src/store/connection.js';
import { databaseUserError } from '../../src/store/database-errors.js';
import { startProgram } from '../support/child-program.js';
import { tempDir } from '../support/temp-store.js';

/** No file of the child can grow beyond this, bytes. */
const MAX_FILE_BYTES = 1024 * 1024;

describe('a full disk', () => {
  it('makes add reject and has() say no', { skip: process.platform === 'win32' }, async (t) => {
    const child = startProgram('store/programs/small-disk-writer', [tempDir(t)], MAX_FILE_BYTES);
    const line = await child.lines.next();
    assert.ok(line.done !== true);
    const told = JSON.parse(line.value) as Record<string, unknown>;
    assert.equal(told.isUserError, true, line.value);
    assert.match(String(told.message), /network\.db cannot be read or written|no space left/);
    assert.equal(told.known, false);
    assert.ok(Number(told.size) > 0);
    assert.equal(told.stored, told.size);
    assert.equal(told.mailWorks, true);
    assert.equal(await child.ended, 0);
  });

  it('is told in one line that says what to do', (t) => {
    const directory = tempDir(t);
    const connection = new Connection(join(directory, 'test.db'), 'mail');
    t.after(() => connection.close());
    connection.exec('CREATE TABLE a (x); PRAGMA max_page_count = 10');
    const insert = connection.prepare('INSERT INTO a VALUES (zeroblob(100000))');
    assert.throws(
      () => connection.transaction(() => insert.run()),
      (error) => {
        const line = databaseUserError(error, connection)?.message ?? '';
        assert.ok(line.startsWith(`no space left on the disk of ${directory}; free some space`));
        return true;
      },
    );
    assert.equal(
      connection.transaction(() => 'usable again'),
      'usable again',
    );
  });
});
