// Builds the optional proof-of-work addon: `npm run build:native`. One compiler command with node's
// own headers; nothing is downloaded. Petrel finds the result at its next start and does without it
// as well. CC chooses the compiler (GCC or clang), PETREL_NODE_HEADERS the folder of node_api.h; an
// argument names another folder for the result.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src', 'pow', 'native');
const usual = join(root, 'prebuilds', `${process.platform}-${process.arch}`);
const folder = process.argv[2] ?? usual;
const output = join(folder, 'petrel-pow.node');

function fail(...lines) {
  console.error(lines.join('\n'));
  console.error('Petrel works without the addon, with its WebAssembly kernels.');
  process.exit(1);
}

/** Where node_api.h may be: beside this node, as configured for npm, in node-gyp's cache. */
function headerFolders() {
  const { env, execPath, versions } = process;
  const prefixes = [
    env.npm_config_nodedir,
    process.config.variables.node_prefix,
    join(dirname(execPath), '..'),
    join(homedir(), '.cache', 'node-gyp', versions.node),
    join(homedir(), 'Library', 'Caches', 'node-gyp', versions.node),
  ];
  const inside = prefixes.filter(Boolean).map((prefix) => join(prefix, 'include', 'node'));
  return env.PETREL_NODE_HEADERS ? [env.PETREL_NODE_HEADERS] : inside;
}

/** The first compiler that runs. */
function findCompiler() {
  const names = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang'];
  const found = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (!found) {
    fail(
      `No C compiler found (tried ${names.join(', ')}).`,
      'Install one (Debian: apt install gcc; macOS: xcode-select --install) or set CC.',
    );
  }
  return found;
}

if (process.platform === 'win32') {
  fail('The addon is not built on Windows yet: it is written for GCC and clang.');
}
const headers = headerFolders().find((path) => existsSync(join(path, 'node_api.h')));
if (!headers) {
  fail(
    "Node's headers were not found: there is no node_api.h in any of",
    ...headerFolders().map((path) => `  ${path}`),
    'Install them (Debian: libnode-dev; other installations have them in PREFIX/include/node),',
    'or say where they are with PETREL_NODE_HEADERS.',
  );
}
const compiler = findCompiler();
mkdirSync(folder, { recursive: true });
// A running node may have the old file mapped: it is replaced, never written over.
const fresh = `${output}.${process.pid}`;
const shared =
  process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
const files = readdirSync(sources).filter((name) => name.endsWith('.c'));
const command = [
  ...['-std=gnu11', '-O2', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra'],
  ...shared,
  ...['-I', headers, '-o', fresh],
  ...files.map((name) => join(sources, name)),
];
const compiled = spawnSync(compiler, command, { stdio: 'inherit' });
if (compiled.status !== 0) fail(`The compiler failed: ${compiler} ${command.join(' ')}`);
renameSync(fresh, output);
console.log(`built ${output}; 'petrel pow --selftest' says which kernels work here`);
