import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { FairQueue } from '../../src/util/fair-queue.js';

function filled(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.add(item.charAt(0), item);
  return queue;
}

function drained(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.first(); item !== undefined; item = queue.first()) {
    items.push(item);
    queue.take(item);
  }
  return items;
}

describe('fair queue', () => {
  it('lets owners take turns, each with its items in order', () => {
    const queue = filled('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
    const order = ['a1', 'b1', 'c1', 'a2', 'c2', 'a3'];
    assert.deepEqual([...queue], order);
    assert.equal(queue.first(), 'a1');
    assert.deepEqual([...queue.firsts()], ['a1', 'b1', 'c1']);
    assert.equal(queue.size, 6);
    assert.deepEqual(drained(queue), order);
    assert.equal(queue.first(), undefined);
    assert.equal(queue.size, 0);
  });

  it('makes an owner that comes late wait for one turn of each other', () => {
    const queue = filled('a1', 'a2', 'a3', 'a4');
    queue.take('a1');
    queue.add('b', 'b1');
    assert.deepEqual(drained(queue), ['a2', 'b1', 'a3', 'a4']);
  });

  it('passes a turn without taking an item out', () => {
    const queue = filled('a1', 'a2', 'b1');
    queue.passTurn('a1');
    assert.deepEqual([...queue], ['b1', 'a2', 'a1']);
    queue.passTurn('none');
    assert.equal(queue.size, 3);
  });

  it('holds an item once and lets it go', () => {
    const queue = filled('a1', 'b1', 'a1');
    assert.equal(queue.size, 2);
    assert.equal(queue.delete('a1'), true);
    assert.equal(queue.delete('a1'), false);
    assert.equal(queue.has('a1'), false);
    assert.deepEqual([...queue], ['b1']);
    queue.clear();
    assert.equal(queue.size, 0);
  });

  it('keeps nobody waiting for more than a turn of each other owner', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 60 }), (owners) => {
        const queue = new FairQueue<string>();
        owners.forEach((owner, i) => queue.add(`${owner}`, `${owner}:${i}`));
        const order = drained(queue);
        assert.equal(order.length, owners.length);
        const numbers = new Set(owners).size;
        const lastAt = new Map<string, number>();
        order.forEach((item, at) => {
          const owner = item.slice(0, 1);
          assert.ok(at - (lastAt.get(owner) ?? at) <= numbers);
          lastAt.set(owner, at);
        });
      }),
    );
  });
});
