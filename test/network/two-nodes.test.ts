import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { equalBytes } from '../../src/util/bytes.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { freePort } from '../support/free-port.js';
import { nextEvent, startNetworkNode, type NetworkNode } from '../support/network-node.js';
import { until } from '../support/until.js';

const LIMIT_MS = 120_000;
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

describe('nodes on loopback', { timeout: 600_000 }, () => {
  after(() => Promise.all(started.map(({ network }) => network.stop())));

  for (const [name, tls] of [
    ['with TLS', true],
    ['in plain text', false],
  ] as const) {
    it(`exchanges objects both ways ${name}`, async () => {
      const a = await start({ tls });
      const old = a.publish();
      const b = await start({ trustedPeers: [{ host: '127.0.0.1', port: a.network.port }] });
      await untilTrue('the object', () => b.inventory.has(old.hash));
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

  it('finds a peer that starts later, and one that starts again', async () => {
    const port = await freePort();
    const a = await start({ trustedPeers: [{ host: '127.0.0.1', port }] });
    const up = nextEvent(a, 'peerUp');
    const b = await start({ port, portFixed: true });
    await up;
    const down = nextEvent(a, 'peerDown');
    await b.network.stop();
    await down;
    assert.equal(a.network.status(), 'notConnected');
    const upAgain = nextEvent(a, 'peerUp');
    await start({ port, portFixed: true });
    await upAgain;
  });

  it('connects twice with a peer of mutual trust: each has an outbound one', async () => {
    const port = await freePort();
    const a = await start({ trustedPeers: [{ host: '127.0.0.1', port }] });
    const b = await start({
      port,
      portFixed: true,
      trustedPeers: [{ host: '127.0.0.1', port: a.network.port }],
    });
    await untilTrue('both connections', () =>
      [a, b].every(
        ({ network }) =>
          network.connections().filter(({ established }) => established).length === 2,
      ),
    );
    const arrives = nextEvent(a, 'objectAccepted');
    b.publish();
    await arrives;
    assert.equal(a.network.counters.objects.duplicate, 0);
  });

  it('notices that it dialled itself', async () => {
    const port = await freePort();
    const node = await start({
      port,
      portFixed: true,
      trustedPeers: [{ host: '127.0.0.1', port }],
    });
    await untilTrue('the refusal', () => node.network.counters.rejections['own-connection']);
    await untilTrue('the end', () => node.network.connections().length === 0);
    assert.equal(node.network.status(), 'notConnected');
  });

  it('passes on what it takes in while many peers announce it', async () => {
    const hub = await start();
    const leaves = await Promise.all(
      Array.from({ length: 5 }, () =>
        start({ trustedPeers: [{ host: '127.0.0.1', port: hub.network.port }] }),
      ),
    );
    const made = Array.from({ length: 300 }, (_, index) => leaves[index % 5]?.publish());
    assert.equal(made.length, 300);
    const complete = (node: NetworkNode): boolean => node.inventory.entries.size === 300;
    await untilTrue('all objects everywhere', () => [hub, ...leaves].every(complete));
    for (const { network } of [hub, ...leaves]) {
      assert.equal(network.counters.objects.duplicate, 0);
      assert.equal(network.pendingDownloads(), 0);
    }
  });

  it('holds no socket and no timer after stop, which may come twice', async () => {
    const node = await start();
    await node.network.stop();
    await node.network.stop();
    assert.deepEqual(node.network.connections(), []);
    node.publish();
  });
});

/** Real sockets take real time. */
async function untilTrue(what: string, holds: () => unknown): Promise<void> {
  await until(what, LIMIT_MS, () => (holds() ? true : undefined));
}
