/**
 * What operators install, as far as this machine allows: the .deb unpacked and run as an unprivileged user
 * and as process 1, the unit judged by systemd's own tools, the Dockerfile by its rules (no engine here).
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { projectRoot } from '../support/vectors.js';

const root = fileURLToPath(projectRoot);
const LIMIT_MS = 300_000;
/** Debian's `nobody`: any user that is not root. */
const NOBODY = 65_534;
/** The guard of the tests would keep npm from the registry. */
const environment = { ...process.env, NODE_OPTIONS: '' };

function run(program: string, ...args: string[]): { status: number | null; text: string } {
  const options = { cwd: root, encoding: 'utf8', env: environment, timeout: LIMIT_MS } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  return { status, text: `${stdout}${stderr}` };
}

/** Why this cannot be tried here; false when it can. */
function missing(...programs: string[]): string | false {
  const lacking = programs.find((name) => run('sh', '-c', `command -v ${name}`).status !== 0);
  return lacking === undefined ? false : `no ${lacking} here`;
}

const isRoot = process.getuid?.() === 0;
const noRegistry =
  run('npm', 'ping', '--loglevel=silent').status !== 0 && 'no package registry here';

describe('the .deb', { skip: missing('dpkg-deb') || noRegistry, timeout: 2 * LIMIT_MS }, () => {
  const temp = createTempDir('petrel-deb');
  after(() => temp.remove());
  const tree = join(temp.path, 'tree');

  before(() => {
    // Others may enter: the program runs as somebody else.
    chmodSync(temp.path, 0o755);
    const made = run(process.execPath, 'scripts/package-deb.mjs', '--output', temp.path);
    assert.equal(made.status, 0, made.text);
    const [name = ''] = readdirSync(temp.path).filter((file) => file.endsWith('.deb'));
    const deb = join(temp.path, name);
    assert.equal(run('dpkg-deb', '-x', deb, tree).status, 0);
    assert.equal(run('dpkg-deb', '-e', deb, join(temp.path, 'control')).status, 0);
  });

  it('holds program, unit and scripts that a shell can read, nothing else of /etc', () => {
    for (const path of ['usr/bin/petrel', 'usr/lib/systemd/system/petrel.service']) {
      assert.ok(existsSync(join(tree, path)), path);
    }
    assert.equal(statSync(join(tree, 'usr/bin/petrel')).mode & 0o777, 0o755);
    const conffiles = readFileSync(join(temp.path, 'control', 'conffiles'), 'utf8');
    assert.equal(conffiles, '/etc/default/petrel\n');
    for (const name of ['postinst', 'prerm', 'postrm']) {
      const checked = run('sh', '-n', join(temp.path, 'control', name));
      assert.equal(checked.status, 0, checked.text);
    }
    // The mail is not the package's: no script deletes it.
    const purge = readFileSync(join(temp.path, 'control', 'postrm'), 'utf8');
    assert.doesNotMatch(purge.replace(/echo .*/g, ''), /\brm\b/);
  });

  it(
    'its unit is valid and closes what a node does not need',
    { skip: missing('systemd-analyze') },
    () => {
      const unit = readFileSync(join(tree, 'usr/lib/systemd/system/petrel.service'), 'utf8');
      const here = join(temp.path, 'petrel.service');
      writeFileSync(here, unit.replaceAll('/usr/bin/petrel', join(tree, 'usr/bin/petrel')));
      const verified = run('systemd-analyze', 'verify', here);
      assert.equal(verified.status, 0, verified.text);
      // Exposure in tenths, of 100: a service without any of it has 96.
      const judged = run('systemd-analyze', 'security', '--offline=true', '--threshold=20', here);
      assert.equal(judged.status, 0, judged.text);
    },
  );

  const skip = (!isRoot && 'only root can become somebody else') || missing('unshare', 'setpriv');
  it('runs as an unprivileged user and as process 1, and stops on SIGTERM', { skip }, async (t) => {
    const home = join(temp.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, NOBODY, NOBODY);
    const program = join(tree, 'usr/lib/petrel/bin/petrel');
    const ports = ['port', 'apiport'].flatMap((name) => ['--set', `bitmessagesettings.${name}=0`]);
    const node = spawn(
      'unshare',
      [
        ...['--pid', '--fork', '--mount-proc', '--kill-child', 'setpriv', '--clear-groups'],
        ...['--reuid', String(NOBODY), '--regid', String(NOBODY), '--no-new-privs'],
        ...[process.execPath, program, 'start', '--offline', ...ports],
      ],
      {
        env: {
          PATH: process.env['PATH'],
          HOME: '/nonexistent',
          PETREL_DATA_DIR: join(home, 'data'),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    t.after(() => node.kill('SIGKILL'));
    const ended = new Promise((resolve) => node.once('exit', resolve));
    let out = '';
    node.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await until('the node is ready', LIMIT_MS, () => /^ready: /m.test(out) || undefined);
    const [, url = ''] = /^API: {3}(\S+)\//m.exec(out) ?? [];
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal((await fetch(`${url}/`, { headers: { accept: 'text/html' } })).status, 200);
    const children = readFileSync(`/proc/${node.pid}/task/${node.pid}/children`, 'utf8').trim();
    process.kill(Number(children), 'SIGTERM');
    assert.equal(await ended, 0);
    assert.match(out, /^stopping$/m);
  });
});

describe('the container', () => {
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const dockerfile = read('packaging/docker/Dockerfile').replaceAll('\\\n', ' ');
  const steps = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line));
  const last = steps.slice(steps.findLastIndex((line) => line.startsWith('FROM ')));
  const valueOf = (word: string): string => last.find((line) => line.startsWith(`${word} `)) ?? '';

  it('builds in one stage and runs in another, as nobody of importance, in the foreground', () => {
    assert.equal(steps.filter((line) => line.startsWith('FROM ')).length, 2);
    assert.match(valueOf('USER'), /^USER [1-9]\d+:[1-9]\d+$/);
    assert.ok(
      last.findIndex((line) => line.startsWith('USER')) >
        last.findLastIndex((line) => /^(RUN|COPY)/.test(line)),
    );
    assert.equal(valueOf('ENTRYPOINT'), 'ENTRYPOINT ["petrel"]');
    assert.equal(valueOf('CMD'), 'CMD ["start"]');
    assert.equal(valueOf('VOLUME'), 'VOLUME /data');
  });

  it('its health check is a program that runs here, and says no without a node', () => {
    const [, command = '[]'] = /CMD (\[.*\])$/.exec(valueOf('HEALTHCHECK')) ?? [];
    const [program, ...args] = JSON.parse(command) as string[];
    assert.equal(program, 'node');
    assert.match(args.at(-1) ?? '', /:8442\/healthz/);
    const closed = args.map((arg) => arg.replace(':8442', ':1'));
    assert.equal(spawnSync(process.execPath, closed, { env: environment }).status, 1);
  });

  it('takes no built files or packages of the host along', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.git', '**/node_modules', 'dist']) assert.ok(ignored.includes(name), name);
  });
});
