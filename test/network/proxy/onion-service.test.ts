/** What peers are told who come through our onion service, or whom we reach through a proxy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { NETWORK_DEFAULTS, type NetworkOptions } from '../../../src/network/options.js';
import type { ProxyRoutes } from '../../../src/network/proxy/proxy-routes.js';
import { systemClock } from '../../../src/util/clock.js';
import { FrameDecoder } from '../../../src/wire/frame-decoder.js';
import { decodeVersion, encodeVersion, type VersionPayload } from '../../../src/wire/version.js';
import { startNetworkNode, type NetworkNode } from '../../support/network-node.js';
import { RawPeer, testVersion } from '../../support/raw-peer.js';
import { SocksProxy } from '../../support/socks-proxy.js';
import { until } from '../../support/until.js';

const TOR = '127.0.0.7';
const ONION = { host: `${'b'.repeat(56)}.onion`, port: 8555 };
const LIMIT_MS = 120_000;

describe('a node with an onion service', { timeout: 600_000 }, () => {
  const cleanups: (() => Promise<unknown>)[] = [];

  after(() => Promise.all(cleanups.map((cleanup) => cleanup())));

  async function start(options: Partial<NetworkOptions>): Promise<NetworkNode> {
    const node = await startNetworkNode({ tls: false, ...options });
    cleanups.push(() => node.network.stop());
    return node;
  }

  async function versionFor(node: NetworkNode, from: string): Promise<VersionPayload> {
    const peer = await RawPeer.connect(node.network.port, from);
    peer.send('version', encodeVersion(testVersion(systemClock.nowS())));
    await peer.expect('verack');
    const version = decodeVersion((await peer.expect('version')).payload);
    peer.close();
    return version;
  }

  it("tells peers from Tor neither Tor's address nor our port, others as ever", async () => {
    const node = await start({ ownOnion: ONION, proxyHosts: [TOR] });
    const fromTor = await versionFor(node, TOR);
    assert.deepEqual(
      [fromTor.receiverHost, fromTor.receiverPort, fromTor.senderPort],
      ['127.0.0.1', 8444, ONION.port],
    );
    const other = await versionFor(node, '127.0.0.8');
    assert.deepEqual([other.receiverHost, other.senderPort], ['127.0.0.8', node.network.port]);
  });

  it('takes several peers from Tor at once, and is reachable then', async () => {
    const node = await start({ ownOnion: ONION, proxyHosts: [TOR] });
    const nowS = systemClock.nowS();
    for (let count = 0; count < 6; count++)
      await RawPeer.establish(node.network.port, nowS, { from: TOR });
    await until('six peers', LIMIT_MS, () =>
      node.network.connections().filter(({ established }) => established).length === 6
        ? true
        : undefined,
    );
    assert.equal(node.network.status(), 'connectedAndReceivingIncomingConnections');
  });

  it('tells whom it reaches through a proxy the usual port, not its own', async () => {
    const decoder = new FrameDecoder();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => decoder.push(chunk));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = await SocksProxy.start({ portFor: () => port });
    cleanups.push(() => proxy.stop());
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    await start({
      listen: false,
      proxied: true,
      proxies: routesVia(proxy.port),
      trustedPeers: [{ host: ONION.host, port: 8444 }],
    });
    const packet = await until('a packet', LIMIT_MS, () => decoder.next());
    assert.equal(packet.command, 'version');
    const { receiverHost, receiverPort, senderPort } = decodeVersion(packet.payload);
    // A version 3 name does not fit into a version packet.
    assert.deepEqual([receiverHost, receiverPort, senderPort], ['127.0.0.1', 8444, 8444]);
  });

  it('remembers the services of others if it can dial them, and never itself', async () => {
    const proxies = routesVia(9);
    const other = await start({ proxies });
    other.network.learnOnionPeer(ONION, 1);
    other.network.learnOnionPeer(ONION, 2);
    assert.equal(other.network.knownNodes, 1);
    const own = await start({ ownOnion: ONION, proxies });
    own.network.learnOnionPeer(ONION, 1);
    own.network.learnOnionPeer({ ...ONION, port: 1 }, 1);
    assert.equal(own.network.knownNodes, 0);
    const direct = await start({ proxies: NETWORK_DEFAULTS.proxies });
    direct.network.learnOnionPeer(ONION, 1);
    assert.equal(direct.network.knownNodes, 0);
  });
});

function routesVia(port: number): ProxyRoutes {
  const proxy = { kind: 'SOCKS5', host: '127.0.0.1', port, login: undefined } as const;
  return { clear: proxy, onion: proxy, onionOnly: false };
}
