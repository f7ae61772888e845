/** Lists of addresses answer after any changes as if they were read afresh. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties.js';
import type { DecryptService, TrialKey } from '../../../src/node/decrypt/decrypt-service.js';
import { Contacts } from '../../../src/node/lists/contacts.js';
import { Subscriptions } from '../../../src/node/lists/subscriptions.js';
import { addressTag, decodeAddress, encodeAddress } from '../../../src/objects/address.js';
import type {
  AddressListRepository,
  ContactRecord,
  ContactRepository,
  ListedAddress,
} from '../../../src/store/repositories.js';
import { NO_BYTES } from '../../../src/util/bytes.js';

/** Three addresses of each version, and spellings of two of them. */
const CANONICAL = [3, 4].flatMap((version) =>
  [1, 2, 3].map((n) => encodeAddress({ version, stream: 1, ripe: new Uint8Array(20).fill(n) })),
);
const TEXTS = [...CANONICAL, `${CANONICAL[0]} `, `${CANONICAL[3]} `, CANONICAL[3]?.slice(3) ?? ''];

class MemoryList implements AddressListRepository, ContactRepository {
  readonly rows = new Map<string, ListedAddress>();

  list(): Promise<ListedAddress[]> {
    return Promise.resolve([...this.rows.values()]);
  }

  add(record: ContactRecord | ListedAddress): Promise<boolean> {
    if (this.rows.has(record.address)) return Promise.resolve(false);
    this.rows.set(record.address, { enabled: true, ...record });
    return Promise.resolve(true);
  }

  update(address: string, changes: Partial<ListedAddress>): Promise<boolean> {
    const row = this.rows.get(address);
    if (row) this.rows.set(address, { ...row, ...changes });
    return Promise.resolve(row !== undefined);
  }

  rename(address: string, label: Uint8Array): Promise<boolean> {
    return this.update(address, { label });
  }

  remove(address: string): Promise<boolean> {
    return Promise.resolve(this.rows.delete(address));
  }
}

/** Only the ids of the keys. */
class Keys implements DecryptService {
  readonly ids = new Set<string>();

  setKeys(): void {
    throw new Error('not needed for a single change');
  }

  addKeys(_set: string, keys: readonly TrialKey[]): void {
    for (const { id } of keys) this.ids.add(id);
  }

  removeKeys(_set: string, ids: readonly string[]): void {
    for (const id of ids) assert.ok(this.ids.delete(id));
  }

  open(): Promise<[]> {
    return Promise.resolve([]);
  }
}

const change = fc.record({
  text: fc.constantFrom(...TEXTS),
  kind: fc.constantFrom('add', 'addDisabled', 'enable', 'disable', 'rename', 'remove'),
});

/** What can be asked of a list of subscriptions, for each address. */
function answers(list: Subscriptions, keys: Keys): unknown[] {
  return [
    list.list(),
    list.hasUntagged,
    [...keys.ids].sort(),
    CANONICAL.map((text) => {
      const decoded = decodeAddress(text);
      const tag = decoded.status === 'success' ? addressTag(decoded.address) : undefined;
      return [list.hasEnabled(text), list.sender(text), tag && list.findByTag(tag)];
    }),
  ];
}

test('subscriptions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
      const [store, keys] = [new MemoryList(), new Keys()];
      const list = new Subscriptions(store, keys);
      await list.load();
      for (const { kind, text } of changes) {
        const enabled = kind === 'add' || kind === 'enable';
        if (kind.startsWith('add')) await list.add({ address: text, label: NO_BYTES, enabled });
        else if (kind === 'remove') await list.remove(text);
        else if (kind === 'rename') await list.update(text, { label: Uint8Array.of(1) });
        else await list.update(text, { enabled });
      }
      const freshKeys = new Keys();
      const fresh = new Subscriptions(store, freshKeys);
      await fresh.load();
      assert.deepEqual(answers(list, keys), answers(fresh, freshKeys));
      const enabled = [...store.rows.values()].filter((row) => row.enabled);
      for (const text of CANONICAL) {
        const isThere = enabled.some((row) => row.address.trim().endsWith(text.slice(3)));
        assert.equal(list.hasEnabled(text), isThere);
      }
    }),
  );
});

test('contacts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
      const store = new MemoryList();
      const list = new Contacts(store);
      for (const { kind, text } of changes) {
        if (kind.startsWith('add')) await list.add({ address: text, label: NO_BYTES });
        else if (kind === 'remove') await list.remove(text);
        else await list.rename(text, Uint8Array.of(1));
      }
      for (const text of CANONICAL) {
        const isThere = [...store.rows.keys()].some((key) => key.trim().endsWith(text.slice(3)));
        assert.equal(list.has(text), isThere);
      }
      assert.deepEqual(
        list.list().map(({ address }) => address),
        [...store.rows.keys()],
      );
    }),
  );
});
