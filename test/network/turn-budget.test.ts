import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TurnBudget } from '../../src/network/turn-budget.js';

it('what one turn may verify is bounded, and the next turn begins anew', async () => {
  const budget = new TurnBudget(100);
  assert.equal(budget.wait(), undefined);
  budget.spend(60);
  assert.equal(budget.wait(), undefined);
  budget.spend(500);
  const next = budget.wait();
  assert.ok(next);
  assert.equal(budget.wait(), next);
  await next;
  assert.equal(budget.wait(), undefined);
});

it('a hundred who wait get their shares in their order', async () => {
  const budget = new TurnBudget(3);
  const turns = [0];
  setImmediate(function count() {
    turns.push(0);
    if (done < 100) setImmediate(count);
  });
  let done = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      for (let next = budget.wait(); next; next = budget.wait()) await next;
      budget.spend(1);
      order.push(i);
      done++;
      turns.push((turns.pop() ?? 0) + 1);
    }),
  );
  assert.deepEqual(
    order,
    order.map((_, i) => i),
  );
  assert.ok(turns.every((number) => number <= 3));
});
