import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toHex } from '../../src/util/bytes.js';
import { bytesOf, inventoryEntry } from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

function hexOf(hashes: Uint8Array[]): string[] {
  return hashes.map(toHex).sort();
}

describe('inventory', () => {
  it('knows a hash from the call of add on, and stores the object', async (t) => {
    const { store } = await openTempStore(t);
    const { inventory } = store;
    const entry = inventoryEntry(1);
    assert.equal(inventory.has(entry.hash), false);
    const added = inventory.add(entry);
    assert.equal(inventory.has(entry.hash), true);
    assert.equal(inventory.size, 1);
    assert.deepEqual(await inventory.get(entry.hash), entry.object);
    assert.equal(await added, true);
    assert.deepEqual(await inventory.get(entry.hash), entry.object);
    assert.equal(await inventory.get(bytesOf(32, 'nothing')), undefined);
  });

  it('gives many at a time, until they have the bytes wanted', async (t) => {
    const { store } = await openTempStore(t);
    const { inventory } = store;
    const entries = Array.from({ length: 40 }, (_, n) =>
      inventoryEntry(n, { object: bytesOf(64, n) }),
    );
    await Promise.all(entries.slice(1).map((entry) => inventory.add(entry)));
    const wanted = entries.map(({ hash }) => hash);
    const added = inventory.add(entries[0] as (typeof entries)[0]); // Still on its way.
    wanted[1] = bytesOf(32, 'nothing');
    const objects: (Uint8Array | undefined)[] = entries.map(({ object }) => object);
    objects[1] = undefined;
    assert.deepEqual(await inventory.getMany(wanted, 1_000_000), objects);
    assert.deepEqual(await inventory.getMany(wanted, 190), objects.slice(0, 4));
    assert.deepEqual(await inventory.getMany(wanted, 1), objects.slice(0, 1));
    assert.deepEqual(await inventory.getMany([], 1), []);
    await added;
  });

  it('lists by the first byte', async (t) => {
    const { store } = await openTempStore(t);
    const entries = Array.from({ length: 600 }, (_, n) => inventoryEntry(n, { expiresS: 50 }));
    await Promise.all(entries.map((entry) => store.inventory.add(entry)));
    const parts = Array.from({ length: 256 }, (_, byte) => store.inventory.list(1, 49, byte));
    parts.forEach((part, byte) => assert.ok(part.every((hash) => hash[0] === byte)));
    assert.deepEqual(hexOf(parts.flat()), hexOf(entries.map(({ hash }) => hash)));
  });

  it('says false for a duplicate, stored or on its way, and keeps the first', async (t) => {
    const { store } = await openTempStore(t);
    const [first, second] = [
      store.inventory.add(inventoryEntry(1)),
      store.inventory.add(inventoryEntry(1, { object: bytesOf(64, 'other') })),
    ];
    assert.deepEqual(await Promise.all([first, second]), [true, false]);
    assert.equal(await store.inventory.add(inventoryEntry(1)), false);
    assert.deepEqual(await store.inventory.get(inventoryEntry(1).hash), inventoryEntry(1).object);
    assert.equal((await store.inventory.readFeed(0, 10)).length, 1);
  });

  it('copies what it is given', async (t) => {
    const { store } = await openTempStore(t);
    const packet = Buffer.alloc(1000, 7);
    const object = packet.subarray(100, 900);
    const added = store.inventory.add(inventoryEntry(1, { object }));
    packet.fill(8);
    await added;
    assert.deepEqual(
      await store.inventory.get(inventoryEntry(1).hash),
      new Uint8Array(800).fill(7),
    );
    assert.equal(packet.length, 1000);
  });

  it('lists the unexpired hashes of a stream', async (t) => {
    const temp = await openTempStore(t);
    const kept = [1, 2].map((n) => inventoryEntry(n, { expiresS: 101 }));
    const others = [
      inventoryEntry(3, { expiresS: 100 }),
      inventoryEntry(4, { expiresS: 200, stream: 2 }),
    ];
    await Promise.all([...kept, ...others].map((entry) => temp.store.inventory.add(entry)));
    const wanted = hexOf(kept.map((entry) => entry.hash));
    assert.deepEqual(hexOf(temp.store.inventory.list(1, 100)), wanted);
    const store = await temp.reopen();
    assert.deepEqual(hexOf(store.inventory.list(1, 100)), wanted);
    assert.equal(store.inventory.size, 4);
  });

  it('finds by type and tag what was added before, oldest first', async (t) => {
    const { store } = await openTempStore(t);
    const tag = bytesOf(32, 'tag');
    const tagged = [1, 2, 3].map((n) => inventoryEntry(n, { type: 1, tag }));
    for (const entry of tagged) void store.inventory.add(entry);
    void store.inventory.add(inventoryEntry(4, { type: 3, tag }));
    void store.inventory.add(inventoryEntry(5, { type: 1 }));
    assert.deepEqual(
      await store.inventory.findByTag(1, tag),
      tagged.map((entry) => entry.object),
    );
    assert.deepEqual(await store.inventory.findByTag(1, new Uint8Array(0)), []);
    assert.deepEqual(await store.inventory.findByTag(0, tag), []);
  });

  it('hands out the feed in order, in parts, without repeats', async (t) => {
    const temp = await openTempStore(t);
    const entries = Array.from({ length: 500 }, (_, n) => inventoryEntry(n));
    await Promise.all(entries.map((entry) => temp.store.inventory.add(entry)));
    const store = await temp.reopen();
    const read = [];
    let last = 0;
    for (;;) {
      const part = await store.inventory.readFeed(last, 130);
      if (part.length === 0) break;
      assert.ok(part.length <= 130);
      for (const { seq, hash, object } of part) {
        assert.ok(seq > last);
        last = seq;
        read.push({ hash, object });
      }
    }
    assert.deepEqual(
      read,
      entries.map(({ hash, object }) => ({ hash, object })),
    );
  });

  it('never gives a seq twice, and one above what is asked for', async (t) => {
    const temp = await openTempStore(t);
    const { inventory } = temp.store;
    await inventory.ensureSeqAbove(1000); // in a database that never had a row
    await inventory.add(inventoryEntry(1, { expiresS: 5 }));
    assert.equal((await inventory.readFeed(0, 1))[0]?.seq, 1001);
    await inventory.ensureSeqAbove(10);
    await inventory.removeExpired(6);
    const store = await temp.reopen();
    await store.inventory.add(inventoryEntry(2));
    assert.equal((await store.inventory.readFeed(0, 1))[0]?.seq, 1002);
    await store.inventory.ensureSeqAbove(2000);
    await store.inventory.add(inventoryEntry(3));
    assert.equal((await store.inventory.readFeed(1002, 1))[0]?.seq, 2001);
  });

  it('calls back when entries are readable in the feed', async (t) => {
    const { store } = await openTempStore(t);
    const read = new Promise<number>((resolve) => {
      store.inventory.onAdded(() => {
        void store.inventory.readFeed(0, 10).then((part) => resolve(part.length));
      });
    });
    let calls = 0;
    const end = store.inventory.onAdded(() => calls++);
    end();
    await store.inventory.add(inventoryEntry(1));
    assert.equal(await read, 1);
    assert.equal(calls, 0);
  });

  it('removes what has expired, and only that', async (t) => {
    const temp = await openTempStore(t);
    const { inventory } = temp.store;
    const entries = Array.from({ length: 1300 }, (_, n) => inventoryEntry(n, { expiresS: n }));
    for (const entry of entries) void inventory.add(entry);
    assert.equal(await inventory.removeExpired(1200), 1200);
    assert.equal(await inventory.removeExpired(1200), 0);
    assert.equal(inventory.size, 100);
    const wanted = hexOf(entries.slice(1200).map((entry) => entry.hash));
    assert.deepEqual(hexOf(inventory.list(1, 0)), wanted);
    assert.equal(await inventory.get(inventoryEntry(0).hash), undefined);
    const store = await temp.reopen();
    assert.deepEqual(hexOf(store.inventory.list(1, 0)), wanted);
    assert.equal((await store.inventory.readFeed(0, 5000)).length, 100);
  });

  it('does not lose track of an expired object that is added while others are removed', async (t) => {
    const temp = await openTempStore(t);
    const { inventory } = temp.store;
    await inventory.add(inventoryEntry(1, { expiresS: 1 }));
    const removed = inventory.removeExpired(10);
    const added = inventory.add(inventoryEntry(2, { expiresS: 2 }));
    assert.ok((await removed) >= 1);
    await added;
    await inventory.removeExpired(10);
    assert.equal(inventory.size, 0);
    assert.equal((await (await temp.reopen()).inventory.readFeed(0, 10)).length, 0);
  });

  it('holds ten thousand objects of all sizes', async (t) => {
    const temp = await openTempStore(t);
    const entries = Array.from({ length: 10_000 }, (_, n) =>
      inventoryEntry(n, n % 1000 === 0 ? { object: new Uint8Array(200_000).fill(n / 1000) } : {}),
    );
    const added = await Promise.all(entries.map((entry) => temp.store.inventory.add(entry)));
    assert.ok(added.every(Boolean));
    const store = await temp.reopen();
    assert.equal(store.inventory.size, 10_000);
    for (const n of [0, 1, 4999, 9000, 9999]) {
      const entry = entries[n] as (typeof entries)[0];
      assert.ok(store.inventory.has(entry.hash));
      assert.deepEqual(await store.inventory.get(entry.hash), entry.object);
    }
  });

  it('refuses at once what it could not store', async (t) => {
    const { store } = await openTempStore(t);
    for (const changes of [
      { hash: bytesOf(31, 'short') },
      { expiresS: 2 ** 53 },
      { stream: 0.5 },
      { version: NaN },
    ]) {
      assert.throws(() => void store.inventory.add(inventoryEntry(1, changes)), RangeError);
    }
    assert.equal(store.inventory.size, 0);
  });
});
