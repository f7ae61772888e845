/** identities, contacts, subscriptions, blacklist, whitelist. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8 } from '../../src/util/bytes.js';
import { ODD_TEXT, addressOf, bytesOf, identityRecord } from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

describe('identities', () => {
  it('are read in pages, in order of creation', async (t) => {
    const { store } = await openTempStore(t);
    const records = Array.from({ length: 45 }, (_, n) => identityRecord(n + 1));
    await store.identities.add(records);
    await store.identities.remove(addressOf(3));
    const read: unknown[] = [];
    let after = 0;
    for (const expected of [20, 20, 4]) {
      const page = await store.identities.page(after, 20);
      assert.equal(page.rows.length, expected);
      read.push(...page.rows);
      after = page.lastRow ?? NaN;
    }
    assert.deepEqual(await store.identities.page(after, 20), { rows: [], lastRow: undefined });
    assert.deepEqual(read, await store.identities.list());
  });

  it('lists in order of creation what was added, also after reopening', async (t) => {
    const temp = await openTempStore(t);
    const records = [3, 1, 2].map((n) => identityRecord(n));
    assert.deepEqual(await temp.store.identities.add(records), [3, 1, 2].map(addressOf));
    assert.deepEqual(await temp.store.identities.list(), records);
    const store = await temp.reopen();
    assert.deepEqual(await store.identities.list(), records);
  });

  it('adds only the addresses that are not there yet', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([identityRecord(1)]);
    const again = [identityRecord(1, { label: utf8('other') }), identityRecord(2)];
    assert.deepEqual(await store.identities.add(again), [addressOf(2)]);
    assert.deepEqual(await store.identities.list(), [identityRecord(1), identityRecord(2)]);
  });

  it('changes the given fields and no others', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([identityRecord(1), identityRecord(2)]);
    const changes = { enabled: false, label: utf8(''), lastPubkeySendS: 7, extra: {} };
    assert.equal(await store.identities.update(addressOf(1), changes), true);
    const rest = {
      chan: true,
      dontSendAck: true,
      mailingList: true,
      mailingListName: ODD_TEXT,
      signingKey: bytesOf(32, 'new s'),
      encryptionKey: bytesOf(32, 'new e'),
      nonceTrialsPerByte: 4000,
      payloadLengthExtraBytes: 5000,
    };
    assert.equal(await store.identities.update(addressOf(1), rest), true);
    assert.deepEqual(await store.identities.list(), [
      identityRecord(1, { ...changes, ...rest }),
      identityRecord(2),
    ]);
    assert.equal(await store.identities.update(addressOf(9), { enabled: true }), false);
  });

  it('removes', async (t) => {
    const { store } = await openTempStore(t);
    await store.identities.add([identityRecord(1), identityRecord(2)]);
    assert.equal(await store.identities.remove(addressOf(1)), true);
    assert.equal(await store.identities.remove(addressOf(1)), false);
    assert.deepEqual(await store.identities.list(), [identityRecord(2)]);
  });
});

describe('contacts', () => {
  it('keeps order, refuses duplicates, renames, removes', async (t) => {
    const temp = await openTempStore(t);
    const { contacts } = temp.store;
    assert.equal(await contacts.add({ address: 'BM-b', label: ODD_TEXT }), true);
    assert.equal(await contacts.add({ address: 'BM-a', label: utf8('a') }), true);
    assert.equal(await contacts.add({ address: 'BM-b', label: utf8('x') }), false);
    assert.equal(await contacts.rename('BM-a', utf8('ä')), true);
    assert.equal(await contacts.rename('BM-c', utf8('c')), false);
    const store = await temp.reopen();
    assert.deepEqual(await store.contacts.list(), [
      { address: 'BM-b', label: ODD_TEXT },
      { address: 'BM-a', label: utf8('ä') },
    ]);
    assert.equal(await store.contacts.remove('BM-b'), true);
    assert.equal(await store.contacts.remove('BM-b'), false);
    assert.deepEqual(await store.contacts.list(), [{ address: 'BM-a', label: utf8('ä') }]);
  });
});

for (const name of ['subscriptions', 'blacklist', 'whitelist'] as const) {
  describe(name, () => {
    it('keeps order, refuses duplicates, updates, removes', async (t) => {
      const temp = await openTempStore(t);
      const list = temp.store[name];
      assert.equal(await list.add({ address: 'BM-b', label: ODD_TEXT, enabled: true }), true);
      assert.equal(await list.add({ address: 'BM-a', label: utf8('a'), enabled: false }), true);
      assert.equal(await list.add({ address: 'BM-b', label: utf8('x'), enabled: false }), false);
      assert.equal(await list.update('BM-b', { enabled: false }), true);
      assert.equal(await list.update('BM-a', { label: utf8('') }), true);
      assert.equal(await list.update('BM-c', { enabled: true }), false);
      const store = await temp.reopen();
      assert.deepEqual(await store[name].list(), [
        { address: 'BM-b', label: ODD_TEXT, enabled: false },
        { address: 'BM-a', label: utf8(''), enabled: false },
      ]);
      assert.equal(await store[name].remove('BM-b'), true);
      assert.equal(await store[name].remove('BM-b'), false);
      assert.equal((await store[name].list()).length, 1);
    });

    it('is a list of its own', async (t) => {
      const { store } = await openTempStore(t);
      await store[name].add({ address: 'BM-a', label: ODD_TEXT, enabled: true });
      for (const other of ['subscriptions', 'blacklist', 'whitelist'] as const) {
        assert.equal((await store[other].list()).length, other === name ? 1 : 0);
      }
    });
  });
}
