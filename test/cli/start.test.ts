/** `petrel start` as a process of its own: what people and scripts see of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { IniFile } from '../../src/node/settings/ini-file.js';
import { runCli, startCli, type CliProcess } from '../support/cli-process.js';
import { createTempDir } from '../support/temp-dir.js';

const LOOPBACK = ['--set', 'network.bind=127.0.0.1'];
const ANY_PORTS = ['--set', 'bitmessagesettings.port=0', '--set', 'bitmessagesettings.apiport=0'];

function tempDir(t: TestContext): string {
  const temp = createTempDir('petrel-cli');
  t.after(() => temp.remove());
  return temp.path;
}

async function started(
  t: TestContext,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<CliProcess> {
  const node = startCli(['start', ...LOOPBACK, ...args], env);
  t.after(() => node.child.kill('SIGKILL'));
  await node.ready;
  return node;
}

function setting(dataDir: string, option: string): string {
  const file = IniFile.parse(readFileSync(join(dataDir, 'settings.ini')));
  return file.get('bitmessagesettings', option) ?? '';
}

async function takenPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function shutDown(dataDir: string): Promise<unknown> {
  const login = `${setting(dataDir, 'apiusername')}:${setting(dataDir, 'apipassword')}`;
  const response = await fetch(`http://127.0.0.1:${setting(dataDir, 'apiport')}/`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    body: '{"jsonrpc": "2.0", "method": "shutdown", "id": 1}',
  });
  return ((await response.json()) as { result: unknown }).result;
}

describe('petrel start', { timeout: 600_000 }, () => {
  it('says where data and API are, is ready, and stops cleanly', async (t) => {
    const dataDir = join(tempDir(t), 'data');
    const node = await started(t, ['--data-dir', dataDir, ...ANY_PORTS]);
    const password = setting(dataDir, 'apipassword');
    assert.ok(password.length >= 32);
    assert.equal(statSync(join(dataDir, 'settings.ini')).mode & 0o777, 0o600);
    const { status, out, err } = await node.stop();
    assert.deepEqual([status, err], [0, '']);
    assert.ok(out.includes(dataDir) && out.includes(join(dataDir, 'settings.ini')));
    assert.match(out, /^ready: API http:\/\/127\.0\.0\.1:\d+\/, listening on port \d+$/m);
    assert.match(out, /^peers: /m);
    assert.ok(!out.includes(password));
    for (const option of [
      'apienabled',
      'apiinterface',
      'apiport',
      'apivariant',
      'apiusername',
      'settingsversion',
    ]) {
      assert.notEqual(setting(dataDir, option), '', option);
    }
    const again = await started(t, ['--data-dir', dataDir, ...ANY_PORTS]);
    assert.equal(setting(dataDir, 'apipassword'), password);
    assert.equal(await shutDown(dataDir), 'done');
    assert.equal((await again.ended).status, 0);
  });

  it('takes settings from the environment, and makes the default directory', async (t) => {
    const xdg = join(tempDir(t), 'not', 'there');
    const environment = {
      XDG_DATA_HOME: xdg,
      PETREL_SET_BITMESSAGESETTINGS_PORT: '0',
      PETREL_SET_BITMESSAGESETTINGS_APIPORT: '0',
      PETREL_SET_BITMESSAGESETTINGS_APIUSERNAME: 'somebody',
    };
    const node = await started(
      t,
      ['--set', 'bitmessagesettings.apipassword=100%secret'],
      environment,
    );
    assert.equal(setting(join(xdg, 'petrel'), 'apiusername'), 'somebody');
    assert.equal(setting(join(xdg, 'petrel'), 'apipassword'), '100%secret');
    assert.equal((await node.stop()).status, 0);
    const dataDir = join(xdg, 'other');
    const other = await started(t, [], { ...environment, PETREL_DATA_DIR: dataDir });
    assert.equal(setting(dataDir, 'apiusername'), 'somebody');
    assert.equal((await other.stop()).status, 0);
  });

  it("as PyBitmessage's tests want it: known login for this start only", async (t) => {
    const dataDir = tempDir(t);
    const node = await started(t, ['--data-dir', dataDir, ...ANY_PORTS, '--pybitmessage-test']);
    assert.equal(setting(dataDir, 'apivariant'), 'legacy');
    assert.notEqual(setting(dataDir, 'apipassword'), 'password');
    const response = await fetch(`http://127.0.0.1:${setting(dataDir, 'apiport')}/`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('username:password').toString('base64')}` },
      body: '{"method": "undeleteMessage", "params": ["00"], "id": 1}',
    });
    const { result } = (await response.json()) as { result: unknown };
    assert.equal(result, 'Undeleted message');
    assert.equal((await node.stop()).status, 0);
  });

  it('names kept and unknown options once, and keeps them', async (t) => {
    const dataDir = tempDir(t);
    const text =
      '[bitmessagesettings]\nport = 0\napiport = 0\nuserlocale = de\napiprot = 1\n\n[BM-2cX]\nlabel = x\n';
    writeFileSync(join(dataDir, 'settings.ini'), text);
    const node = await started(t, ['--data-dir', dataDir]);
    const { status, out } = await node.stop();
    assert.equal(status, 0);
    assert.match(out, /^kept without use: bitmessagesettings\.userlocale$/m);
    assert.match(
      out,
      /^unknown option bitmessagesettings\.apiprot .* bitmessagesettings\.apiport$/m,
    );
    assert.match(
      readFileSync(join(dataDir, 'settings.ini'), 'utf8'),
      /apiprot = 1\n[^]*\[BM-2cX\]\nlabel = x\n/,
    );
  });

  it('moves from taken ports, writes that down and says so', async (t) => {
    const dataDir = tempDir(t);
    const [port, apiPort] = [await takenPort(t), await takenPort(t)];
    const text = `[bitmessagesettings]\nport = ${port}\napiport = ${apiPort}\n`;
    writeFileSync(join(dataDir, 'settings.ini'), text);
    const node = await started(t, ['--data-dir', dataDir]);
    for (const [option, before] of [
      ['port', port],
      ['apiport', apiPort],
    ] as const) {
      const after = Number(setting(dataDir, option));
      assert.ok(after >= 32_767 && after <= 65_535 && after !== before);
      assert.match(node.out(), new RegExp(`port ${before} is taken: moved to ${after}`));
    }
    assert.equal((await node.stop()).status, 0);
  });

  it('refuses a second instance on the same directory', async (t) => {
    const dataDir = tempDir(t);
    const first = await started(t, ['--data-dir', dataDir, ...ANY_PORTS]);
    const before = readFileSync(join(dataDir, 'settings.ini'));
    const second = await runCli(['start', ...LOOPBACK, ...ANY_PORTS, '--data-dir', dataDir]);
    oneLine(second, new RegExp(`another Petrel \\(pid ${first.child.pid}\\)`));
    assert.deepEqual(readFileSync(join(dataDir, 'settings.ini')), before);
    assert.equal((await first.stop()).status, 0);
  });

  it('ends with one line when a port that was named is taken', async (t) => {
    const dataDir = tempDir(t);
    const port = String(await takenPort(t));
    const start = (...args: string[]) =>
      runCli(['start', ...LOOPBACK, '--data-dir', dataDir, ...ANY_PORTS, ...args]);
    const set = (name: string): string[] => ['--set', `bitmessagesettings.${name}=${port}`];
    oneLine(
      await start(...set('port')),
      new RegExp(`${port} is taken .*bitmessagesettings\\.port`),
    );
    oneLine(
      await start(...set('apiport')),
      new RegExp(`${port}.* taken.*bitmessagesettings\\.apiport`),
    );
    assert.notEqual(setting(dataDir, 'apiport'), port, 'a failed start must not move the next one');
  });

  it('ends with one line for what else can be wrong', async (t) => {
    const dir = tempDir(t);
    writeFileSync(join(dir, 'file'), '');
    const damaged = join(dir, 'damaged');
    mkdirSync(damaged, { mode: 0o700 });
    writeFileSync(
      join(damaged, 'mail.db'),
      'this is no database, but long enough to look like one',
      { mode: 0o600 },
    );
    const broken = join(dir, 'broken');
    mkdirSync(broken, { mode: 0o700 });
    writeFileSync(join(broken, 'settings.ini'), 'nonsense\n');
    const cases: [string[], RegExp][] = [
      [['--data-dir', join(dir, 'file')], /file and no directory; move/],
      [['--data-dir', join(dir, 'file', 'below')], /file and no directory; move/],
      [['--data-dir', ''], /--data-dir is empty/],
      [['--set'], /argument missing\. See/],
      [['--data-dir', '/proc/petrel'], /\/proc\/petrel/],
      [['--data-dir', damaged], /mail\.db is damaged/],
      [['--data-dir', broken], /settings\.ini:1: this line is/],
      [['--set', 'bitmessagesettings.apiprot=1'], /unknown option.* bitmessagesettings\.apiport/],
      [['--set', 'bitmessagesettings.apiport=x'], /whole number from 0 to 65535/],
      [['--set', 'bitmessagesettings.apipassword= ; x'], /\(hidden\)|leave out/],
      [['--set', 'nonsense'], /SECTION\.OPTION=VALUE/],
      [['--trusted-peer', 'nobody'], /HOST:PORT/],
      [['--log-level', 'loud'], /trace, debug, info/],
      [['--ofline'], /--offline/],
      [['--set', 'bitmessagesettings.apiinterface=192.0.2.1'], /apiinterface/],
    ];
    for (const [args, message] of cases) {
      const inDir = args[0] === '--data-dir' ? [] : ['--data-dir', join(dir, 'data')];
      const result = await runCli(['start', ...LOOPBACK, ...ANY_PORTS, ...inDir, ...args]);
      oneLine(result, message);
    }
  });

  it('will not connect directly when it was told to use a proxy that it does not know', async (t) => {
    const dataDir = join(tempDir(t), 'data');
    const proxy = ['--set', 'bitmessagesettings.socksproxytype=stem'];
    oneLine(
      await runCli(['start', ...LOOPBACK, ...ANY_PORTS, '--data-dir', dataDir, ...proxy]),
      /socksproxytype=stem.*start Tor yourself and set SOCKS5/,
    );
    assert.equal(existsSync(dataDir), false);
  });
});

function oneLine(
  { status, err, out }: { status: number | string; err: string; out: string },
  message: RegExp,
): void {
  assert.ok(typeof status === 'number' && status > 0, `status ${status}: ${out}${err}`);
  assert.match(err, message);
  assert.match(err, /^petrel: [^\n]+\n$/);
  assert.ok(!out.includes('ready'));
}
