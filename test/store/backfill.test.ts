import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BackfillRange } from '../../src/store/repositories.js';
import type { Store } from '../../src/store/open-store.js';
import { NO_BYTES } from '../../src/util/bytes.js';
import { addressOf, identityRecord, inventoryEntry } from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

const subscribed = { address: addressOf(9), label: NO_BYTES, enabled: true };

function range(n: number, doneSeq: number, untilSeq?: number): BackfillRange {
  return { kind: 'identity', address: addressOf(n), doneSeq, untilSeq };
}

async function commit(store: Store, feedPosition: number): Promise<void> {
  await store.journal.commit({ feedPosition });
}

describe('what new addresses have missed', () => {
  it('is noted when an identity or subscription is added, by whomever, once', async (t) => {
    const temp = await openTempStore(t);
    await commit(temp.store, 5);
    await temp.store.identities.add([identityRecord(1)]);
    await temp.store.identities.add([identityRecord(1), identityRecord(2)]);
    await temp.store.subscriptions.add(subscribed);
    const other = { ...subscribed, address: addressOf(8) };
    await temp.store.mailBulk.addListed('subscription', [other, subscribed]);
    const expected = [
      range(1, 0),
      range(2, 0),
      ...[9, 8].map((n) => ({ ...range(n, 0), kind: 'subscription' })),
    ];
    assert.deepEqual(await temp.store.backfill.list(), expected);
    assert.deepEqual(await (await temp.reopen()).backfill.list(), expected);
  });

  it('begins where it was disabled, and waits until it is enabled', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([identityRecord(1), identityRecord(2, { enabled: false })]);
    await store.backfill.forget('identity', [addressOf(1)]);
    await commit(store, 7);
    await store.identities.update(addressOf(1), { lastPubkeySendS: 3 });
    assert.deepEqual(await store.backfill.list(), []);
    await store.identities.update(addressOf(1), { enabled: false });
    await commit(store, 9);
    assert.deepEqual(await store.backfill.list(), []);
    await store.identities.update(addressOf(1), { enabled: true });
    await store.identities.update(addressOf(2), { enabled: true });
    assert.deepEqual(await store.backfill.list(), [range(2, 0), range(1, 7)]);
  });

  it('goes on from the lowest point when an address is disabled in the middle', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([identityRecord(1)]);
    await commit(store, 100);
    await store.backfill.settle('identity', [addressOf(1)], 100);
    const backfill = { kind: 'identity', doneSeq: 0, untilSeq: 100, toSeq: 40 } as const;
    await store.journal.commit({ backfill });
    assert.deepEqual(await store.backfill.list(), [range(1, 40, 100)]);
    await store.identities.update(addressOf(1), { enabled: false });
    await store.identities.update(addressOf(1), { enabled: true });
    assert.deepEqual(await store.backfill.list(), [range(1, 40)]);
  });

  it('is told when it ends, moves on together with those of the same range, and goes', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([1, 2, 3, 4].map((n) => identityRecord(n)));
    await store.backfill.settle('identity', [addressOf(1), addressOf(2)], 10);
    await store.backfill.settle('identity', [addressOf(2), addressOf(3)], 20);
    await store.backfill.settle('identity', [addressOf(4)], 0);
    assert.deepEqual(await store.backfill.list(), [
      range(1, 0, 10),
      range(2, 0, 10),
      range(3, 0, 20),
    ]);
    const begin = { kind: 'identity', doneSeq: 0, untilSeq: 10 } as const;
    await store.journal.commit({ backfill: { ...begin, toSeq: 4 } });
    assert.deepEqual(await store.backfill.list(), [
      range(1, 4, 10),
      range(2, 4, 10),
      range(3, 0, 20),
    ]);
    await store.journal.commit({ backfill: { ...begin, doneSeq: 4, toSeq: 10 } });
    assert.deepEqual(await store.backfill.list(), [range(3, 0, 20)]);
  });

  it('is forgotten with the address, and noted anew when it is added again', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([identityRecord(1)]);
    await store.identities.remove(addressOf(1));
    assert.deepEqual(await store.backfill.list(), []);
    await store.identities.add([identityRecord(1)]);
    assert.deepEqual(await store.backfill.list(), [range(1, 0)]);
  });
});

describe('the position in the feed', () => {
  it('has with it what is done above it, and does not go back', async (t) => {
    const temp = await openTempStore(t);
    const doneAbove = new Uint8Array([0b101, 0x80]);
    await temp.store.journal.commit({ feedPosition: 12, doneAbove });
    await temp.store.journal.commit({ feedPosition: 11, doneAbove: NO_BYTES });
    const store = await temp.reopen();
    assert.deepEqual(await store.journal.feedProgress(), { seq: 12, doneAbove });
    await commit(store, 12);
    assert.deepEqual(await store.journal.feedProgress(), { seq: 12, doneAbove: NO_BYTES });
  });
});

describe('reading the feed', () => {
  it('of some types and within a range, and single entries', async (t) => {
    const { inventory } = (await openTempStore(t)).store;
    for (let n = 1; n <= 9; n++) await inventory.add(inventoryEntry(n, { type: n % 3 }));
    const seqs = (entries: { seq: number }[]): number[] => entries.map(({ seq }) => seq);
    assert.deepEqual(seqs(await inventory.readFeedOf([0, 2], 2, 8, 10)), [3, 5, 6, 8]);
    assert.deepEqual(seqs(await inventory.readFeedOf([0, 2], 2, 8, 2)), [3, 5]);
    assert.deepEqual(await inventory.readFeedOf([], 0, 9, 10), []);
    const [second, fourth] = await inventory.readEntries([4, 99, 2]);
    const { hash, object } = inventoryEntry(2);
    assert.deepEqual(second, { seq: 2, hash, object });
    assert.equal(fourth?.seq, 4);
  });
});
