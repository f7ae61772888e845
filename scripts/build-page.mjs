// Builds the web mailbox (ui/) into dist/ui with Vite, and nothing when its sources are as they were
// at the last build. Called by build.mjs; --force builds anyway.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'dist', 'ui');
const stampFile = join(root, 'dist', 'ui.stamp');
/** What the page is made of. */
const inputs = ['ui', 'src/client', 'package-lock.json', 'scripts/build-page.mjs'];
/** Below this a compressed answer saves no packet. */
const WORTH_COMPRESSING_BYTES = 1024;

/** Contents, not times: a fresh checkout has new times. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const path of inputs.flatMap((input) => filesOf(input)).sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => filesOf(join(path, name)));
}

/** Beside each file its gzip form, so that the node compresses nothing while it serves. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) compress(path);
    else if (/\.(js|css|html|svg|json)$/.test(name)) {
      const bytes = readFileSync(path);
      if (bytes.length > WORTH_COMPRESSING_BYTES) writeFileSync(`${path}.gz`, gzipSync(bytes));
    }
  }
}

const wanted = fingerprint();
const last = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
const isBuilt = last === wanted && existsSync(join(output, 'index.html'));
if (!isBuilt || process.argv.includes('--force')) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'ui', 'vite.config.js') });
  compress(output);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, wanted);
}
