import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { createDirectDialer } from '../../../src/network/dial.js';
import { PROXY_ANSWER_MS, PROXY_DIAL_MS, PROXY_REST_MS } from '../../../src/network/limits.js';
import type { HostPort } from '../../../src/network/options.js';
import { ProxyDialer } from '../../../src/network/proxy/proxy-dialer.js';
import { ProxyError } from '../../../src/network/proxy/proxy-error.js';
import type { ProxyEndpoint, ProxyKind } from '../../../src/network/proxy/proxy-routes.js';
import { fromHex, utf8 } from '../../../src/util/bytes.js';
import { Secret } from '../../../src/util/secret.js';
import { FakeClock } from '../../support/fake-clock.js';
import { freePort } from '../../support/free-port.js';
import { recordedLog, type RecordedLog } from '../../support/recorded-log.js';
import { startScriptedProxy, type ScriptedProxy } from '../../support/scripted-proxy.js';
import { SocksProxy, type SocksProxyOptions } from '../../support/socks-proxy.js';
import { until } from '../../support/until.js';

const LIMIT_MS = 120_000;
const NOT_ABORTED = new AbortController().signal;
const CLEAR = { host: '5.9.0.1', port: 8444 };
const NAME = { host: 'node.example', port: 8444 };
const ONION = { host: `${'b'.repeat(56)}.onion`, port: 8444 };
const LOGIN = { user: 'anna', password: 'only for the proxy' };
const OWN_LOGIN = { ...LOGIN, password: new Secret(LOGIN.password) };
const CONNECTED = fromHex('05000001010203040001');

const cleanups: (() => Promise<unknown>)[] = [];

/** A target that greets and then says everything back. */
async function startEcho(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('hello');
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function startProxy(options: SocksProxyOptions = {}, port = 0): Promise<SocksProxy> {
  const proxy = await SocksProxy.start(options, port);
  cleanups.push(() => proxy.stop());
  return proxy;
}

async function startScript(...answers: (Uint8Array | 'close')[]): Promise<ScriptedProxy> {
  const proxy = await startScriptedProxy(answers);
  cleanups.push(() => proxy.stop());
  return proxy;
}

interface Setup {
  readonly dialer: ProxyDialer;
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  dial(target?: HostPort, signal?: AbortSignal): Promise<Socket>;
}

function setUp(
  port: number,
  {
    kind = 'SOCKS5',
    login,
    host = '127.0.0.1',
  }: { kind?: ProxyKind; login?: ProxyEndpoint['login']; host?: string } = {},
): Setup {
  const proxy: ProxyEndpoint = { kind, host, port, login };
  const clock = new FakeClock();
  const log = recordedLog();
  const dialer = new ProxyDialer({ clear: proxy, onion: proxy, onionOnly: false }, { clock, log });
  return {
    dialer,
    clock,
    log,
    dial: (target = NAME, signal = NOT_ABORTED) => dialer.dial(target, PROXY_DIAL_MS, signal),
  };
}

function warnings({ log }: Setup): unknown[] {
  return log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields.reason);
}

/** The code of the error that a dial must end with. */
async function failure(dial: Promise<Socket>): Promise<string> {
  try {
    (await dial).destroy();
  } catch (error) {
    assert.ok(error instanceof ProxyError, String(error));
    return error.code;
  }
  return 'no failure';
}

async function read(socket: Socket, length: number): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await until('data', LIMIT_MS, () => (text.length >= length ? true : undefined));
  return text;
}

