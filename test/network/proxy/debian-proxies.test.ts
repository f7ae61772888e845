/** The dialer with proxies that other people wrote. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { PROXY_DIAL_MS } from '../../../src/network/limits.js';
import { ProxyDialer } from '../../../src/network/proxy/proxy-dialer.js';
import { ProxyError } from '../../../src/network/proxy/proxy-error.js';
import type { ProxyEndpoint, ProxyKind } from '../../../src/network/proxy/proxy-routes.js';
import { systemClock } from '../../../src/util/clock.js';
import { Secret } from '../../../src/util/secret.js';
import { runProgram, skippedWithout, type RunningProgram } from '../../support/debian-program.js';
import { freePort } from '../../support/free-port.js';
import { runTor } from '../../support/private-tor.js';
import { recordedLog, type RecordedLog } from '../../support/recorded-log.js';
import { createTempDir } from '../../support/temp-dir.js';
import { until } from '../../support/until.js';

const LOGIN = { user: 'anna', password: 'only for the proxy' };
const OWN_LOGIN = { ...LOGIN, password: new Secret(LOGIN.password) };
const LIMIT_MS = 120_000;
const NOT_ABORTED = new AbortController().signal;

function setUp(
  port: number,
  { kind = 'SOCKS5', login }: { kind?: ProxyKind; login?: ProxyEndpoint['login'] } = {},
): { dialer: ProxyDialer; log: RecordedLog } {
  const log = recordedLog();
  const proxy: ProxyEndpoint = { kind, host: '127.0.0.1', port, login };
  const routes = { clear: proxy, onion: proxy, onionOnly: false };
  return { dialer: new ProxyDialer(routes, { clock: systemClock, log }), log };
}

async function outcome(dialer: ProxyDialer, host: string, port: number): Promise<string> {
  let socket: Socket;
  try {
    socket = await dialer.dial({ host, port }, PROXY_DIAL_MS, NOT_ABORTED);
  } catch (error) {
    assert.ok(error instanceof ProxyError, String(error));
    return error.code;
  }
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await until('a greeting', LIMIT_MS, () => (text === 'hello' ? true : undefined));
  socket.destroy();
  return text;
}

/** Until something listens there. */
async function untilOpen(port: number): Promise<void> {
  await until('the proxy', LIMIT_MS, async () => {
    const { dialer } = setUp(port, { kind: 'SOCKS4a' });
    await dialer.prepare(NOT_ABORTED);
    return dialer.reach('') === 'now' ? true : undefined;
  });
}

function warnings({ lines }: RecordedLog): unknown[] {
  return lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason']);
}

describe('microsocks', { skip: skippedWithout('microsocks'), timeout: 600_000 }, () => {
  const running: RunningProgram[] = [];
  let target: Server;
  let targetPort = 0;
  let openPort = 0;
  let lockedPort = 0;

  before(async () => {
    target = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('hello');
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    targetPort = (target.address() as AddressInfo).port;
    [openPort, lockedPort] = [await freePort(), await freePort()];
    const at = (port: number): string[] => ['-i', '127.0.0.1', '-p', String(port)];
    running.push(runProgram('microsocks', at(openPort)));
    const login = ['-u', LOGIN.user, '-P', LOGIN.password];
    running.push(runProgram('microsocks', [...at(lockedPort), ...login]));
    await Promise.all([openPort, lockedPort].map(untilOpen));
  });

  after(async () => {
    await Promise.all(running.map((program) => program.stop()));
    target.close();
  });

  it('connects to addresses and to names that it resolves, without a login', async () => {
    const { dialer, log } = setUp(openPort);
    assert.equal(await outcome(dialer, '127.0.0.1', targetPort), 'hello');
    assert.equal(await outcome(dialer, 'localhost', targetPort), 'hello');
    assert.deepEqual(warnings(log), []);
  });

  it('connects with its login', async () => {
    const { dialer } = setUp(lockedPort, { login: OWN_LOGIN });
    assert.equal(await outcome(dialer, '127.0.0.1', targetPort), 'hello');
  });

  it('refuses a wrong and a missing login, which is told', async () => {
    const wrong = setUp(lockedPort, { login: { ...OWN_LOGIN, password: new Secret('wrong') } });
    assert.equal(await outcome(wrong.dialer, '127.0.0.1', targetPort), 'login-refused');
    assert.deepEqual(warnings(wrong.log), ['the proxy refuses user and password']);
    const missing = setUp(lockedPort);
    assert.equal(await outcome(missing.dialer, '127.0.0.1', targetPort), 'login-refused');
    assert.deepEqual(warnings(missing.log), ['the proxy wants a login']);
  });

  it('says when nobody listens at the target', async () => {
    const { dialer, log } = setUp(openPort);
    assert.equal(await outcome(dialer, '127.0.0.1', await freePort()), 'target');
    assert.deepEqual(warnings(log), []);
  });

  it('does not speak SOCKS4a: the dial fails, nothing goes past it', async () => {
    const { dialer } = setUp(openPort, { kind: 'SOCKS4a' });
    assert.notEqual(await outcome(dialer, '127.0.0.1', targetPort), 'hello');
  });
});

describe('Tor without a network', { skip: skippedWithout('tor'), timeout: 600_000 }, () => {
  const temp = createTempDir('petrel-tor-alone');
  let tor: RunningProgram | undefined;
  let port = 0;

  before(async () => {
    port = await freePort();
    // An authority where nobody listens: it never gets further than to loopback.
    tor = runTor(temp.path, [
      `SocksPort 127.0.0.1:${port}`,
      `DataDirectory ${temp.path}`,
      `DirAuthority none orport=1 v3ident=${'A'.repeat(40)} 127.0.0.1:1 ${'B'.repeat(40)}`,
      'SocksTimeout 3',
      'Log notice stdout',
    ]);
    await untilOpen(port);
  });

  after(async () => {
    await tor?.stop();
    temp.remove();
  });

  for (const kind of ['SOCKS5', 'SOCKS4a'] as const) {
    it(`${kind}: takes our login, and its refusals are the target's`, async () => {
      const { dialer, log } = setUp(port, { kind });
      await dialer.prepare(NOT_ABORTED);
      assert.equal(dialer.reach('node.example'), 'now');
      // An address of a private network, a name of an onion service with a wrong checksum, one of the
      // old kind, and what it would have to be connected for.
      const hosts = ['127.0.0.1', `${'a'.repeat(56)}.onion`, `${'b'.repeat(16)}.onion`, '5.9.0.1'];
      for (const host of hosts) assert.equal(await outcome(dialer, host, 8444), 'target', host);
      assert.deepEqual(warnings(log), []);
    });
  }
});
