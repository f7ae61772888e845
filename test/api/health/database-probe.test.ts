import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatabaseProbe } from '../../../src/api/health/database-probe.js';
import { FakeClock } from '../../support/fake-clock.js';

/** A database that answers when it is told to. */
function create() {
  const clock = new FakeClock();
  const open: { answer: () => void; refuse: () => void }[] = [];
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) =>
      open.push({ answer: resolve, refuse: () => reject(new Error('closed')) }),
    );
  return { clock, open, probe: new DatabaseProbe(ask, clock) };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('probe of the database', () => {
  it('is content with an answer, and asks anew the next time', async () => {
    const { probe, open } = create();
    for (const round of [1, 2]) {
      const silent = probe.silentS();
      await turn();
      assert.equal(open.length, round);
      open[round - 1]?.answer();
      assert.equal(await silent, 0);
    }
  });

  it('tells how long an answer is owed, with one question however many ask', async () => {
    const { probe, open, clock } = create();
    const all = Promise.all([probe.silentS(), probe.silentS()]);
    await clock.advance(1_000);
    assert.deepEqual(await all, [1, 1]);
    await clock.advance(60_000);
    const later = probe.silentS();
    await clock.advance(1_000);
    assert.equal(await later, 62);
    assert.equal(open.length, 1);
    open[0]?.answer();
    await turn();
    const again = probe.silentS();
    await turn();
    assert.equal(open.length, 2);
    open[1]?.answer();
    assert.equal(await again, 0);
  });

  it('tells that it is refused, until it is not any more', async () => {
    const { probe, open } = create();
    const refused = probe.silentS();
    await turn();
    open[0]?.refuse();
    assert.equal(await refused, Infinity);
    const fine = probe.silentS();
    await turn();
    open[1]?.answer();
    assert.equal(await fine, 0);
  });
});
