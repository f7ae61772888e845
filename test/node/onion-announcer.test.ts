/** Own onion services are announced, and others' reach whoever wants to know. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decodeHeader } from '../../src/objects/object.js';
import { decodeOnionPeer, type OnionPeer } from '../../src/objects/onionpeer.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { MemoryNetwork, soon, type MemoryNode } from '../support/memory-network.js';

const DAY_S = 86_400;
const V2 = { host: `${'b'.repeat(16)}.onion`, port: 8444 };
const V3 = { host: `${'a'.repeat(51)}m2dqd.onion`, port: 8555 };

async function announced(node: MemoryNode): Promise<Uint8Array[]> {
  const objects = await Promise.all(node.announced.map((hash) => node.store.inventory.get(hash)));
  return objects
    .filter((object) => object !== undefined)
    .filter((object) => decodeHeader(object).type === OBJECT_TYPE.onionpeer);
}

for (const [version, ownOnion] of [
  [2, V2],
  [3, V3],
] as const) {
  it(`announces a version ${version} service at the start, once, and again when it expired`, async (t) => {
    const network = new MemoryNetwork();
    const heard: OnionPeer[] = [];
    const other = await network.node(t);
    other.core.onOnionPeer = (peer, stream) => {
      assert.equal(stream, 1);
      heard.push(peer);
    };
    const node = await network.node(t, { ownOnion });
    await soon('the object', async () => ((await announced(node)).length > 0 ? true : undefined));
    await network.synchronise(); // It was made before the node was on-line.
    await network.quiet();
    const [object] = await announced(node);
    assert.ok(object);
    const header = decodeHeader(object);
    assert.equal(header.version, version);
    const ttlS = header.expiresS - network.clock.nowS();
    assert.ok(Math.abs(ttlS - 7 * DAY_S) <= 300, `lives ${ttlS} s`);
    assert.deepEqual(decodeOnionPeer(object), ownOnion);
    assert.deepEqual(heard, [ownOnion]);

    await node.restart();
    await network.pass(6 * DAY_S);
    assert.equal((await announced(node)).length, 1);
    await network.pass(1.2 * DAY_S);
    assert.equal(heard.length, 2);
    assert.equal(node.failures.length, 0);
  });
}

it('announces nothing without a service of its own', async (t) => {
  const network = new MemoryNetwork();
  const node = await network.node(t);
  await network.pass(DAY_S);
  assert.deepEqual(node.announced, []);
});
