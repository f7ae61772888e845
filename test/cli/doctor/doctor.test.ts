/** What `petrel doctor` finds on directories that something is wrong with. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DatabaseSync } from '@photostructure/sqlite';
import { CHECKS } from '../../../src/cli/doctor/all-checks.js';
import { defineCheck, type Finding } from '../../../src/cli/doctor/check.js';
import { diagnose } from '../../../src/cli/doctor/diagnose.js';
import { openStore } from '../../../src/store/open-store.js';
import { nullLog } from '../../../src/util/log.js';
import { systemClock } from '../../../src/util/clock.js';
import { freePort } from '../../support/free-port.js';
import { FakeClock } from '../../support/fake-clock.js';
import { SocksProxy } from '../../support/socks-proxy.js';
import { tempDir } from '../../support/temp-store.js';
import { renderTroubleshootingDocs } from '../../support/troubleshooting-docs.js';
import { projectRoot } from '../../support/vectors.js';

const POSIX = process.platform !== 'win32';

async function prepared(t: TestContext): Promise<string> {
  const dataDir = join(tempDir(t), 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  await store.close();
  return dataDir;
}

/** Findings of the checks of that name. */
async function findings(
  dataDir: string,
  check: string,
  { set = {}, clock = systemClock, offline = true }: Given = {},
): Promise<Finding[]> {
  const environment: Record<string, string> = offline ? { PETREL_OFFLINE: '1' } : {};
  for (const [name, value] of Object.entries(set)) {
    environment[`PETREL_SET_${name.replace('.', '_').toUpperCase()}`] = value;
  }
  const checks = CHECKS.filter(({ name }) => name === check);
  assert.equal(checks.length, 1);
  const options = { dataDir, environment, full: false, clock };
  return [...(await diagnose(options, () => undefined, checks)).findings];
}

interface Given {
  readonly set?: Readonly<Record<string, string>>;
  readonly clock?: FakeClock | typeof systemClock;
  readonly offline?: boolean;
}

async function codes(...given: Parameters<typeof findings>): Promise<string[]> {
  const found = await findings(...given);
  for (const { state, text, remedy } of found) {
    assert.doesNotMatch(text + remedy, /\n|\{\w+\}|undefined/);
    assert.equal(remedy === '', state === 'ok');
  }
  return found.map(({ code }) => code);
}

