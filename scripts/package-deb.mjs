// Builds dist/petrel_VERSION_MACHINE.deb (npm run package:deb) from what is built, the way `npm install` puts
// it together; needs dpkg-deb and a package registry.
//   --with-node   brings Node, too, for machines whose Node is older than 20.19: petrel-with-node_…
//   --output DIR  where it is put
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = join(root, 'packaging');
const args = process.argv.slice(2);
const withNode = args.includes('--with-node');
const output = resolve(args.includes('--output') ? args[args.indexOf('--output') + 1] : 'dist');
const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function run(cwd, program, ...parameters) {
  const { status, error, stdout } = spawnSync(program, parameters, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${parameters.join(' ')}: ${error?.message ?? `status ${status}`}`);
}

/** Package and dependencies as a user of npm gets them. */
function install(work) {
  const packed = run(root, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', work);
  const tarball = join(work, JSON.parse(packed)[0].filename);
  const project = join(work, 'project');
  mkdirSync(project);
  // The lock file's versions; nothing is compiled, the database's binaries are in its package.
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(root, name), join(project, name));
  run(
    project,
    'npm',
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
  );
  run(project, 'tar', '--extract', '--gzip', '--strip-components=1', '--file', tarball);
  rmSync(join(project, 'package-lock.json'));
  return project;
}

const MACHINE = { x64: 'amd64', arm64: 'arm64' }[process.arch];

function nodeProgram(work) {
  const name = `node-linux-${process.arch}`;
  run(
    work,
    'npm',
    'install',
    '--prefix',
    join(work, 'node'),
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `${name}@22`,
  );
  return join(work, 'node', 'node_modules', name, 'bin', 'node');
}

function put(tree, path, content, mode = 0o644) {
  const target = join(tree, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  chmodSync(target, mode);
}

function control(sizeKiB) {
  const needs = withNode ? 'adduser' : 'nodejs (>= 20.19), adduser';
  return `Package: ${PACKAGE}
Version: ${version}
Section: net
Priority: optional
Architecture: ${MACHINE}
Depends: libc6 (>= 2.28), libstdc++6, ${needs}
${withNode ? 'Provides: petrel\nConflicts: petrel\nReplaces: petrel\n' : ''}Installed-Size: ${String(sizeKiB)}
Maintainer: The Petrel authors <petrel@localhost>
Description: ${description.replace(/^An? /, '')}
 Petrel speaks the Bitmessage protocol, answers the remote API of PyBitmessage
 and serves a web mailbox. It takes over the data of PyBitmessage and runs as a
 service under a user of its own.
`;
}

/** What other systems need, and what packages bring for their own makers. */
function removeUnused(modules) {
  const sqlite = join(modules, '@photostructure/sqlite');
  const own = `linux-${process.arch}`;
  const others = readdirSync(join(sqlite, 'prebuilds')).filter((name) => name !== own);
  for (const name of others) remove(join(sqlite, 'prebuilds', name));
  remove(join(sqlite, 'prebuilds', own), '*.musl.node');
  for (const name of ['src', 'scripts', 'binding.gyp']) remove(join(sqlite, name));
  remove(modules, '.*');
  remove(modules, '*.sh');
  for (const name of ['test', 'tests', '__tests__', 'docs', 'spec', 'bench', 'benchmark']) {
    run(
      modules,
      'find',
      '.',
      '-type',
      'd',
      '-name',
      name,
      '-not',
      '-path',
      '*/dist/*',
      '-not',
      '-path',
      '*/build/*',
      '-not',
      '-path',
      '*/lib/*',
      '-prune',
      '-exec',
      'rm',
      '-r',
      '{}',
      '+',
    );
  }
}

/** The path, or whatever below it has such a name. */
function remove(path, name) {
  if (name === undefined) rmSync(path, { recursive: true, force: true });
  else
    run(
      path,
      'find',
      '.',
      '-mindepth',
      '1',
      '-name',
      name,
      '-prune',
      '-exec',
      'rm',
      '-r',
      '{}',
      '+',
    );
}

const PACKAGE = withNode ? 'petrel-with-node' : 'petrel';

function fillTree(tree, work) {
  cpSync(install(work), join(tree, 'usr/lib/petrel'), { recursive: true });
  removeUnused(join(tree, 'usr/lib/petrel/node_modules'));
  if (withNode) {
    copyFileSync(nodeProgram(work), join(tree, 'usr/lib/petrel/node'));
    chmodSync(join(tree, 'usr/lib/petrel/node'), 0o755);
  }
  const from = (name) => readFileSync(join(files, name));
  put(tree, 'usr/bin/petrel', from('debian/petrel'), 0o755);
  put(tree, 'usr/lib/systemd/system/petrel.service', from('systemd/petrel.service'));
  put(tree, 'etc/default/petrel', from('debian/petrel.default'));
  put(tree, 'usr/share/doc/petrel/copyright', readFileSync(join(root, 'LICENSE')));
  put(
    tree,
    'usr/share/doc/petrel/changelog.gz',
    gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 }),
  );
  for (const name of readdirSync(join(root, 'man'))) {
    const page = gzipSync(readFileSync(join(root, 'man', name)), { level: 9 });
    put(tree, `usr/share/man/man1/${name}.gz`, page);
  }
  rmSync(join(tree, 'usr/lib/petrel/man'), { recursive: true });
  put(tree, 'DEBIAN/conffiles', '/etc/default/petrel\n');
  for (const name of ['postinst', 'prerm', 'postrm']) {
    put(tree, `DEBIAN/${name}`, from(`debian/${name}`), 0o755);
  }
}

/** Rights as Debian wants them, whatever the umask here: programs may be run, nothing else. */
function setModes(tree) {
  run(tree, 'chmod', '-R', 'u=rwX,go=rX', '.');
  run(
    tree,
    'find',
    'usr/lib/petrel/node_modules',
    '-type',
    'f',
    '-exec',
    'chmod',
    '0644',
    '{}',
    '+',
  );
}

const work = mkdtempSync(join(tmpdir(), 'petrel-deb-'));
try {
  const tree = join(work, 'tree');
  fillTree(tree, work);
  setModes(tree);
  const sizeKiB = Number(run(tree, 'du', '-sk', '--apparent-size', '.').split('\t')[0]);
  put(tree, 'DEBIAN/control', control(sizeKiB));
  const name = `${PACKAGE}_${version}_${MACHINE}.deb`;
  run(work, 'dpkg-deb', '--root-owner-group', '-Zxz', '--build', 'tree', name);
  mkdirSync(output, { recursive: true });
  copyFileSync(join(work, name), join(output, `${name}.new`));
  renameSync(join(output, `${name}.new`), join(output, name));
  console.log(join(output, name));
} finally {
  rmSync(work, { recursive: true, force: true });
}
