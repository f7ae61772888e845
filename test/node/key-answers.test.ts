/** Own public keys: when they are published and when not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAddress } from '../../src/objects/address.js';
import { encodeGetpubkey } from '../../src/objects/getpubkey.js';
import { decodeHeader } from '../../src/objects/object.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { solveObject } from '../../src/pow/solve-object.js';
import { utf8 } from '../../src/util/bytes.js';
import { EasyPow } from '../support/easy-pow.js';
import { MemoryNetwork, type MemoryNode } from '../support/memory-network.js';

const DAY_S = 86_400;

async function request(network: MemoryNetwork, node: MemoryNode, text: string): Promise<void> {
  const decoded = decodeAddress(text);
  assert.ok(decoded.status === 'success');
  const nowS = network.clock.nowS();
  const rest = encodeGetpubkey(decoded.address, nowS + 2 * DAY_S);
  const options = { difficulty: node.settings.minimumDifficulty, nowS, priority: 0, purpose: '' };
  assert.ok(await node.take(await solveObject(new EasyPow(), rest, options)));
  await network.quiet();
}

async function published(node: MemoryNode): Promise<number> {
  const objects = await Promise.all(node.announced.map((hash) => node.store.inventory.get(hash)));
  return objects.filter((object) => object && decodeHeader(object).type === OBJECT_TYPE.pubkey)
    .length;
}

describe('public keys', () => {
  for (const version of [2, 3, 4]) {
    it(`of version ${version} are published once, and again on request after 28 days`, async (t) => {
      const network = new MemoryNetwork();
      const node = await network.node(t);
      const [address = ''] = await node.core.identities.createDeterministic({
        passphrase: utf8('keys'),
        count: 1,
        version,
      });
      await network.quiet();
      assert.equal(node.core.counters.keyAnswersSent, 1);
      await request(network, node, address);
      assert.equal(node.core.counters.keyAnswersSent, 1);
      await network.clock.advance(27 * DAY_S * 1000);
      await request(network, node, address);
      assert.equal(node.core.counters.keyAnswersSent, 1);
      await network.clock.advance(2 * DAY_S * 1000);
      await request(network, node, address);
      assert.equal(node.core.counters.keyAnswersSent, 2);
      assert.equal(node.core.identities.get(address)?.lastPubkeySendS, network.clock.nowS());
    });
  }

  it('wait a random time, also over a stop', async (t) => {
    const network = new MemoryNetwork();
    const node = await network.node(t, { keyAnswerDelayS: 3600 });
    await node.newAddress();
    await network.quiet();
    const [waiting] = await node.store.journal.listOutgoing();
    assert.ok(waiting);
    if (waiting.publishAtMs > network.clock.nowMs()) assert.equal(await published(node), 0);
    await node.restart();
    await network.quiet();
    await network.clock.advance(3601 * 1000);
    await network.quiet();
    assert.equal(await published(node), 1);
    assert.equal((await node.store.journal.listOutgoing()).length, 0);
  });

  it('are published at the next start when the node stopped during the work', async (t) => {
    const network = new MemoryNetwork();
    const node = await network.node(t);
    node.pow.hold('public key');
    const address = await node.newAddress();
    await node.stop();
    node.pow.release('public key');
    await node.start();
    await network.quiet();
    assert.equal(await published(node), 1);
    assert.ok((node.core.identities.get(address)?.lastPubkeySendS ?? 0) > 0);
  });

  it('of chans, disabled and removed identities are not published', async (t) => {
    const network = new MemoryNetwork();
    const node = await network.node(t);
    const chan = await node.core.identities.createChan(utf8('a chan'));
    await network.quiet();
    await request(network, node, chan);
    assert.equal(node.core.counters.keyAnswersSent, 0);
    const disabled = await node.newAddress();
    const removed = await node.newAddress();
    await network.quiet();
    await node.core.identities.setEnabled(disabled, false);
    await node.core.identities.remove(removed);
    await network.clock.advance(29 * DAY_S * 1000);
    await request(network, node, disabled);
    await request(network, node, removed);
    assert.equal(node.core.counters.keyAnswersSent, 2);
  });
});