describe('dialling through a proxy', { timeout: 600_000 }, () => {
  after(() => Promise.all(cleanups.map((cleanup) => cleanup())));

  for (const kind of ['SOCKS5', 'SOCKS4a'] as const) {
    it(`${kind}: gives it names and addresses as they are, and data flows both ways`, async () => {
      const echo = await startEcho();
      const proxy = await startProxy({ portFor: () => echo });
      const setup = setUp(proxy.port, { kind });
      for (const target of [CLEAR, NAME, ONION]) {
        const socket = await setup.dial(target);
        socket.write(target.host);
        assert.equal(await read(socket, 5 + target.host.length), `hello${target.host}`);
        socket.destroy();
      }
      const asked = proxy.requests.map(({ host, port }) => ({ host, port }));
      assert.deepEqual(asked, [CLEAR, NAME, ONION]);
      assert.deepEqual(warnings(setup), []);
    });

    it(`${kind}: a random login for every connection where the proxy has none`, async () => {
      const echo = await startEcho();
      const proxy = await startProxy({ asksForLogin: true, portFor: () => echo });
      const setup = setUp(proxy.port, { kind });
      for (let count = 0; count < 3; count++) (await setup.dial()).destroy();
      const users = new Set(proxy.requests.map(({ user }) => user));
      assert.equal(users.size, 3);
      for (const user of users) assert.match(user ?? '', /^[0-9a-f]{32}$/);
    });
  }

  it('logs in with the login of the settings', async () => {
    const echo = await startEcho();
    const proxy = await startProxy({ login: LOGIN, portFor: () => echo });
    const setup = setUp(proxy.port, { login: OWN_LOGIN });
    const socket = await setup.dial();
    socket.destroy();
    assert.deepEqual(proxy.requests, [{ kind: 'SOCKS5', ...LOGIN, ...NAME }]);
  });

  it('asks no resolver for localhost', async () => {
    const echo = await startEcho();
    const proxy = await startProxy({ portFor: () => echo });
    (await setUp(proxy.port, { host: 'localhost' }).dial()).destroy();
    assert.equal(proxy.connections, 1);
  });

  it('tells once of a refused login, leaves the proxy alone, never shows the login', async () => {
    const proxy = await startProxy({ login: { user: 'anna', password: 'another' } });
    const setup = setUp(proxy.port, { login: OWN_LOGIN });
    assert.equal(await failure(setup.dial()), 'login-refused');
    assert.equal(await failure(setup.dial()), 'resting');
    assert.equal(setup.dialer.reach(NAME.host), 'later');
    assert.equal(proxy.connections, 1);
    await setup.clock.advance(PROXY_REST_MS[0]);
    assert.equal(setup.dialer.reach(NAME.host), 'now');
    assert.equal(await failure(setup.dial()), 'login-refused');
    assert.deepEqual(warnings(setup), ['the proxy refuses user and password']);
    assert.match(String(setup.log.lines[0]?.fields.remedy), /sockspassword/);
    const shown = JSON.stringify(setup.log.lines);
    assert.equal(shown.includes(LOGIN.password) || shown.includes(LOGIN.user), false);
  });

  it('tells that a login is wanted when none is set', async () => {
    const proxy = await startProxy({ login: LOGIN });
    const setup = setUp(proxy.port);
    assert.equal(await failure(setup.dial()), 'login-refused');
    assert.deepEqual(warnings(setup), ['the proxy wants a login']);
  });

  it('waits longer after each failure, and tells when the proxy works again', async () => {
    const port = await freePort();
    const setup = setUp(port);
    for (const restMs of PROXY_REST_MS) {
      assert.equal(await failure(setup.dial()), 'unreachable');
      await setup.clock.advance(restMs - 1);
      assert.equal(await failure(setup.dial()), 'resting');
      await setup.clock.advance(1);
    }
    assert.equal(warnings(setup).length, 1);
    const echo = await startEcho();
    await startProxy({ portFor: () => echo }, port);
    (await setup.dial()).destroy();
    assert.equal(setup.log.lines.at(-1)?.message, 'the proxy works again');
    assert.equal(setup.dialer.reach(NAME.host), 'now');
  });

  for (const [what, kind, login, expected] of [
    ['a SOCKS5 proxy that works', 'SOCKS5', OWN_LOGIN, []],
    ['a SOCKS4a proxy that listens', 'SOCKS4a', undefined, []],
    ['a missing login', 'SOCKS5', undefined, ['the proxy wants a login']],
  ] as const) {
    it(`is prepared by greeting the proxy: ${what}`, async () => {
      const proxy = await startProxy({ login: LOGIN });
      const setup = setUp(proxy.port, { kind, login });
      await setup.dialer.prepare(NOT_ABORTED);
      assert.deepEqual(warnings(setup), expected);
      assert.equal(setup.dialer.reach(NAME.host), expected.length > 0 ? 'later' : 'now');
      assert.deepEqual(proxy.requests, []);
    });
  }

  it('blames the target for what the proxy says of it, and goes on', async () => {
    const proxy = await startProxy({ portFor: () => undefined });
    const setup = setUp(proxy.port);
    for (let count = 0; count < 9; count++) assert.equal(await failure(setup.dial()), 'target');
    assert.deepEqual(warnings(setup), []);
    for (let count = 0; count < 9; count++) assert.equal(await failure(setup.dial()), 'target');
    assert.deepEqual(warnings(setup), ['the proxy says: host unreachable']);
    assert.equal(proxy.connections, 18);
  });

  it('gives up on a proxy that accepts and says nothing', async () => {
    const proxy = await startScript();
    const setup = setUp(proxy.port);
    const failed = failure(setup.dial());
    await until('a greeting', LIMIT_MS, () => (proxy.received.length > 0 ? true : undefined));
    await setup.clock.advance(PROXY_ANSWER_MS);
    assert.equal(await failed, 'silent');
    assert.deepEqual(warnings(setup), ['the proxy does not answer']);
    await until('the end', LIMIT_MS, () => (proxy.sockets[0]?.closed ? true : undefined));
  });

  it('gives the target more time than the proxy, and then up', async () => {
    const proxy = await startScript(fromHex('0500'));
    const setup = setUp(proxy.port);
    const failed = failure(setup.dial());
    await until('a request', LIMIT_MS, () => (proxy.received.length > 1 ? true : undefined));
    await setup.clock.advance(PROXY_DIAL_MS - 1);
    assert.equal(setup.dialer.reach(NAME.host), 'now');
    await setup.clock.advance(1);
    assert.equal(await failed, 'target');
    assert.deepEqual(warnings(setup), []);
  });

  for (const [what, answers] of [
    ['answers with another protocol', [utf8('HTTP/1.1 400 Bad Request\r\n\r\n')]],
    ['closes at once', ['close']],
    ['closes within the login', [fromHex('0502'), 'close']],
  ] as const) {
    it(`tells of a proxy that ${what}`, async () => {
      const proxy = await startScript(...answers);
      const setup = setUp(proxy.port);
      assert.equal(await failure(setup.dial()), 'garbage');
      assert.match(String(setup.log.lines[0]?.fields.remedy), /port or type/);
    });
  }

  it('blames the target when the proxy closes instead of connecting', async () => {
    const proxy = await startScript(fromHex('0500'), 'close');
    assert.equal(await failure(setUp(proxy.port).dial()), 'target');
  });

  it('takes answers byte by byte', async () => {
    const proxy = await startScript();
    const dialled = setUp(proxy.port).dial();
    await until('a greeting', LIMIT_MS, () => (proxy.received.length > 0 ? true : undefined));
    const [client] = proxy.sockets;
    assert.ok(client);
    client.setNoDelay(true);
    for (const byte of [...fromHex('0500'), ...CONNECTED, ...utf8('data')]) {
      client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const socket = await dialled;
    assert.equal(await read(socket, 4), 'data');
    socket.destroy();
  });

  it('loses nothing of what comes together with the answer, however late it is read', async () => {
    const data = 'x'.repeat(100_000);
    const all = Buffer.concat([CONNECTED, utf8(data)]);
    const proxy = await startScript(fromHex('0500'), all);
    const socket = await setUp(proxy.port).dial();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await read(socket, data.length), data);
    socket.destroy();
  });

  it('ends when the dial is given up, before and after the connection', async () => {
    const proxy = await startScript();
    const setup = setUp(proxy.port);
    const abort = new AbortController();
    const failed = failure(setup.dial(NAME, abort.signal));
    await until('a greeting', LIMIT_MS, () => (proxy.received.length > 0 ? true : undefined));
    abort.abort();
    assert.equal(await failed, 'target');
    assert.equal(await failure(setup.dial(NAME, abort.signal)), 'target');
    assert.deepEqual(setup.log.lines, []);
    assert.equal(setup.dialer.reach(NAME.host), 'now');
  });
});