describe('petrel doctor', { timeout: 600_000 }, () => {
  it('finds nothing on a fresh directory, and leaves it as it is', async (t) => {
    const dataDir = await prepared(t);
    const before = readdirSync(dataDir).sort();
    const set = { 'bitmessagesettings.port': '0', 'bitmessagesettings.apiport': '0' };
    for (const { name } of CHECKS) {
      const expected = { peers: ['offline'], backups: ['none'], conditions: [] }[name] ?? ['ok'];
      const found = await codes(dataDir, name, { set });
      assert.deepEqual([...new Set(found)], expected, name);
    }
    assert.deepEqual(readdirSync(dataDir).sort(), before);
  });

  it('does not need a directory', async (t) => {
    const dataDir = join(tempDir(t), 'new');
    for (const { name } of CHECKS) {
      const found = await findings(dataDir, name, {
        set: { 'bitmessagesettings.port': '0', 'bitmessagesettings.apiport': '0' },
      });
      assert.deepEqual(
        found.filter(({ state }) => state === 'failure'),
        [],
        name,
      );
    }
    assert.deepEqual(await codes(join(dataDir, 'deeper'), 'data-dir'), ['no-parent']);
  });

  it(
    'tells of rights, and of what is in the place of the directory',
    { skip: !POSIX },
    async (t) => {
      const dataDir = await prepared(t);
      chmodSync(join(dataDir, 'mail.db'), 0o644);
      const [open] = await findings(dataDir, 'data-dir');
      assert.equal(open?.code, 'open-to-others');
      assert.equal(open.remedy, `chmod go-rwx ${join(dataDir, 'mail.db')}`);
      const file = join(tempDir(t), 'file');
      writeFileSync(file, '');
      assert.deepEqual(await codes(file, 'data-dir'), ['no-directory']);
    },
  );

  it('tells of damage, of strangers and of newer databases', async (t) => {
    const dataDir = await prepared(t);
    const mail = join(dataDir, 'mail.db');
    const bytes = readFileSync(mail);
    const newer = new DatabaseSync(mail);
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    assert.deepEqual(await codes(dataDir, 'mail-db'), ['newer']);
    // Everything after the first page, which says how many there are.
    bytes.fill(0xa5, 4_096);
    writeFileSync(mail, bytes);
    assert.deepEqual(await codes(dataDir, 'mail-db'), ['damaged']);
    writeFileSync(mail, 'no database at all, but long enough for a header of one'.repeat(99));
    assert.deepEqual(await codes(dataDir, 'mail-db'), ['damaged']);
    writeFileSync(mail, '');
    assert.deepEqual(await codes(dataDir, 'mail-db'), ['damaged']);
    const network = join(dataDir, 'network.db');
    writeFileSync(network, '');
    const other = new DatabaseSync(network);
    other.exec('CREATE TABLE a (b)');
    other.close();
    assert.deepEqual(await codes(dataDir, 'network-db'), ['foreign']);
  });

  it('tells of settings that are wrong, and goes on with the rest', async (t) => {
    const dataDir = await prepared(t);
    const path = join(dataDir, 'settings.ini');
    writeFileSync(path, '[bitmessagesettings]\nport = many\n');
    assert.deepEqual(await codes(dataDir, 'settings'), ['wrong']);
    assert.deepEqual(await codes(dataDir, 'mail-db'), ['ok']);
    for (const check of ['ports', 'proxy', 'peers'])
      assert.deepEqual(await codes(dataDir, check), []);
    writeFileSync(path, '[bitmessagesettings]\nprot = 8444\n');
    assert.deepEqual(await codes(dataDir, 'settings'), ['odd']);
  });

  it('tells who has a port', async (t) => {
    const dataDir = await prepared(t);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const taken = String((server.address() as AddressInfo).port);
    const api = { 'network.bind': '127.0.0.1', 'bitmessagesettings.apiport': '0' };
    const found = await findings(dataDir, 'ports', {
      set: { ...api, 'bitmessagesettings.port': taken },
    });
    assert.deepEqual(
      found.map(({ code }) => code),
      ['taken', 'ok'],
    );
    if (process.platform === 'linux') {
      assert.match(found[0]?.text ?? '', new RegExp(`taken by \\S+ \\(pid ${process.pid}\\)`));
    }
    const elsewhere = {
      ...api,
      'network.bind': '192.0.2.1',
      'bitmessagesettings.port': String(await freePort()),
    };
    assert.deepEqual(await codes(dataDir, 'ports', { set: elsewhere }), ['no-such-address', 'ok']);
  });

  it('asks the proxy, and tells of ways past it', async (t) => {
    const dataDir = await prepared(t);
    const proxy = await SocksProxy.start({ login: { user: 'anna', password: 'pw' } });
    t.after(() => proxy.stop());
    const at = (port: number, more: Record<string, string> = {}) => ({
      set: {
        'bitmessagesettings.socksproxytype': 'SOCKS5',
        'bitmessagesettings.sockshostname': '127.0.0.1',
        'bitmessagesettings.socksport': String(port),
        ...more,
      },
    });
    const login = {
      'bitmessagesettings.socksauthentication': 'true',
      'bitmessagesettings.socksusername': 'anna',
      'bitmessagesettings.sockspassword': 'pw',
    };
    assert.deepEqual(await codes(dataDir, 'proxy', at(proxy.port, login)), ['ok']);
    assert.deepEqual(proxy.requests, [], 'nothing is dialled through it');
    assert.deepEqual(await codes(dataDir, 'proxy', at(proxy.port)), ['login-refused']);
    assert.deepEqual(await codes(dataDir, 'proxy', at(await freePort())), ['unreachable']);
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    assert.deepEqual(await codes(dataDir, 'proxy', at(port)), ['no-proxy']);
    const leaky = {
      ...login,
      'bitmessagesettings.sockslisten': 'true',
      'bitmessagesettings.upnp': 'true',
      'bitmessagesettings.apiinterface': '0.0.0.0',
    };
    const leaks = ['listens-openly', 'no-effect', 'api-open', 'ok'];
    assert.deepEqual(await codes(dataDir, 'proxy', at(proxy.port, leaky)), leaks);
    const contradiction = { 'bitmessagesettings.onionservicesonly': 'true' };
    assert.deepEqual(await codes(dataDir, 'settings', { set: contradiction }), ['wrong']);
  });

  it('asks no proxy elsewhere in offline mode', async (t) => {
    const dataDir = await prepared(t);
    const set = {
      'bitmessagesettings.socksproxytype': 'SOCKS5',
      'bitmessagesettings.sockshostname': 'tor.example.org',
    };
    const found = await findings(dataDir, 'proxy', { set });
    assert.deepEqual(
      found.map(({ code }) => code),
      ['own-name-looked-up', 'ok'],
    );
    assert.match(found[1]?.text ?? '', /not asked/);
  });

  it('tells of a clock that cannot be right', async (t) => {
    const dataDir = await prepared(t);
    assert.deepEqual(await codes(dataDir, 'clock', { clock: new FakeClock(1_000_000_000) }), [
      'far-past',
    ]);
    const clock = new FakeClock();
    utimesSync(join(dataDir, 'mail.db'), clock.nowS() + 86_400, clock.nowS() + 86_400);
    assert.deepEqual(await codes(dataDir, 'clock', { clock }), ['set-back']);
  });

  it('tells of a node that ended without a stop', async (t) => {
    const dataDir = await prepared(t);
    writeFileSync(join(dataDir, 'petrel.pid'), '4711\n');
    const [crashed] = await findings(dataDir, 'running');
    assert.equal(crashed?.code, 'not-stopped');
    assert.match(crashed.text, /4711/);
  });

  it('tells when a check itself fails, and goes on', async (t) => {
    const dataDir = tempDir(t);
    const broken = defineCheck({
      name: 'broken',
      about: '',
      problems: {},
      look: () => {
        throw new Error('what');
      },
    });
    const options = { dataDir, environment: {}, full: false, clock: systemClock };
    const { findings: found, failures } = await diagnose(options, () => undefined, [
      broken,
      ...CHECKS.slice(0, 1),
    ]);
    assert.deepEqual(
      found.map(({ code }) => code),
      ['check-failed', 'ok'],
    );
    assert.equal(failures, 1);
  });
});

describe('docs/troubleshooting.md', () => {
  it('is what the checks say', () => {
    const page = readFileSync(new URL('docs/troubleshooting.md', projectRoot), 'utf8');
    assert.equal(page, renderTroubleshootingDocs(), 'run: npm run build:troubleshooting-docs');
  });

  it('has a name once, and a remedy for everything', () => {
    const names = CHECKS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { problems } of CHECKS) {
      for (const { remedy, means } of Object.values(problems)) {
        assert.ok(
          remedy.length > 5 && /[.…]$|^chmod|^chown|^\{/.test(remedy) && means.endsWith('.'),
          remedy,
        );
      }
    }
  });
});
