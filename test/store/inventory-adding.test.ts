/** How adds are gathered and what happens when they fail: a backend under the test's control. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HashIndex } from '../../src/store/hash-index.js';
import { unpackBatch } from '../../src/store/inventory-batch.js';
import { kindOfType, OBJECT_KINDS } from '../../src/store/object-kinds.js';
import { Inventory, type InventoryBackend } from '../../src/store/inventory.js';
import type { InventoryEntry } from '../../src/store/repositories.js';
import type { IndexPage } from '../../src/store/tables/inventory.js';
import { concatBytes } from '../../src/util/bytes.js';
import { bytesOf, inventoryEntry } from '../support/store-records.js';

interface SentBatch {
  readonly entries: InventoryEntry[];
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

/** Collects batches; the test answers them. */
function controlledBackend(): { backend: InventoryBackend; batches: SentBatch[]; asked: string[] } {
  const batches: SentBatch[] = [];
  const asked: string[] = [];
  const answer =
    <Result>(name: string, result: Result) =>
    (): Promise<Result> => {
      asked.push(`${name} after ${batches.length}`);
      return Promise.resolve(result);
    };
  const backend: InventoryBackend = {
    addBatch: (packer) =>
      new Promise((resolve, fail) => {
        const firstSeq = batches.reduce((sum, batch) => sum + batch.entries.length, 1);
        const succeed = (): void => resolve(firstSeq);
        const entries: InventoryEntry[] = [];
        unpackBatch(packer.finish(), (entry) => entries.push(entry));
        batches.push({ entries, succeed, fail });
      }),
    table: {
      addBatch: answer('addBatch', 1),
      get: answer('get', new Uint8Array(1)),
      getMany: answer('getMany', []),
      findByTag: answer('findByTag', []),
      readFeed: answer('readFeed', []),
      readFeedOf: answer('readFeedOf', []),
      readEntries: answer('readEntries', []),
      ensureSeqAbove: answer('ensureSeqAbove', undefined),
      probe: () => Promise.resolve(),
      removeBatch: answer('removeBatch', undefined),
      readIndex: answer('readIndex', {
        seqs: new Float64Array(0),
        hashes: new Uint8Array(0),
        expiresS: new Float64Array(0),
        streams: new Float64Array(0),
        types: new Float64Array(0),
      }),
    },
  };
  return { backend, batches, asked };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('opening the inventory', () => {
  it('reads the index page by page, and mends what is there twice', async () => {
    const { backend } = controlledBackend();
    const pages = [
      [1, 2],
      [3, 1],
    ].map((numbers) => numbers.map((n) => inventoryEntry(n)));
    const asked: number[] = [];
    const removed: number[][] = [];
    const readIndex = (afterSeq: number): Promise<IndexPage> => {
      asked.push(afterSeq);
      const page = pages[asked.length - 1] ?? [];
      return Promise.resolve({
        seqs: Float64Array.from(page, (_, row) => asked.length * 10 + row),
        hashes: concatBytes(...page.map((entry) => entry.hash)),
        expiresS: Float64Array.from(page, (entry) => entry.expiresS),
        streams: Float64Array.from(page, (entry) => entry.stream),
        types: Float64Array.from(page, (entry) => entry.type),
      });
    };
    const removeBatch = (seqs: readonly number[]): Promise<void> => {
      removed.push([...seqs]);
      return Promise.resolve();
    };
    const table = { ...backend.table, readIndex, removeBatch };
    const inventory = await Inventory.open({ ...backend, table });
    assert.deepEqual(asked, [0, 11, 21]);
    assert.deepEqual(removed, [[21]]); // the second row of entry 1
    assert.equal(inventory.size, 3);
    assert.equal(inventory.lastSeq, 21);
    const { type } = inventoryEntry(1);
    assert.equal(inventory.countByKind()[OBJECT_KINDS[kindOfType(type)] ?? 'other'], 3);
    assert.deepEqual(inventory.list(1, inventoryEntry(2).expiresS), [inventoryEntry(3).hash]);
  });
});

describe('adding to the inventory', () => {
  it('gathers what is added in one turn, in order, at most 200 rows a batch', async () => {
    const { backend, batches } = controlledBackend();
    const inventory = new Inventory(backend, new HashIndex());
    const entries = Array.from({ length: 450 }, (_, n) =>
      inventoryEntry(n, n % 3 ? {} : { tag: bytesOf(32, 'tag', n) }),
    );
    const added = entries.map((entry) => inventory.add(entry));
    assert.equal(batches.length, 0);
    await turn();
    assert.deepEqual(
      batches.map((batch) => batch.entries.length),
      [200, 200],
    );
    batches[0]?.succeed();
    await added[0];
    await turn();
    assert.equal(batches.length, 3);
    assert.deepEqual(
      batches.flatMap((batch) => batch.entries),
      entries,
    );
    for (const batch of batches) batch.succeed();
    assert.ok((await Promise.all(added)).every(Boolean));
  });

  it('ends a batch early when its objects are large', async () => {
    const { backend, batches } = controlledBackend();
    const inventory = new Inventory(backend, new HashIndex());
    const object = new Uint8Array(256 * 1024);
    for (let n = 0; n < 6; n++) void inventory.add(inventoryEntry(n, { object }));
    await turn();
    assert.deepEqual(
      batches.map((batch) => batch.entries.length),
      [4, 2],
    );
  });

  it('forgets the hashes of a batch that could not be stored', async () => {
    const { backend, batches } = controlledBackend();
    const inventory = new Inventory(backend, new HashIndex());
    let calls = 0;
    inventory.onAdded(() => calls++);
    const first = inventory.add(inventoryEntry(1));
    const same = inventory.add(inventoryEntry(2));
    await turn();
    const later = inventory.add(inventoryEntry(3));
    await turn();
    batches[0]?.fail(new Error('disk full'));
    batches[1]?.succeed();
    await assert.rejects(first, /disk full/);
    await assert.rejects(same, /disk full/);
    assert.equal(await later, true);
    assert.equal(calls, 1);
    assert.equal(inventory.has(inventoryEntry(1).hash), false);
    assert.equal(inventory.has(inventoryEntry(2).hash), false);
    assert.equal(inventory.has(inventoryEntry(3).hash), true);
    assert.equal(inventory.size, 1);
    const again = inventory.add(inventoryEntry(1));
    await turn();
    batches[2]?.succeed();
    assert.equal(await again, true);
  });

  it('gives nothing for an object that could not be stored', async () => {
    const { backend, batches, asked } = controlledBackend();
    const inventory = new Inventory(backend, new HashIndex());
    const added = inventory.add(inventoryEntry(1));
    const got = inventory.get(inventoryEntry(1).hash);
    batches[0]?.fail(new Error('disk full'));
    await assert.rejects(added, /disk full/);
    assert.equal(await got, undefined);
    assert.deepEqual(asked, []);
  });

  it('puts earlier adds before what needs them', async () => {
    const { backend, batches, asked } = controlledBackend();
    const inventory = new Inventory(backend, new HashIndex());
    void inventory.add(inventoryEntry(1));
    await inventory.findByTag(1, bytesOf(32, 'tag'));
    void inventory.add(inventoryEntry(2));
    await inventory.ensureSeqAbove(5);
    batches.forEach((batch) => batch.succeed());
    await turn();
    void inventory.add(inventoryEntry(3));
    await inventory.get(inventoryEntry(2).hash);
    const got = inventory.get(inventoryEntry(3).hash);
    batches[2]?.succeed();
    await got;
    void inventory.add(inventoryEntry(4, { expiresS: 1 }));
    const removed = inventory.removeExpired(2);
    batches[3]?.succeed();
    assert.equal(await removed, 1);
    assert.deepEqual(asked, [
      'findByTag after 1',
      'ensureSeqAbove after 2',
      'get after 2',
      'get after 3',
      'removeBatch after 4',
    ]);
    assert.equal(batches.length, 4);
  });
});
