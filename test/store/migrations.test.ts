import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Connection } from '../../src/store/connection.js';
import { checkSchema, migrate, type Migration } from '../../src/store/migrate.js';
import { MAIL_MIGRATIONS } from '../../src/store/migrations/mail.js';
import { NETWORK_MIGRATIONS } from '../../src/store/migrations/network.js';
import { assertSampleMail, assertSampleNetwork } from '../support/sample-rows.js';
import { openTempStore, tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

const directory = fileURLToPath(new URL('test/vectors/databases/', projectRoot));

/** Databases of all schema versions that ever were, e.g. mail-001.db. */
function databasesOf(name: 'mail' | 'network'): string[] {
  return readdirSync(directory).filter((file) => file.startsWith(`${name}-`));
}

describe('databases of every schema version', () => {
  it('are all there', () => {
    assert.equal(databasesOf('mail').length, MAIL_MIGRATIONS.length);
    assert.equal(databasesOf('network').length, NETWORK_MIGRATIONS.length);
  });

  for (const file of databasesOf('mail')) {
    it(`${file} is migrated and gives all rows back`, async (t) => {
      const dataDir = tempDir(t);
      copyFileSync(join(directory, file), join(dataDir, 'mail.db'));
      const { store } = await openTempStore(t, { dataDir });
      await assertSampleMail(store);
    });
  }

  for (const file of databasesOf('network')) {
    it(`${file} is migrated and gives all rows back`, async (t) => {
      const dataDir = tempDir(t);
      copyFileSync(join(directory, file), join(dataDir, 'network.db'));
      const { store } = await openTempStore(t, { dataDir });
      await assertSampleNetwork(store);
    });
  }
});

describe('migrate', () => {
  const first: Migration = { name: 'first', sql: 'CREATE TABLE a (x); INSERT INTO a VALUES (1)' };
  const second: Migration = { name: 'second', sql: 'ALTER TABLE a ADD COLUMN y; DROP TABLE none' };
  const mended: Migration = { name: 'second', sql: 'ALTER TABLE a ADD COLUMN y' };

  it('applies what is missing, each step whole or not at all', (t) => {
    const connection = new Connection(join(tempDir(t), 'test.db'), 'mail');
    t.after(() => connection.close());
    assert.throws(() => migrate(connection, [first, second]), /none/);
    assert.equal(checkSchema(connection, [first, second]), 1);
    assert.deepEqual(
      connection.prepare<{ x: number }>('SELECT * FROM a').all().map(Object.entries),
      [[['x', 1]]],
    );
    assert.deepEqual(migrate(connection, [first, mended]), ['second']);
    assert.deepEqual(migrate(connection, [first, mended]), []);
    assert.equal(checkSchema(connection, [first, mended]), 2);
  });
});
