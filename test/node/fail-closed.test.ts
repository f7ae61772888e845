/** With a proxy set nothing leaves the machine past it, whatever is known and whatever fails. */
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { connect } from 'node:net';
import { createSocket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { isTlsUsable } from '../../src/network/tls.js';
import { PetrelNode } from '../../src/node/node.js';
import { Settings } from '../../src/node/settings/settings.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import type { NodeRecord } from '../../src/store/repositories.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { freePort } from '../support/free-port.js';
import { startNetworkNode, type NetworkNode } from '../support/network-node.js';
import { recordedLog } from '../support/recorded-log.js';
import { recordSockets, type SocketRecord } from '../support/socket-recorder.js';
import { SocksProxy, type SocksProxyOptions } from '../support/socks-proxy.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const LIMIT_MS = 120_000;
const ONION = `${'b'.repeat(56)}.onion`;

function known(host: string, rating = 1): NodeRecord {
  const lastSeenS = systemClock.nowS() - 60;
  return { host, port: 8444, stream: 1, services: 1n, lastSeenS, rating, self: false };
}

const MANY = [
  ...Array.from({ length: 150 }, (_, index) => known(`5.${index}.0.1`)),
  ...Array.from({ length: 50 }, (_, index) => known(`2a00:${index + 1}::1`)),
];

describe('a node behind a proxy', { timeout: 600_000 }, () => {
  let record: SocketRecord;
  const cleanups: (() => Promise<unknown>)[] = [];

  before(async () => {
    await isTlsUsable(systemClock); // Tried once in a process, on loopback.
    record = recordSockets();
  });

  after(async () => {
    record.stop();
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  async function startProxy(options: SocksProxyOptions, port = 0): Promise<SocksProxy> {
    const proxy = await SocksProxy.start(options, port);
    cleanups.push(() => proxy.stop());
    return proxy;
  }

  /** Not offline, everything that looks for nodes or forwards ports switched on. */
  async function startNode(
    nodes: readonly NodeRecord[],
    given: Readonly<Record<string, string>>,
  ): Promise<{ node: PetrelNode; warnings: () => string[] }> {
    const temp = createTempDir('petrel-proxied');
    cleanups.push(() => {
      temp.remove();
      return Promise.resolve();
    });
    const store: Store = await openStore(
      { dataDir: temp.path },
      { log: nullLog, clock: systemClock },
    );
    await store.nodes.replaceAll([...nodes]);
    await store.close();
    const options: Record<string, string> = { port: '0', udp: 'true', upnp: 'true', ...given };
    const overrides = Object.entries(options).map(([name, value]): [string, string] => [
      `bitmessagesettings.${name}`,
      value,
    ]);
    const log = recordedLog();
    const settings = Settings.open({ dataDir: temp.path, overrides });
    const node = new PetrelNode(settings, { log, clock: systemClock });
    cleanups.push(() => node.stop());
    await node.start();
    const warnings = (): string[] =>
      log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    return { node, warnings };
  }

  /** What was done since the last call, without the target's own doings in this process. */
  function taken(...own: readonly string[]): { connects: string[]; rest: string[] } {
    const connects = [...new Set(record.connects.splice(0))].filter((to) => !own.includes(to));
    const { lookups, datagrams, listens } = record;
    return { connects, rest: [lookups, datagrams, listens].flatMap((list) => list.splice(0)) };
  }

  it('is watched by a recorder that sees connections, names and datagrams', async () => {
    const port = await freePort();
    taken();
    connect(port, '127.0.0.1').on('error', () => undefined);
    connect({ port, host: '127.0.0.2' }).on('error', () => undefined);
    createSocket('udp4').close();
    await dns.promises.lookup('localhost');
    dns.lookup('localhost', () => undefined);
    const seen = taken();
    assert.deepEqual(seen.connects, [`127.0.0.1:${port}`, `127.0.0.2:${port}`]);
    const rest = seen.rest.filter((one) => !one.startsWith('127.0.0.1:'));
    assert.deepEqual(rest, ['localhost', 'localhost', '"udp4"']);
  });

  for (const kind of ['SOCKS5', 'SOCKS4a'] as const) {
    it(`${kind}: dials many nodes through it and nothing else`, async () => {
      const proxy = await startProxy({ portFor: () => undefined });
      taken();
      const given = { socksproxytype: kind, socksport: String(proxy.port) };
      const { node } = await startNode(MANY, given);
      assert.equal(node.network.isListening, false);
      await until('dials', LIMIT_MS, () => (proxy.requests.length > 7 ? true : undefined));
      assert.deepEqual(taken(), { connects: [`127.0.0.1:${proxy.port}`], rest: [] });
      const targets = new Set(proxy.requests.map(({ host }) => host));
      assert.ok(targets.size > 7);
      await node.stop();
    });
  }

  it('does nothing else while the proxy is away, and goes on when it is back', async () => {
    const proxy = await startProxy({ portFor: () => undefined });
    const { port } = proxy;
    const allowed = `127.0.0.1:${port}`;
    taken();
    const given = { socksproxytype: 'SOCKS5', socksport: String(port) };
    const { node, warnings } = await startNode(MANY, given);
    await proxy.stop();
    await until('the loss to be told', LIMIT_MS, () =>
      warnings().some((line) => line.startsWith('the proxy does not work')) ? true : undefined,
    );
    assert.deepEqual(taken(), { connects: [allowed], rest: [] });
    const back = await startProxy({ portFor: () => undefined }, port);
    taken();
    await until('dials again', LIMIT_MS, () => (back.requests.length > 0 ? true : undefined));
    assert.deepEqual(taken(), { connects: [allowed], rest: [] });
    await node.stop();
  });

  it('begins with names that only the proxy resolves', async () => {
    const proxy = await startProxy({ portFor: () => undefined });
    taken();
    const given = { socksproxytype: 'SOCKS5', socksport: String(proxy.port) };
    const { node } = await startNode([], given);
    await until('bootstrap names', LIMIT_MS, () =>
      proxy.requests.some(({ host }) => host.endsWith('.bitmessage.org')) ? true : undefined,
    );
    const seen = taken();
    assert.deepEqual(seen, { connects: [`127.0.0.1:${proxy.port}`], rest: [] });
    await node.stop();
  });

  it('with onionservicesonly asks for onion services only, and reaches one', async () => {
    const target: NetworkNode = await startNetworkNode();
    cleanups.push(() => target.network.stop());
    const { port } = target.network;
    const proxy = await startProxy({
      portFor: ({ host }) => (host === ONION ? port : undefined),
    });
    taken();
    const { node } = await startNode([known(ONION), ...MANY], {
      socksproxytype: 'SOCKS5',
      socksport: String(proxy.port),
      onionservicesonly: 'true',
    });
    await until('a connection', LIMIT_MS, () =>
      node.network.status() === 'notConnected' ? undefined : true,
    );
    assert.deepEqual(new Set(proxy.requests.map(({ host }) => host)), new Set([ONION]));
    const seen = taken(`127.0.0.1:${port}`);
    assert.deepEqual(seen, { connects: [`127.0.0.1:${proxy.port}`], rest: [] });
    await node.stop();
  });
});
