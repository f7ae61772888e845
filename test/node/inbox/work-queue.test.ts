import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../support/properties.js';
import { WorkQueue } from '../../../src/node/inbox/work-queue.js';

/** All that `take` gives until nothing is left. */
function drain(queue: WorkQueue): number[] {
  const taken: number[] = [];
  for (let seq = queue.take(); seq !== undefined; seq = queue.take()) taken.push(seq);
  return taken;
}

describe('the order of trials', () => {
  it('is by work, and every fourth the oldest', () => {
    const queue = new WorkQueue();
    [50, 40, 30, 20, 10, 60, 70, 80].forEach((value, seq) => queue.add(seq, value));
    assert.deepEqual(drain(queue), [4, 3, 2, 0, 1, 5, 6, 7]);
    assert.equal(queue.size, 0);
  });

  it('gives each object once, whatever comes in between, and as if all were compared', () => {
    const steps = fc.array(fc.option(fc.nat(9), { nil: undefined }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new WorkQueue();
        const model: { seq: number; value: number }[] = [];
        let turn = 0;
        all.forEach((value, seq) => {
          if (value !== undefined) {
            queue.add(seq, value);
            model.push({ seq, value });
            return;
          }
          const taken = queue.take();
          const best = Math.min(...model.map((one) => one.value));
          const index = model.findIndex(({ seq: other }) => other === taken);
          if (model.length === 0) {
            assert.equal(taken, undefined);
            return;
          }
          if (++turn % 4 === 0) assert.equal(index, 0);
          else assert.equal(model[index]?.value, best);
          model.splice(index, 1);
        });
        assert.deepEqual(drain(queue).sort(), model.map(({ seq }) => seq).sort());
      }),
    );
  });

  it('lets mail through a flood of cheap objects, and the flood does not wait for ever', () => {
    const queue = new WorkQueue();
    for (let seq = 0; seq < 10_000; seq++) queue.add(seq, 1000 + (seq % 7));
    queue.add(10_000, 1);
    assert.equal(queue.take(), 10_000);
    let seq = 10_001;
    let turns = 0;
    // Dear objects keep coming: the oldest cheap one has its turn all the same.
    for (let taken: number | undefined; taken !== 0; turns++) {
      queue.add(seq++, 1);
      taken = queue.take();
    }
    assert.ok(turns <= 4);
  });
});
