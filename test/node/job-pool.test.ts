import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JobPool } from '../../src/node/outbox/job-pool.js';
import { utf8 } from '../../src/util/bytes.js';

/** A pool whose jobs end when told to; `begun` tells their order. */
function setUp(maxAtOnce: number, maxPerOwner: number) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const pool = new JobPool({
    maxAtOnce,
    maxPerOwner,
    run: (key, signal) =>
      new Promise((resolve) => {
        const name = Buffer.from(key).toString();
        begun.push(name);
        ends.set(name, resolve);
        signal.addEventListener('abort', () => resolve());
      }),
  });
  const add = (name: string): void => pool.add(utf8(name), name.charAt(0));
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { pool, begun, add, end };
}

describe('jobs of the outbox', () => {
  it('take turns between senders', async () => {
    const { pool, begun, add, end } = setUp(1, 1);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1']) add(name);
    pool.start();
    for (const name of ['a1', 'b1', 'c1', 'a2']) await end(name);
    assert.deepEqual(begun, ['a1', 'b1', 'c1', 'a2', 'a3']);
    await pool.stop(new Error('end of test'));
  });

  it('leave places for other senders while one has work that takes for ever', async () => {
    const { pool, begun, add, end } = setUp(10, 2);
    pool.start();
    for (let i = 0; i < 9; i++) add(`a${i}`);
    add('b0');
    assert.deepEqual(begun, ['a0', 'a1', 'b0']);
    assert.equal(pool.size, 10);
    await end('a1');
    assert.deepEqual(begun.at(-1), 'a2');
    await pool.stop(new Error('end of test'));
    assert.equal(pool.size, 0);
  });

  it('run again when asked for meanwhile, and not when aborted before', async () => {
    const { pool, begun, add, end } = setUp(1, 1);
    pool.start();
    for (const name of ['a1', 'a1', 'b1', 'c1']) add(name);
    pool.abort(utf8('b1'), new Error('not wanted'));
    await end('a1');
    await end('c1');
    assert.deepEqual(begun, ['a1', 'c1', 'a1']);
    await pool.stop(new Error('end of test'));
  });

  it('are ten thousand in order, quickly', async () => {
    const { pool, begun, add, end } = setUp(4, 4);
    pool.start();
    for (let i = 0; i < 10_000; i++) add(`a${i}`);
    for (let i = 0; i < 100; i++) await end(`a${i}`);
    assert.deepEqual(begun.slice(100), ['a100', 'a101', 'a102', 'a103']);
    await pool.stop(new Error('end of test'));
  });
});
