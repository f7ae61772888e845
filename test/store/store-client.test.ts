/** The worker's failures as the main thread sees them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { StoreClient } from '../../src/store/store-client.js';
import { inventoryEntry } from '../support/store-records.js';
import { openTempStore, tempDir } from '../support/temp-store.js';

/** A worker that opens, answers nothing, and does `onMessage` when asked something. */
function brokenWorker(onMessage: string): URL {
  const program = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', () => { ${onMessage} });
    parentPort.postMessage({ id: 0, result: { migrated: [] } });`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

async function openBroken(onMessage: string): Promise<{ client: StoreClient; failures: Error[] }> {
  const failures: Error[] = [];
  const options = { mailPath: '', networkPath: '' };
  const report = (error: Error): void => void failures.push(error);
  const client = new StoreClient(options, report, brokenWorker(onMessage));
  await client.opened;
  return { client, failures };
}

for (const [how, program] of [
  ['throws', 'throw new Error("bug in the worker")'],
  ['exits', 'process.exit(7)'],
] as const) {
  describe(`a worker that ${how}`, () => {
    it('fails every pending and later call with one error, tells it once, and closes', async () => {
      const { client, failures } = await openBroken(program);
      const inbox = client.remote('inbox');
      const outcomes = await Promise.allSettled([inbox.count(), inbox.list('inbox')]);
      const later = await Promise.allSettled([inbox.count()]);
      const reasons = [...outcomes, ...later].map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as Error) : undefined,
      );
      assert.match(reasons[0]?.message ?? '', /the store worker has ended unexpectedly/);
      assert.ok(reasons.every((reason) => reason === reasons[0]));
      assert.deepEqual(failures, [reasons[0]]);
      if (how === 'throws') assert.match(String(reasons[0]?.cause), /bug in the worker/);
      await client.close();
      await client.close();
    });
  });
}

describe('StoreClient', () => {
  it('carries out the listed operations only', async (t) => {
    const dataDir = tempDir(t);
    const { store } = await openTempStore(undefined, { dataDir });
    await store.close();
    const paths = {
      mailPath: join(dataDir, 'mail.db'),
      networkPath: join(dataDir, 'network.db'),
    };
    const client = new StoreClient(paths, (error) => assert.ifError(error));
    await client.opened;
    for (const operation of ['constructor', 'insert', 'nothing']) {
      await assert.rejects(client.call('inbox', operation, []), /no such operation: inbox\./);
    }
    assert.equal(await client.call('inbox', 'count', []), 0);
    await client.close();
  });

  it('refuses calls after close, and finishes those before', async (t) => {
    const temp = await openTempStore(t);
    const { store } = temp;
    const before = store.journal.commit({ feedPosition: 3 });
    const closed = store.close();
    const after = store.inbox.count();
    assert.deepEqual(await before, { inboxAdded: false, sentChanged: [] });
    await closed;
    await after.catch(() => undefined); // May have come in time or not.
    await assert.rejects(store.inbox.count(), /the store is closed/);
    assert.equal(await (await temp.reopen()).journal.feedPosition(), 3);
  });

  it('stores on close what was added to the inventory', async (t) => {
    const temp = await openTempStore(t);
    const added = [1, 2].map((n) => temp.store.inventory.add(inventoryEntry(n)));
    const store = await temp.reopen();
    assert.deepEqual(await Promise.all(added), [true, true]);
    assert.equal(store.inventory.size, 2);
  });
});
