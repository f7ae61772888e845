import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8 } from '../../src/util/bytes.js';
import {
  addressOf,
  bytesOf,
  inboxRecord,
  inventoryEntry,
  sentRecord,
} from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

describe('bulk', () => {
  it('adds messages that are not there, and tells which were', async (t) => {
    const { store } = await openTempStore(t);
    const [first, second] = [inboxRecord(1), inboxRecord(2)];
    assert.deepEqual(await store.mailBulk.addInbox([first]), ['added']);
    const sameSignature = inboxRecord(3, { sigHash: first.sigHash });
    assert.deepEqual(await store.mailBulk.addInbox([first, second, sameSignature]), [
      'present',
      'added',
      'addedWithoutSigHash',
    ]);
    assert.equal((await store.inbox.get(sameSignature.msgid))?.sigHash.length, 0);
    assert.deepEqual(await store.mailBulk.addSent([sentRecord(1), sentRecord(1)]), [
      'added',
      'present',
    ]);
  });

  it('reads whole tables in pages', async (t) => {
    const { store } = await openTempStore(t);
    const records = [1, 2, 3, 4, 5].map((n) => inboxRecord(n));
    await store.mailBulk.addInbox(records);
    const first = await store.mailBulk.readInbox(0, 3);
    const second = await store.mailBulk.readInbox(first.lastRow ?? 0, 3);
    assert.deepEqual([...first.rows, ...second.rows], records);
    const end = await store.mailBulk.readInbox(second.lastRow ?? 0, 3);
    assert.deepEqual(end, { rows: [], lastRow: undefined });
    await store.mailBulk.addSent([sentRecord(1)]);
    assert.deepEqual((await store.mailBulk.readSent(0, 9)).rows, [sentRecord(1)]);
  });

  it('adds to the lists by address', async (t) => {
    const { store } = await openTempStore(t);
    const contact = { address: addressOf(1), label: utf8('one') };
    assert.equal(await store.mailBulk.addContacts([contact, contact]), 1);
    assert.deepEqual(await store.contacts.list(), [contact]);
    const listed = { ...contact, enabled: false };
    assert.equal(await store.mailBulk.addListed('whitelist', [listed]), 1);
    assert.equal(await store.mailBulk.addListed('whitelist', [listed]), 0);
    assert.deepEqual(await store.whitelist.list(), [listed]);
    assert.deepEqual(await store.subscriptions.list(), []);
  });

  it('leaves public keys that are there, and knows the end of the feed', async (t) => {
    const { store } = await openTempStore(t);
    const key = {
      address: addressOf(1),
      keyBlock: bytesOf(64, 'key'),
      storedS: 5,
      usedPersonally: true,
    };
    assert.equal(await store.networkBulk.addPubkeys([key]), 1);
    assert.equal(await store.networkBulk.addPubkeys([{ ...key, storedS: 9 }]), 0);
    assert.deepEqual((await store.networkBulk.readPubkeys(0, 5)).rows, [key]);
    assert.equal(await store.networkBulk.lastSeq(), 0);
    await store.inventory.add(inventoryEntry(1));
    await store.inventory.add(inventoryEntry(2));
    assert.equal(await store.networkBulk.lastSeq(), 2);
  });
});
