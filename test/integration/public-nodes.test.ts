/** What a node with a public address does among others: tells its address, comes back to known peers. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { decodeAddr, type AddrEntry } from '../../src/wire/addr.js';
import { SimulatedInternet, type SimulatedNode } from '../support/simulated-internet.js';

const NODES = 15;
const HOST = '150.1.0.1';

interface Scene {
  readonly internet: SimulatedInternet;
  /** Entries that the node under test sent, and whether somebody had got through to it by then. */
  readonly told: (AddrEntry & { readonly isReached: boolean })[];
  /** Hosts that it sent a `version` to, in order. */
  readonly greeted: string[];
}

async function createScene(t: TestContext): Promise<Scene> {
  const told: (AddrEntry & { isReached: boolean })[] = [];
  const greeted: string[] = [];
  const internet = new SimulatedInternet({}, (from, to, { command, payload }) => {
    if (from !== HOST) return;
    if (command === 'addr') {
      const status = internet.nodes.find(({ host }) => host === HOST)?.network.status();
      const isReached = status === 'connectedAndReceivingIncomingConnections';
      told.push(...decodeAddr(payload).map((entry) => ({ ...entry, isReached })));
    }
    if (command === 'version') greeted.push(to);
  });
  t.after(() => internet.close());
  await internet.grow(NODES);
  await internet.clock.advance(60_000);
  return { internet, told, greeted };
}

function outboundOf({ network }: SimulatedNode): string[] {
  return network
    .connections()
    .filter(({ inbound, established }) => !inbound && established)
    .map(({ host }) => host);
}

describe('a node with a public address', () => {
  it('tells it to peers when others have seen it and got through', async (t) => {
    const { internet, told } = await createScene(t);
    const known = internet.nodes.map(({ host }) => host);
    const node = await internet.start(HOST, known);
    await internet.until('outbound peers', 300, () => outboundOf(node).length >= 4);
    await internet.start('151.1.0.1', [HOST]);
    await internet.until('its address is told', 300, () =>
      told.some(({ host, port }) => host === HOST && port === 8444),
    );
    const early = told.filter(({ host, isReached }) => host === HOST && !isReached);
    assert.deepEqual(early, [], 'not before somebody has got through');
  });

  it('does not tell it when it does not listen', async (t) => {
    const { internet, told } = await createScene(t);
    const known = internet.nodes.map(({ host }) => host);
    const node = await internet.start(HOST, known, { listen: false });
    await internet.until('outbound peers', 300, () => outboundOf(node).length >= 4);
    await internet.clock.advance(600_000);
    assert.deepEqual(
      told.filter(({ host }) => host === HOST),
      [],
    );
    assert.ok(told.length > 0);
  });

  it('dials its last outbound peers first after a restart', async (t) => {
    const { internet, greeted } = await createScene(t);
    const known = internet.nodes.map(({ host }) => host);
    const node = await internet.start(HOST, known);
    await internet.until('outbound peers', 300, () => outboundOf(node).length >= 8);
    const before = outboundOf(node).slice(0, 3);
    await internet.kill(node);
    greeted.length = 0;
    const again = await internet.start(HOST);
    await internet.until('outbound peers again', 300, () => outboundOf(again).length >= 3);
    assert.deepEqual(greeted.slice(0, 3).sort(), before.sort());
  });
});
