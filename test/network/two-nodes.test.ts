import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { equalBytes } from '../../src/util/bytes.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { nextEvent, startNetworkNode, type NetworkNode } from '../support/network-node.js';

const started: NetworkNode[] = [];

async function start(options: Partial<NetworkOptions> = {}): Promise<NetworkNode> {
  const node = await startNetworkNode(options);
  started.push(node);
  return node;
}

/** A new node that has dialled `peer` and is established. */
async function startDialling(
  peer: NetworkNode,
  options: Partial<NetworkOptions> = {},
): Promise<NetworkNode> {
  const up = nextEvent(peer, 'peerUp');
  const node = await start({
    trustedPeers: [{ host: '127.0.0.1', port: peer.network.port }],
    ...options,
  });
  await up;
  if (node.network.status() === 'notConnected') await nextEvent(node, 'peerUp');
  return node;
}

describe('nodes on loopback', () => {
  after(() => Promise.all(started.map(({ network }) => network.stop())));

  for (const [name, tls] of [
    ['with TLS', true],
    ['in plain text', false],
  ] as const) {
    it(`exchanges objects both ways ${name}`, async () => {
      const a = await start({ tls });
      const old = a.publish();
      const b = await start({ trustedPeers: [{ host: '127.0.0.1', port: a.network.port }] });
      await nextEvent(b, 'objectAccepted');
      assert.equal(b.inventory.has(old.hash), true);
      assert.equal(a.network.connections()[0]?.tls, tls);
      assert.equal(a.network.connections()[0]?.userAgent, '/Petrel:0.1.0/');

      const arrives = nextEvent(a, 'objectAccepted');
      const made = b.publish();
      const { hash } = await arrives;
      assert.ok(equalBytes(hash, made.hash));
      assert.equal(a.network.status(), 'connectedAndReceivingIncomingConnections');
      assert.equal(b.network.status(), 'connectedButHaveNotReceivedIncomingConnections');
    });
  }

  it('passes objects on: A to B to C', async () => {
    const b = await start();
    const a = await startDialling(b);
    const c = await startDialling(b);
    const arrives = nextEvent(c, 'objectAccepted');
    const made = a.publish();
    assert.ok(equalBytes((await arrives).hash, made.hash));
    assert.equal(b.network.counters.objects.accepted, 1);
    assert.equal(a.network.counters.objects.received, 0, 'nobody tells it back');
  });
});
