import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Settings } from '../../src/node/settings/settings.js';
import { Connection } from '../../src/store/connection.js';
import { checkSchema, migrate, type Migration } from '../../src/store/migrate.js';
import { MAIL_MIGRATIONS } from '../../src/store/migrations/mail.js';
import { NETWORK_MIGRATIONS } from '../../src/store/migrations/network.js';
import { startNativeNode } from '../support/native-node.js';
import { assertSampleMail, assertSampleNetwork } from '../support/sample-rows.js';
import { openTempStore, tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

const FILES = ['mail.db', 'network.db', 'settings.ini'] as const;
const directory = fileURLToPath(new URL('test/vectors/upgrades/', projectRoot));
/** Oldest first, one for each commit that changed a schema; programs/make-upgrade-vectors.ts. */
const VERSIONS = readdirSync(directory).sort();

/** A data directory as that version left it. */
function oldDataDir(t: TestContext, version: string): string {
  const dataDir = join(tempDir(t), 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  for (const file of FILES) {
    const bytes = gunzipSync(readFileSync(join(directory, version, `${file}.gz`)));
    writeFileSync(join(dataDir, file), bytes, { mode: 0o600 });
  }
  return dataDir;
}

function withDatabase<Result>(path: string, use: (connection: Connection) => Result): Result {
  const connection = new Connection(path, 'mail');
  try {
    return use(connection);
  } finally {
    connection.close();
  }
}

const schemaVersion = (path: string): number =>
  withDatabase(path, (connection) => Number(connection.pragma('user_version')[0]));

/** Everything that the file has beside rows; blanks, which ALTER TABLE leaves otherwise, apart. */
function schemaOf(path: string): string[] {
  const sql = `SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS text FROM sqlite_schema`;
  const all = withDatabase(path, (connection) => connection.prepare<{ text: string }>(sql).all());
  return all.map(({ text }) => text.replace(/--.*$/gm, '').replace(/\s+/g, '')).sort();
}

describe('a data directory of every version', () => {
  it('is there, the present one included', (t) => {
    const dataDir = oldDataDir(t, VERSIONS.at(-1) ?? '');
    const advice = 'add the new schema to programs/make-upgrade-vectors.ts and run it';
    const versions = [MAIL_MIGRATIONS.length, NETWORK_MIGRATIONS.length];
    assert.deepEqual(
      ['mail.db', 'network.db'].map((file) => schemaVersion(join(dataDir, file))),
      versions,
      advice,
    );
  });

  for (const version of VERSIONS) {
    it(`${version}: all rows are there, with the present schema`, async (t) => {
      const dataDir = oldDataDir(t, version);
      const schema = schemaVersion(join(dataDir, 'mail.db'));
      const temp = await openTempStore(t, { dataDir });
      await assertSampleMail(temp.store, schema);
      await assertSampleNetwork(temp.store);
      await temp.store.close();
      const fresh = await openTempStore(t);
      await fresh.store.close();
      for (const file of ['mail.db', 'network.db']) {
        assert.deepEqual(schemaOf(join(dataDir, file)), schemaOf(join(fresh.dataDir, file)), file);
      }
      await assertSampleMail(await temp.reopen(), schema);
    });

    it(`${version}: every option it could write is taken, and kept`, (t) => {
      const dataDir = oldDataDir(t, version);
      const settings = Settings.open({ dataDir });
      assert.deepEqual(settings.unknownOptions(), []);
      const before = readFileSync(settings.path, 'utf8');
      settings.set('bitmessagesettings.ttl', 300);
      assert.equal(
        readFileSync(settings.path, 'utf8'),
        before.replace('ttl = 367200', 'ttl = 300'),
      );
    });
  }

  it(`${VERSIONS[0] ?? ''}: a node starts on it and answers`, async (t) => {
    const { node, call } = await startNativeNode(t, { dataDir: oldDataDir(t, VERSIONS[0] ?? '') });
    const { identities } = await call('identities.list', {});
    assert.equal(identities.length, 1); // The other one is a chan.
    assert.equal((await node.store.inbox.list('inbox')).length, 5);
  });
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

  for (const file of ['mail.db', 'network.db'] as const) {
    it(`leaves ${file} of a newer version alone and says so in one line`, async (t) => {
      const dataDir = oldDataDir(t, VERSIONS.at(-1) ?? '');
      const path = join(dataDir, file);
      withDatabase(path, (connection) => connection.exec('PRAGMA user_version = 99'));
      const before = readFileSync(path);
      await assert.rejects(openTempStore(undefined, { dataDir }), (error: Error) => {
        assert.match(error.message, /^\S+ was written by a newer Petrel \(schema 99, [^\n]+$/);
        return true;
      });
      assert.deepEqual(readFileSync(path), before);
    });
  }
});
