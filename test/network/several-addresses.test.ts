import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, it, type TestContext } from 'node:test';
import { hostPortKey, type NetworkOptions } from '../../src/network/options.js';
import { nextEvent, startNetworkNode, type NetworkNode } from '../support/network-node.js';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
const needsIpv6 = { skip: !hasIpv6 && 'this machine has no ::1' };

async function start(t: TestContext, options: Partial<NetworkOptions>): Promise<NetworkNode> {
  const node = await startNetworkNode(options);
  t.after(() => node.network.stop());
  return node;
}

/** Starts a node that dials there and waits until an object of it has arrived. */
async function sendFrom(t: TestContext, to: NetworkNode, host: string): Promise<NetworkNode> {
  const trustedPeers = [{ host, port: to.network.port }];
  const up = nextEvent(to, 'peerUp');
  const node = await start(t, { trustedPeers, listen: false });
  await up;
  const arrived = nextEvent(to, 'objectAccepted');
  const { hash } = node.publish();
  assert.deepEqual((await arrived).hash, hash);
  return node;
}

describe('several addresses', () => {
  it('are all listened on', async (t) => {
    const node = await start(t, { bindHosts: ['127.0.0.1', '127.0.0.2'] });
    for (const host of ['127.0.0.1', '127.0.0.2']) await sendFrom(t, node, host);
    assert.equal(node.network.connections().length, 2);
  });

  it('that are none of this machine end the start', async () => {
    await assert.rejects(
      startNetworkNode({ bindHosts: ['127.0.0.1', '192.0.2.1'] }),
      /cannot listen/,
    );
  });

  it('of IPv6 are dialled and listened on', needsIpv6, async (t) => {
    const node = await start(t, { bindHosts: ['127.0.0.1', '::1'] });
    const other = await sendFrom(t, node, '::1');
    const [inbound] = node.network.connections();
    assert.equal(inbound?.host, '::1');
    const [outbound] = other.network.connections();
    assert.equal(hostPortKey(outbound ?? { host: '', port: 0 }), `::1 ${node.network.port}`);
    assert.ok(outbound?.tls);
    await sendFrom(t, node, '127.0.0.1');
  });

  it('of a socket for both families are told apart', needsIpv6, async (t) => {
    const node = await start(t, { bindHosts: ['0.0.0.0', '::'] });
    await sendFrom(t, node, '::1');
    await sendFrom(t, node, '127.0.0.1');
    const hosts = node.network.connections().map(({ host }) => host);
    assert.deepEqual(hosts.sort(), ['127.0.0.1', '::1']);
  });
});
