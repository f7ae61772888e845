import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { NativeNode } from '../../../src/api/native/context.js';
import { NetworkHistory } from '../../../src/api/native/network-history.js';
import { FakeClock } from '../../support/fake-clock.js';

it('NetworkHistory keeps a day of samples, chosen evenly, and knows the rates', async () => {
  const clock = new FakeClock();
  const counters = { receivedBytes: 0, sentBytes: 0 };
  const node = {
    network: { counters, connections: () => [], pendingDownloads: () => 3 },
    store: { inventory: { size: 7 } },
  } as unknown as Pick<NativeNode, 'network' | 'store'>;
  const history = new NetworkHistory(node, clock);
  await history.start();
  const beginS = clock.nowS();
  for (let n = 0; n < 3_000; n++) await clock.advance(30_000);
  const all = history.samples(0, 2_880);
  assert.equal(all.length, 2_880);
  assert.equal(all.at(-1)?.atS, beginS + 3_000 * 30);
  const some = history.samples(0, 10);
  assert.equal(some.length, 10);
  assert.deepEqual([some[0], some.at(-1)], [all[0], all.at(-1)]);
  assert.equal(history.samples(beginS + 3_000 * 30, 10).length, 1);
  assert.equal(history.samples(beginS + 1e9, 10).length, 0);
  await clock.advance(10_000);
  counters.receivedBytes = 5_000;
  assert.deepEqual(history.rates(), { receivedBytesPerSecond: 500, sentBytesPerSecond: 0 });
  await history.stop();
});
