import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JobQueue, STARVING_MS, TURN_MS } from '../../src/pow/job-queue.js';
import { PowJob } from '../../src/pow/pow-job.js';
import { POW_PRIORITY } from '../../src/pow/solver.js';
import { FakeClock } from '../support/fake-clock.js';

const clock = new FakeClock();
let lastId = 0;

/** "owner:purpose" at a priority. */
function job(name: string, priority: number = POW_PRIORITY.message): PowJob {
  const [owner = '', purpose = ''] = name.split(':');
  const request = { initialHash: new Uint8Array(64), target: 0n, priority, purpose, owner };
  return new PowJob(++lastId, request, 1, clock);
}

const name = (one: PowJob | undefined): string =>
  one ? `${one.request.owner ?? ''}:${one.request.purpose}` : 'none';

describe('turns', () => {
  it('go round between owners of a priority, whatever each has queued', () => {
    const queue = new JobQueue();
    for (let i = 0; i < 1000; i++) queue.add(job(`bulk:${i}`), 0);
    queue.add(job('anna:hello'), 0);
    const order: string[] = [];
    for (let i = 0; i < 3; i++) {
      const chosen = queue.choose(i);
      assert.ok(chosen);
      order.push(name(chosen));
      queue.remove(chosen, i);
    }
    assert.deepEqual(order, ['bulk:0', 'anna:hello', 'bulk:1']);
    assert.equal(queue.size, 998);
  });

  it('end after a while, so that a huge job does not keep other owners waiting', () => {
    const queue = new JobQueue();
    for (const one of ['huge:job', 'huge:next', 'anna:hello']) queue.add(job(one), 0);
    assert.equal(name(queue.choose(0)), 'huge:job');
    assert.equal(name(queue.choose(TURN_MS - 1)), 'huge:job');
    const hello = queue.choose(TURN_MS);
    assert.equal(name(hello), 'anna:hello');
    if (hello) queue.remove(hello, TURN_MS + 1);
    // Its owner's other jobs have their turn, too; alone it simply goes on.
    const next = queue.choose(TURN_MS + 1);
    assert.equal(name(next), 'huge:next');
    if (next) queue.remove(next, TURN_MS + 2);
    assert.equal(name(queue.choose(TURN_MS + 2)), 'huge:job');
    assert.equal(name(queue.choose(5 * TURN_MS)), 'huge:job');
  });

  it('are cut short by what is more urgent, and the owner keeps its place', () => {
    const queue = new JobQueue();
    queue.add(job('anna:message'), 0);
    queue.add(job('bert:message'), 0);
    queue.choose(0);
    queue.add(job('bert:ack', POW_PRIORITY.acknowledgement), 10);
    const ack = queue.choose(10);
    assert.equal(name(ack), 'bert:ack');
    assert.deepEqual([...queue].map(name), ['bert:ack', 'anna:message', 'bert:message']);
    if (ack) queue.remove(ack, 20);
    assert.equal(name(queue.choose(20)), 'anna:message');
  });

  it('come to less urgent work, too, under endless load of urgent work', () => {
    const queue = new JobQueue();
    const broadcast = job('anna:broadcast', POW_PRIORITY.broadcast);
    queue.add(broadcast, 0);
    queue.add(job('x:object', POW_PRIORITY.other), 0);
    const spent = new Map<string, number>();
    // A new message every second; each takes a second.
    for (let nowMs = 0; nowMs < 20 * STARVING_MS; nowMs += 1000) {
      queue.add(job('bulk:message'), nowMs);
      const chosen = queue.choose(nowMs);
      assert.ok(chosen);
      const purpose = chosen.request.purpose;
      spent.set(purpose, (spent.get(purpose) ?? 0) + 1);
      if (purpose === 'message') queue.remove(chosen, nowMs + 1000);
    }
    const turns = 20 * (TURN_MS / 1000);
    for (const purpose of ['broadcast', 'object']) {
      const seconds = spent.get(purpose) ?? 0;
      assert.ok(seconds > turns / 2 && seconds < 2 * turns, `${purpose}: ${seconds} s`);
    }
    assert.ok((spent.get('message') ?? 0) > turns * 3);
  });

  it('granted to work that waited for too long are not cut short', () => {
    const queue = new JobQueue();
    queue.add(job('a:message'), 0);
    queue.add(job('a:broadcast', POW_PRIORITY.broadcast), 0);
    assert.equal(name(queue.choose(STARVING_MS)), 'a:broadcast');
    queue.add(job('b:ack', POW_PRIORITY.acknowledgement), STARVING_MS + 1);
    assert.equal(name(queue.choose(STARVING_MS + 1)), 'a:broadcast');
    // The message has waited for as long.
    assert.equal(name(queue.choose(STARVING_MS + TURN_MS)), 'a:message');
    assert.equal(name(queue.choose(STARVING_MS + 2 * TURN_MS)), 'b:ack');
  });
});

describe('job queue', () => {
  it('finds, removes and clears', () => {
    const queue = new JobQueue();
    const jobs = [job('a:1'), job('b:2', 7), job('a:3')];
    for (const one of jobs) queue.add(one, 0);
    const [first] = jobs;
    assert.ok(first);
    assert.equal(queue.find(first.id), first);
    queue.remove(first, 0);
    queue.remove(first, 0);
    assert.equal(queue.find(first.id), undefined);
    assert.deepEqual([...queue].map(name), ['a:3', 'b:2']);
    assert.equal(queue.clear().length, 2);
    assert.equal(queue.choose(0), undefined);
    assert.equal(queue.size, 0);
  });
});
