import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TrialQueue } from '../../../src/node/inbox/trial-queue.js';
import { decodeHeader } from '../../../src/objects/object.js';
import type { FeedEntry } from '../../../src/store/repositories.js';
import { createEasyObject } from '../../support/easy-objects.js';

function entries(count: number, length: number): FeedEntry[] {
  const { object } = createEasyObject(1_000, { payload: new Uint8Array(length) });
  return Array.from({ length: count }, (_, n) => {
    const own = object.slice();
    new DataView(own.buffer).setUint32(0, n);
    return { seq: n + 1, hash: new Uint8Array(32).fill(n), object: own };
  });
}

/** A queue over an inventory that counts what is read from it. */
function queueOver(all: readonly FeedEntry[]): { queue: TrialQueue; read: number[] } {
  const read: number[] = [];
  const queue = new TrialQueue({
    readEntries: (seqs) => {
      read.push(...seqs);
      return Promise.resolve(all.filter(({ seq }) => seqs.includes(seq)));
    },
  });
  return { queue, read };
}

describe('the queue of trials', () => {
  it('holds few bytes, and reads again what it does not hold', async () => {
    const all = entries(60, 200_000);
    const { queue, read } = queueOver(all);
    for (const { seq, hash, object } of all)
      queue.add(seq, { hash, object, header: decodeHeader(object) }, seq);
    const { found, gone } = await queue.take(100);
    assert.deepEqual(gone, []);
    assert.deepEqual(
      found.map(({ received }) => received.object).sort((a, b) => Buffer.compare(a, b)),
      all.map(({ object }) => object).sort((a, b) => Buffer.compare(a, b)),
    );
    assert.equal(read.length, 60 - Math.floor((8 * 1024 * 1024) / (all[0]?.object.length ?? 1)));
    assert.equal(queue.size, 0);
  });

  it('tells of what is gone, and has room again when something was taken', async () => {
    const [entry] = entries(1, 40);
    assert.ok(entry);
    const { hash, object } = entry;
    const received = {
      hash,
      object: new Uint8Array(9 * 1024 * 1024),
      header: decodeHeader(object),
    };
    const { queue } = queueOver([]);
    for (let seq = 1; !queue.isFull; seq++) queue.add(seq, received, seq);
    const { size } = queue;
    assert.equal(size, 65_536);
    const { found, gone } = await queue.take(4);
    assert.deepEqual([found.length, gone.length], [0, 4]);
    assert.equal(queue.isFull, false);
    queue.clear();
    assert.deepEqual(await queue.take(4), { found: [], gone: [] });
  });
});
