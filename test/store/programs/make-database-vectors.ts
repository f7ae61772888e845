/**
 * Writes a small database of the present schema versions into test/vectors/databases. To be run once
 * when a migration was added (`node dist/test/store/programs/make-database-vectors.js`); the files of
 * older versions stay as they are: they are what old installations have.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIL_MIGRATIONS } from '../../../src/store/migrations/mail.js';
import { NETWORK_MIGRATIONS } from '../../../src/store/migrations/network.js';
import { addSampleRows } from '../../support/sample-rows.js';
import { openTempStore } from '../../support/temp-store.js';
import { projectRoot } from '../../support/vectors.js';

const target = fileURLToPath(new URL('test/vectors/databases/', projectRoot));
mkdirSync(target, { recursive: true });

const { store, dataDir } = await openTempStore();
await addSampleRows(store);
await store.close();

for (const [name, migrations] of [
  ['mail', MAIL_MIGRATIONS],
  ['network', NETWORK_MIGRATIONS],
] as const) {
  const path = join(target, `${name}-${String(migrations.length).padStart(3, '0')}.db`);
  if (existsSync(path)) console.log(`${path} is there already`);
  else copyFileSync(join(dataDir, `${name}.db`), path);
}
rmSync(dataDir, { recursive: true });
