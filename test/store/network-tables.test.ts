/** nodes, pubkeys. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, nodeRecord, pubkeyRecord } from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

describe('nodes', () => {
  it('replaces the whole table and keeps 64-bit services', async (t) => {
    const temp = await openTempStore(t);
    await temp.store.nodes.replaceAll([nodeRecord(1), nodeRecord(2)]);
    const records = [
      nodeRecord(3, { services: 2n ** 64n - 1n, rating: 1, self: true }),
      nodeRecord(4, { services: 0n, host: '2001:db8::1', rating: -1 }),
      nodeRecord(6, { source: '0509', anchor: true }),
      nodeRecord(5, { services: 2n ** 63n, host: `${'a'.repeat(56)}.onion`, rating: 0 }),
    ];
    await temp.store.nodes.replaceAll(records);
    const store = await temp.reopen();
    assert.deepEqual(await store.nodes.list(), records);
    await store.nodes.replaceAll([]);
    assert.deepEqual(await store.nodes.list(), []);
  });
});

describe('pubkeys', () => {
  it('adds, replaces and never lowers usedPersonally', async (t) => {
    const temp = await openTempStore(t);
    const { pubkeys } = temp.store;
    const { address } = pubkeyRecord(1);
    assert.equal(await pubkeys.get(address), undefined);
    await pubkeys.put(pubkeyRecord(1));
    assert.deepEqual(await pubkeys.get(address), pubkeyRecord(1));
    await pubkeys.markUsed(address);
    await pubkeys.markUsed('BM-unknown');
    const newer = pubkeyRecord(1, { keyBlock: bytesOf(60, 'newer'), storedS: 5 });
    await pubkeys.put(newer);
    const store = await temp.reopen();
    assert.deepEqual(await store.pubkeys.get(address), { ...newer, usedPersonally: true });
  });

  it('removes old ones that were not used personally', async (t) => {
    const { store } = await openTempStore(t);
    await store.pubkeys.put(pubkeyRecord(1, { storedS: 10 }));
    await store.pubkeys.put(pubkeyRecord(2, { storedS: 10, usedPersonally: true }));
    await store.pubkeys.put(pubkeyRecord(3, { storedS: 20 }));
    assert.equal(await store.pubkeys.removeUnusedBefore(20), 1);
    assert.equal(await store.pubkeys.get(pubkeyRecord(1).address), undefined);
    assert.ok(await store.pubkeys.get(pubkeyRecord(2).address));
    assert.ok(await store.pubkeys.get(pubkeyRecord(3).address));
  });
});
