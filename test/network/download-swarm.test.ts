/** The download scheduler among peers of all kinds, in simulated time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { Downloads } from '../../src/network/downloads.js';
import { FakeClock } from '../support/fake-clock.js';

interface PeerPlan {
  /** Numbers of the objects that it announces. */
  readonly holds: readonly number[];
  /** It announces and never delivers. */
  readonly silent: boolean;
  /** From a request to the delivery. */
  readonly delayMs: number;
  /** It restarts then: what was asked of it is lost, it comes back and announces again. */
  readonly restartsAtMs: number | undefined;
}

const OBJECTS = 400;
/** Any waiting of the scheduler is shorter: ten attempts of a minute. */
const LONG_MS = 1_200_000;

class Swarm {
  readonly clock = new FakeClock();
  readonly deliveries = new Map<number, number>();
  readonly received = new Set<string>();
  /** Requests not answered yet, by key. */
  readonly #open = new Map<string, number>();
  readonly #alive = new Set<number>();
  #nextId = 1;
  readonly downloads = new Downloads(
    {
      request: (id, keys) => this.#requested(id, keys),
      undelivered: () => undefined,
      listAgain: () => undefined,
      isHeldBack: () => false,
    },
    this.clock,
  );
  readonly #plans = new Map<number, PeerPlan>();
  readonly #faults: string[] = [];

  join(plan: PeerPlan): number {
    const id = this.#nextId++;
    this.#plans.set(id, plan);
    this.#alive.add(id);
    this.downloads.addPeer(id);
    const keys = plan.holds.map(String).filter((key) => !this.received.has(key));
    this.downloads.offer(id, keys);
    if (plan.restartsAtMs !== undefined) {
      this.clock.setTimeout(() => this.#restart(id, plan), plan.restartsAtMs);
    }
    return id;
  }

  check(): void {
    assert.deepEqual(this.#faults, []);
  }

  #restart(id: number, plan: PeerPlan): void {
    this.#alive.delete(id);
    for (const [key, asked] of this.#open) if (asked === id) this.#open.delete(key);
    this.downloads.removePeer(id);
    this.clock.setTimeout(() => this.join({ ...plan, restartsAtMs: undefined }), 2_000);
  }

  #requested(id: number, keys: readonly string[]): void {
    const plan = this.#plans.get(id);
    for (const key of keys) {
      if (!plan?.holds.includes(Number(key))) this.#faults.push(`${id} never announced ${key}`);
      if (this.received.has(key)) this.#faults.push(`${key} was there`);
      const other = this.#open.get(key);
      // A late request is open no more when another peer is asked.
      if (other !== undefined && this.downloads.has(key) && other === id && !plan?.silent) {
        this.#faults.push(`${key} asked of ${id} twice`);
      }
      this.#open.set(key, id);
    }
    if (!plan || plan.silent) return;
    this.clock.setTimeout(() => this.#deliver(id, keys), plan.delayMs);
  }

  #deliver(id: number, keys: readonly string[]): void {
    if (!this.#alive.has(id)) return;
    for (const key of keys) {
      this.#open.delete(key);
      this.received.add(key);
      this.deliveries.set(id, (this.deliveries.get(id) ?? 0) + 1);
      this.downloads.arrived(key, id);
    }
  }
}

const peerPlan = fc.record({
  holds: fc.uniqueArray(fc.nat(OBJECTS - 1), { maxLength: OBJECTS, size: 'max' }),
  silent: fc.boolean(),
  // Below the time after which a peer that has not delivered yet is asked again.
  delayMs: fc.integer({ min: 1, max: 5_000 }),
  restartsAtMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
});

describe('downloads from a swarm', () => {
  it('everything comes that an honest peer holds, whoever is silent or restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(peerPlan, { minLength: 1, maxLength: 6 }), async (plans) => {
        const swarm = new Swarm();
        for (const plan of plans) swarm.join(plan);
        await swarm.clock.advance(LONG_MS);
        swarm.check();
        for (const { silent, holds } of plans) {
          if (silent) continue;
          for (const number of holds) {
            assert.ok(swarm.received.has(String(number)), `${number} did not come`);
          }
        }
        assert.equal(swarm.downloads.size, 0, 'what nobody delivers is forgotten in the end');
      }),
      { numRuns: 25 },
    );
  });

  it('equal peers share the work, and a slow one holds nothing up', async () => {
    const swarm = new Swarm();
    const holds = Array.from({ length: 20_000 }, (_, number) => number);
    const all = { holds, silent: false, restartsAtMs: undefined };
    const quick = [1, 2, 3].map(() => swarm.join({ ...all, delayMs: 50 }));
    const slow = swarm.join({ ...all, delayMs: 5_000 });
    await swarm.clock.advance(30_000);
    assert.equal(swarm.received.size, holds.length);
    const counts = quick.map((id) => swarm.deliveries.get(id) ?? 0);
    for (const count of counts) assert.ok(count > holds.length / 6, counts.join(' '));
    assert.ok((swarm.deliveries.get(slow) ?? 0) < holds.length / 10);
  });

  it('a restart in the middle loses nothing and repeats next to nothing', async () => {
    const swarm = new Swarm();
    const holds = Array.from({ length: 10_000 }, (_, number) => number);
    swarm.join({ holds, silent: false, delayMs: 100, restartsAtMs: 650 });
    await swarm.clock.advance(1_500);
    const before = swarm.received.size;
    assert.ok(before > 0 && before < holds.length, `${before}`);
    await swarm.clock.advance(60_000);
    swarm.check();
    assert.equal(swarm.received.size, holds.length);
    const delivered = [...swarm.deliveries.values()].reduce((sum, count) => sum + count, 0);
    assert.equal(delivered, holds.length);
  });

  it('a peer that announces what it never delivers keeps others from nothing', async () => {
    const swarm = new Swarm();
    const lies = Array.from({ length: 20_000 }, (_, number) => 100_000 + number);
    const truth = Array.from({ length: 1_000 }, (_, number) => number);
    swarm.join({ holds: [...lies, ...truth], silent: true, delayMs: 0, restartsAtMs: undefined });
    swarm.join({ holds: truth, silent: false, delayMs: 20, restartsAtMs: undefined });
    await swarm.clock.advance(60_000);
    assert.equal(swarm.received.size, truth.length);
    await swarm.clock.advance(LONG_MS);
    assert.equal(swarm.downloads.size, 0);
  });
});
