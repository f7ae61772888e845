// Runs the built tests with node's own runner. Without arguments: the fast suite (*.test.js).
// --long: the slow one (*.long.js). Other arguments: only files whose path contains one of them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const ending = args.includes('--long') ? '.long.js' : '.test.js';
const wanted = args.filter((arg) => !arg.startsWith('--'));

const files = readdirSync(join(root, 'dist', 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith(ending))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .map((file) => join('dist', 'test', file))
  .sort();
if (files.length === 0) {
  console.error(`no test file ends in ${ending} and matches: ${wanted.join(' ') || '(anything)'}`);
  process.exit(1);
}

const guard = pathToFileURL(join(root, 'dist', 'test', 'support', 'loopback-guard.js')).href;
const inherited = process.env.NODE_OPTIONS ?? '';
const run = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=./scripts/test-reporter.mjs', ...files],
  {
    cwd: root,
    stdio: 'inherit',
    // Tests never leave loopback: a node that some test starts dials nobody by itself, and every
    // process of theirs refuses to.
    env: { ...process.env, PETREL_OFFLINE: '1', NODE_OPTIONS: `${inherited} --import ${guard}` },
  },
);
process.exit(run.status ?? 1);
