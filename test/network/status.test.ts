/** The three states of clientStatus, and who may have how many connections. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { INBOUND_SEEN_MS } from '../../src/network/limits.js';
import { decodeError } from '../../src/wire/error-packet.js';
import { encodeVersion } from '../../src/wire/version.js';
import { FakeClock } from '../support/fake-clock.js';
import { startNetworkNode } from '../support/network-node.js';
import { connect, establish, nowS, start, stopAll, stops } from '../support/peer-scene.js';
import { RawPeer, testVersion } from '../support/raw-peer.js';

after(stopAll);

describe('status', () => {
  it('tells whether anybody is there and whether somebody from outside can be', async () => {
    const clock = new FakeClock();
    const node = await startNetworkNode({}, clock);
    stops.push(() => node.network.stop());
    const { network } = node;
    const untilConnections = async (count: number, peer?: RawPeer): Promise<void> => {
      while (network.connections().filter(({ established }) => established).length !== count) {
        await (peer ? peer.sync() : new Promise((resolve) => setImmediate(resolve)));
      }
    };
    assert.equal(network.status(), 'notConnected');
    const near = await RawPeer.establish(network.port, clock.nowS(), { from: '127.0.0.9' });
    stops.push(() => near.close());
    await near.sync();
    assert.equal(network.status(), 'connectedButHaveNotReceivedIncomingConnections');
    const throughTor = await RawPeer.establish(network.port, clock.nowS());
    await throughTor.sync();
    assert.equal(network.status(), 'connectedAndReceivingIncomingConnections');
    throughTor.close();
    await untilConnections(1, near);
    assert.equal(network.status(), 'connectedAndReceivingIncomingConnections', 'for an hour');
    for (let spentMs = 0; spentMs <= INBOUND_SEEN_MS; spentMs += 200_000) {
      await clock.advance(200_000);
      await near.sync();
    }
    assert.equal(network.status(), 'connectedButHaveNotReceivedIncomingConnections');
    near.close();
    await untilConnections(0);
    assert.equal(network.status(), 'notConnected');
  });
});

describe('connections per host', () => {
  const refusal = async (peer: RawPeer): Promise<string | undefined> => {
    peer.send('version', encodeVersion(testVersion(nowS)));
    const packet = await peer.next();
    return packet?.command === 'error' ? decodeError(packet.payload).text : undefined;
  };
  const ONE = 'Too many connections from your IP. Closing connection.';

  it('are one, but for the host of the proxy, whichever that is', async () => {
    const usual = await start();
    await establish(usual);
    assert.equal(await refusal(await connect(usual)), undefined);
    await establish(usual, { from: '127.0.0.9' });
    assert.equal(await refusal(await connect(usual, '127.0.0.9')), ONE);
    const other = await start({ proxyHosts: ['127.0.0.9'] });
    await establish(other, { from: '127.0.0.9' });
    assert.equal(await refusal(await connect(other, '127.0.0.9')), undefined);
    await establish(other);
    assert.equal(await refusal(await connect(other)), ONE);
  });

  it('are refused to the host of the proxy, too, when there are enough', async () => {
    const full = 'Server full, please try again later.';
    const node = await start({ maxTotal: 2, maxBootstrap: 0 });
    await establish(node);
    await establish(node);
    assert.equal(await refusal(await connect(node)), full);
    assert.equal(await refusal(await connect(node, '127.0.0.9')), full);
  });
});
