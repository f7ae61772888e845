/**
 * Who is first heard of by a supernode? 1,000 objects in a network of 40 nodes, with an observer that is
 * connected to each of them, with Dandelion and without.
 */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { bytesKey } from '../../src/util/bytes.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { inventoryHash } from '../../src/objects/object.js';
import { SimulatedInternet, type Watcher } from '../support/simulated-internet.js';

const NODES = 40;
const OBJECTS = 1_000;
const BETWEEN_MS = 600;
const SPY = '150.1.0.1';

interface Observed {
  /** Part of the objects whose origin was the first to announce them to the observer. */
  readonly precision: number;
  /** Objects that their origin told more than one peer of before it told all of them. */
  readonly toldMore: number;
  /** Objects that their origin gave to somebody else than that peer before it told all of them. */
  readonly givenMore: number;
  /** Stem announcements that reached the observer. */
  readonly stemsAtSpy: number;
}

/** What the origin of an object did before it told everybody. */
class Origin {
  readonly host: string;
  readonly told = new Set<string>();
  readonly given = new Set<string>();
  hasFluffed = false;

  constructor(host: string) {
    this.host = host;
  }
}

async function observe(dandelionPercent: number): Promise<Observed> {
  const origins = new Map<string, Origin>();
  const firstAtSpy = new Map<string, string>();
  let stemsAtSpy = 0;
  const watch: Watcher = (from, to, { command, payload }) => {
    if (command === 'object') {
      const origin = origins.get(bytesKey(inventoryHash(payload)));
      if (origin?.host === from && !origin.hasFluffed) origin.given.add(to);
    }
    if (command !== 'inv' && command !== 'dinv') return;
    if (command === 'dinv' && to === SPY) stemsAtSpy++;
    for (const hash of decodeInventoryVectors(payload).hashes) {
      const key = bytesKey(hash);
      if (to === SPY && command === 'inv' && !firstAtSpy.has(key)) firstAtSpy.set(key, from);
      const origin = origins.get(key);
      if (origin?.host !== from) continue;
      if (command === 'inv') origin.hasFluffed = true;
      else if (!origin.hasFluffed) origin.told.add(to);
    }
  };
  // The delay is what a node has by default.
  const options = { dandelionPercent, announceDelayMs: 2_000, antiIntersection: false };
  const internet = new SimulatedInternet(options, watch);
  try {
    await internet.grow(NODES);
    await internet.clock.advance(120_000);
    const hosts = internet.nodes.map(({ host }) => host);
    const trustedPeers = hosts.map((host) => ({ host, port: 8444 }));
    // It takes part in all but stems: it does not listen, so nobody dials it.
    await internet.start(SPY, [], { trustedPeers, listen: false, dandelionPercent: 0 });
    internet.nodes.pop();
    await internet.clock.advance(30_000);
    for (let count = 0; count < OBJECTS; count++) {
      const node = internet.random();
      internet.publish(node, (key) => origins.set(key, new Origin(node.host)));
      await internet.clock.advance(BETWEEN_MS);
    }
    const keys = [...origins.keys()];
    await internet.until('all everywhere', 600, () => internet.countWithAll(keys) === NODES);
    await internet.until('all told to the observer', 600, () => firstAtSpy.size === OBJECTS);
    const all = [...origins.entries()];
    const found = all.filter(([key, { host }]) => firstAtSpy.get(key) === host).length;
    return {
      precision: found / OBJECTS,
      toldMore: all.filter(([, { told }]) => told.size > 1).length,
      givenMore: all.filter(([, { told, given }]) => [...given].some((one) => !told.has(one)))
        .length,
      stemsAtSpy,
    };
  } finally {
    await internet.close();
  }
}

function tell(t: TestContext, name: string, { precision }: Observed): void {
  const percent = (precision * 100).toFixed(1);
  t.diagnostic(`${name}: the first to tell the observer was the origin in ${percent} %`);
}

it('own objects are told to one peer before all, and a supernode cannot find their origin', async (t) => {
  const off = await observe(0);
  tell(t, 'without dandelion', off);
  const on = await observe(90);
  tell(t, 'with dandelion', on);
  t.diagnostic(`chance: ${((1 / NODES) * 100).toFixed(1)} %`);
  assert.equal(on.toldMore, 0);
  assert.equal(on.givenMore, 0);
  assert.equal(on.stemsAtSpy, 0);
  assert.ok(on.precision < 0.1, String(on.precision));
  assert.ok(off.precision > 2 * on.precision, String(off.precision));
});
