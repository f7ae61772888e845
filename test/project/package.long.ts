/**
 * The package as users get it: packed, installed from the registry into an empty project and globally,
 * without a compiler. The programs of docs/library.md are compiled and run there.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { projectRoot } from '../support/vectors.js';

const root = fileURLToPath(projectRoot);
const INSTALL_LIMIT_MS = 300_000;

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** This test's own Node comes first, so that npm and the program run under it. */
const environment: Record<string, string | undefined> = {
  ...process.env,
  // The guard of the tests would keep npm from the registry.
  NODE_OPTIONS: '',
  PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
};

function run(cwd: string, program: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...{ cwd, encoding: 'utf8', env: environment, timeout: INSTALL_LIMIT_MS },
  });
  return { status, out: stdout, err: stderr };
}

function must(ran: Ran): string {
  assert.equal(ran.status, 0, ran.out + ran.err);
  return ran.out;
}

const QUIET = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

/** What a block of docs/library.md is called and prints. */
interface Example {
  readonly name: string;
  readonly program: string;
  readonly printed: string;
}

function examples(): Example[] {
  const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8');
  const blocks = page.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```\n\n```text\n(.*?)```/gs);
  return [...blocks].map(([, name = '', program = '', printed = '']) => ({
    ...{ name, program, printed },
  }));
}

const registry = spawnSync('npm', ['ping', '--loglevel=silent'], {
  ...{ env: environment, timeout: 30_000 },
});
const skip = registry.status === 0 ? false : 'no package registry can be reached from here';

describe('the packed package', { skip, timeout: 2 * INSTALL_LIMIT_MS }, () => {
  let tarball = '';
  const temp = createTempDir('petrel-package');
  const directory = temp.path;
  after(() => temp.remove());

  before(() => {
    // Built already: the script `prepare` would do it again.
    const packed = run(
      root,
      'npm',
      'pack',
      '--ignore-scripts',
      '--json',
      '--pack-destination',
      directory,
    );
    const [{ filename }] = JSON.parse(must(packed)) as [{ filename: string }];
    tarball = join(directory, filename);
  });

  it('serves TypeScript programs in an empty project, as docs/library.md says', () => {
    const project = join(directory, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }\n');
    must(run(project, 'npm', 'install', ...QUIET, tarball));
    // The compiler and the types of Node are this tree's: the package must not need more.
    mkdirSync(join(project, 'node_modules', '@types'));
    for (const name of ['@types/node', 'undici-types']) {
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    }
    const found = examples();
    assert.deepEqual(
      found.map(({ name }) => name),
      ['bot.ts', 'letter.ts', 'packets.ts'],
    );
    for (const { name, program } of found) writeFileSync(join(project, name), program);
    const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js');
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const names = found.map(({ name }) => name);
    must(run(project, process.execPath, compiler, ...options, ...names));
    for (const { name, printed } of found) {
      assert.equal(must(run(project, process.execPath, name.replace('.ts', '.js'))), printed);
    }
  });

  it('has nothing else to import', () => {
    const project = join(directory, 'project');
    const program = `import('petrel/dist/src/node/node.js').catch((e) => console.log(e.code));
      console.log(Object.keys(require('petrel/client')).join(' '));`;
    const out = must(run(project, process.execPath, '--no-warnings', '-e', program));
    assert.equal(out, 'ConnectionError PetrelClient RpcError\nERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });

  it('installs globally and runs: page served, stopped cleanly', async (t) => {
    const prefix = join(directory, 'global');
    must(run(directory, 'npm', 'install', '--global', '--prefix', prefix, ...QUIET, tarball));
    const petrel = join(prefix, 'bin', 'petrel');
    assert.ok(existsSync(petrel));
    assert.match(must(run(directory, petrel, '--help')), /^Usage: petrel /);
    const dataDir = join(directory, 'data');
    const ports = ['port', 'apiport'].flatMap((name) => ['--set', `bitmessagesettings.${name}=0`]);
    const node = spawn(petrel, ['start', '--offline', '--data-dir', dataDir, ...ports], {
      ...{ env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
    });
    t.after(() => node.kill('SIGKILL'));
    const ended = new Promise((resolve) => node.once('exit', resolve));
    let out = '';
    node.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await until('the node is ready', INSTALL_LIMIT_MS, () => /^ready: /m.test(out) || undefined);
    const [, link = ''] = /^API: {3}(\S+)/m.exec(out) ?? [];
    const page = await fetch(link, { headers: { accept: 'text/html' } });
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>/i);
    node.kill('SIGTERM');
    assert.equal(await ended, 0);
  });
});
