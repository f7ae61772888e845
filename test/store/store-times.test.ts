import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OPERATIONS, type TableName } from '../../src/store/protocol.js';
import { STORE_REQUESTS, storeRequest } from '../../src/store/store-times.js';
import { inventoryEntry } from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

describe('times of the store', () => {
  it('are counted by kind of request', async (t) => {
    const { store } = await openTempStore(t);
    const { work, waits } = store.times;
    const before = waits.count;
    await store.inventory.add(inventoryEntry(1));
    await store.journal.feedPosition();
    await assert.rejects(store.sent.listByStatus(undefined as never));
    assert.equal(work['inventory-add'].count, 1);
    assert.equal(work.journal.count, 1);
    assert.equal(work.mail.count, 1, 'a failure takes its time, too');
    assert.equal(work.search.count, 0);
    assert.equal(waits.count, before + 3);
    assert.ok(work.journal.sum > 0);
    assert.equal(store.pendingRequests, 0);
    const asked = store.inbox.count();
    assert.equal(store.pendingRequests, 1);
    await asked;
  });

  it('have a kind for every operation, and an operation for every kind', () => {
    const kinds = Object.entries(OPERATIONS).flatMap(([table, operations]) =>
      operations.map((operation) => storeRequest(table as TableName, operation)),
    );
    assert.deepEqual([...new Set(kinds)].sort(), [...STORE_REQUESTS].sort());
  });
});

describe('what the inventory holds, by type', () => {
  it('is known after adding, removing and opening again', async (t) => {
    const temp = await openTempStore(t);
    const add = (n: number, type: number): Promise<boolean> =>
      temp.store.inventory.add(inventoryEntry(n, { type, expiresS: n < 3 ? 10 : 1_000 }));
    await Promise.all([add(1, 2), add(2, 0x746f72), add(3, 2), add(4, 3), add(5, 77), add(6, 2)]);
    assert.equal(await add(6, 2), false);
    const all = { getpubkey: 0, pubkey: 0, msg: 3, broadcast: 1, onionpeer: 1, other: 1 };
    assert.deepEqual(temp.store.inventory.countByKind(), all);
    const { lastSeq } = temp.store.inventory;
    assert.equal(lastSeq, 6);
    const { inventory } = await temp.reopen();
    assert.deepEqual(inventory.countByKind(), all);
    assert.equal(inventory.lastSeq, lastSeq);
    assert.equal(await inventory.removeExpired(100), 2);
    assert.deepEqual(inventory.countByKind(), { ...all, msg: 2, onionpeer: 0 });
  });
});