describe('routes', () => {
  const clock = new FakeClock();
  const log = recordedLog();
  const proxy: ProxyEndpoint = { kind: 'SOCKS5', host: '127.0.0.1', port: 9, login: undefined };
  const HOSTS = ['5.9.0.1', '2001:db8::1', 'node.example', ONION.host, `${'a'.repeat(16)}.ONION.`];

  function reached(routes: ConstructorParameters<typeof ProxyDialer>[0]): string {
    const dialer = new ProxyDialer(routes, { clock, log });
    const direct = createDirectDialer(clock).timeoutMs('');
    return HOSTS.map((host) => {
      if (dialer.reach(host) === 'never') return '-';
      return dialer.timeoutMs(host) === direct ? 'direct' : 'proxy';
    }).join(' ');
  }

  it('are direct without a proxy, onion services left out', async () => {
    const none = { clear: undefined, onion: undefined, onionOnly: false };
    assert.equal(reached(none), 'direct direct direct - -');
    const dialer = new ProxyDialer(none, { clock, log });
    assert.equal(await failure(dialer.dial(ONION, 1_000, NOT_ABORTED)), 'no-route');
  });

  it('all lead through the proxy when there is one', () => {
    const all = { clear: proxy, onion: proxy, onionOnly: false };
    assert.equal(reached(all), 'proxy proxy proxy proxy proxy');
  });

  it('lead to onion services only when told', async () => {
    const onionOnly = { clear: proxy, onion: proxy, onionOnly: true };
    assert.equal(reached(onionOnly), '- - - proxy proxy');
    const dialer = new ProxyDialer(onionOnly, { clock, log });
    assert.equal(await failure(dialer.dial(CLEAR, 1_000, NOT_ABORTED)), 'no-route');
  });

  it('may differ for onion services', () => {
    const onlyForOnion = { clear: undefined, onion: proxy, onionOnly: false };
    assert.equal(reached(onlyForOnion), 'direct direct direct proxy proxy');
  });
});
