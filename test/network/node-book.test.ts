import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { DEFAULT_NODES } from '../../src/network/default-nodes.js';
import type { KnownNode } from '../../src/network/known-node.js';
import { NodeBook } from '../../src/network/node-book.js';
import { NodeKeeper } from '../../src/network/node-keeper.js';
import { nullLog } from '../../src/util/log.js';
import type { AddrEntry } from '../../src/wire/addr.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryNodeStore } from '../support/memory-inventory.js';

const DAY_S = 86_400;

/** Network group of whoever tells. */
const SOURCE = '0509';

function create(maxNodes = 20_000): [NodeBook, FakeClock] {
  const clock = new FakeClock();
  return [new NodeBook(maxNodes, clock), clock];
}

function entry(clock: FakeClock, changes: Partial<AddrEntry> = {}): AddrEntry {
  const timeS = clock.nowS() - 60;
  return { timeS, stream: 1, services: 1n, host: '5.9.1.2', port: 8444, ...changes };
}

function node(clock: FakeClock, changes: Partial<KnownNode> = {}): KnownNode {
  const lastSeenS = clock.nowS() - 60;
  return {
    host: '5.9.1.2',
    port: 8444,
    stream: 1,
    services: 1n,
    lastSeenS,
    rating: 0,
    self: false,
    ...changes,
  };
}

describe('node book', () => {
  const LEARNED: [string, (nowS: number) => Partial<AddrEntry>, boolean][] = [
    ['a public IPv4 address', () => ({}), true],
    ['a public IPv6 address', () => ({ host: '2a01:4f8::1' }), true],
    ['an address seen a second ago', (nowS) => ({ timeS: nowS - 1 }), true],
    ['an address seen now', (nowS) => ({ timeS: nowS }), false],
    ['an address seen in the future', (nowS) => ({ timeS: nowS + 1 }), false],
    ['an address seen almost three hours ago', (nowS) => ({ timeS: nowS - 10_799 }), true],
    ['an address seen three hours ago', (nowS) => ({ timeS: nowS - 10_800 }), false],
    ['a private address', () => ({ host: '192.168.1.1' }), false],
    ['a loopback address', () => ({ host: '127.0.0.1' }), false],
    ['an onion name', () => ({ host: 'quzwelsuziwqgpt2.onion' }), false],
    ['port 0', () => ({ port: 0 }), false],
    ['another stream', () => ({ stream: 2 }), false],
  ];
  for (const [name, changes, keeps] of LEARNED) {
    it(`${keeps ? 'learns' : 'ignores'} ${name}`, () => {
      const [book, clock] = create();
      assert.equal(book.learn(entry(clock, changes(clock.nowS())), [1], SOURCE), keeps);
      assert.equal(book.size, keeps ? 1 : 0);
    });
  }

  it('raises the time of a known node and never lowers it', () => {
    const [book, clock] = create();
    const nowS = clock.nowS();
    for (const ageS of [100, 50, 200])
      book.learn(entry(clock, { timeS: nowS - ageS }), [1], SOURCE);
    assert.deepEqual(
      book.list().map(({ lastSeenS }) => lastSeenS),
      [nowS - 50],
    );
  });

  it('rates by steps of 0.1 between -1 and 1', () => {
    const [book, clock] = create();
    const address = { host: '5.9.1.2', port: 8444 };
    book.connected(address, 1, 11n);
    assert.deepEqual(book.get(address), {
      ...node(clock),
      services: 11n,
      rating: 0.1,
      lastSeenS: clock.nowS(),
    });
    for (let times = 0; times < 20; times++) book.connected(address, 1, 11n);
    assert.equal(book.get(address)?.rating, 1);
    for (let times = 0; times < 30; times++) book.failed(address);
    assert.equal(book.get(address)?.rating, -1);
  });

  it('does not file addresses that nobody else can use', () => {
    const [book] = create();
    book.connected({ host: '127.0.0.1', port: 8444 }, 1, 1n);
    book.failed({ host: '5.9.1.2', port: 8444 });
    assert.equal(book.size, 0);
  });

  it('chooses good nodes more often, never itself or a private one', () => {
    const [book, clock] = create();
    book.load([
      node(clock, { host: '5.9.1.1', rating: 0 }),
      node(clock, { host: '5.9.1.2', rating: 0.9 }),
      node(clock, { host: '5.9.1.3', rating: -1 }),
      node(clock, { host: '5.9.1.4', rating: 1, self: true }),
      node(clock, { host: '192.168.1.5', rating: 1 }),
    ]);
    const chosen = new Map<string, number>();
    for (let times = 0; times < 2_000; times++) {
      const host = book.choose(() => true)?.host ?? 'nobody';
      chosen.set(host, (chosen.get(host) ?? 0) + 1);
    }
    const of = (host: string): number => chosen.get(host) ?? 0;
    assert.equal(of('5.9.1.4') + of('192.168.1.5'), 0);
    // 10 : 1 : 0.5
    assert.ok(of('5.9.1.2') > 5 * of('5.9.1.1'));
    assert.ok(of('5.9.1.1') > of('5.9.1.3'));
    assert.equal(
      book.choose(() => false),
      undefined,
    );
    assert.equal(
      create()[0].choose(() => true),
      undefined,
    );
  });

  it('tells others only fresh, not badly rated, public nodes of the stream', () => {
    const [book, clock] = create();
    book.load([
      node(clock, { host: '5.9.1.1' }),
      node(clock, { host: '5.9.1.2', rating: -0.1 }),
      node(clock, { host: '5.9.1.3', lastSeenS: clock.nowS() - 10_800 }),
      node(clock, { host: '5.9.1.4', stream: 2 }),
      node(clock, { host: '10.1.1.1' }),
    ]);
    assert.deepEqual(
      book.sample(1, 500).map(({ host }) => host),
      ['5.9.1.1'],
    );
    assert.equal(book.sample(1, 0).length, 0);
  });

  it('forgets old nodes, bad ones sooner, but never the last', () => {
    const [book, clock] = create();
    const nowS = clock.nowS();
    book.load([
      node(clock, { host: '5.9.1.1', lastSeenS: nowS - 28 * DAY_S }),
      node(clock, { host: '5.9.1.2', lastSeenS: nowS - 28 * DAY_S - 1 }),
      node(clock, { host: '5.9.1.3', lastSeenS: nowS - 10_800, rating: -0.5 }),
      node(clock, { host: '5.9.1.4', lastSeenS: nowS - 10_801, rating: -0.5 }),
      node(clock, { host: '5.9.1.5', lastSeenS: nowS - 10_801, rating: -0.4 }),
    ]);
    book.clean();
    const hosts = book.list().map(({ host }) => host);
    assert.deepEqual(hosts.sort(), ['5.9.1.1', '5.9.1.3', '5.9.1.5']);
    const [lonely] = create();
    lonely.load([node(clock, { lastSeenS: 0 })]);
    lonely.clean();
    assert.equal(lonely.size, 1);
  });

  it('keeps proved nodes when it is flooded with new ones', () => {
    const [book, clock] = create(1_000);
    const proved = Array.from({ length: 20 }, (_, index) => `5.${index}.1.1`);
    for (const host of proved) book.connected({ host, port: 8444 }, 1, 1n);
    const before = proved.filter((host) => book.get({ host, port: 8444 }));
    assert.ok(before.length >= 18, 'but for a few that have the same slot');
    for (let count = 0; count < 20_000; count++) {
      const host = `${50 + (count % 100)}.${(count >> 8) % 256}.${count % 256}.7`;
      book.learn(entry(clock, { host, port: 1 + (count >> 4) }), [1], `group ${count % 64}`);
    }
    assert.ok(book.size <= 1_000);
    assert.ok(book.size > 600, 'and yet it is filled');
    for (const host of before) assert.ok(book.get({ host, port: 8444 }));
    let chosen = 0;
    for (let times = 0; times < 2_000; times++) {
      if ((book.choose(() => true)?.rating ?? 0) > 0) chosen++;
    }
    assert.ok(chosen > 800, `half of the choices are proved nodes: ${chosen}`);
  });

  it('takes a limited part of its nodes from one group of peers', () => {
    const [book, clock] = create();
    for (let count = 0; count < 100_000; count++) {
      const host = `${20 + (count % 100)}.${(count >> 7) % 256}.${(count >> 3) % 256}.1`;
      book.learn(entry(clock, { host, port: 1 + (count % 5) }), [1], 'one');
    }
    assert.ok(book.size <= 960, `${book.size} of 20,000`);
    const before = book.size;
    for (let net = 0; net < 200; net++) {
      book.learn(entry(clock, { host: `9.${net}.1.1` }), [1], `other ${net}`);
    }
    assert.ok(book.size > before + 150, 'others are heard');
  });

  it('lets a fresh new node take the place of a stale or failed one only', () => {
    const [book, clock] = create(1); // One slot.
    const first = entry(clock, { host: '5.8.1.1' });
    const second = { host: '5.9.1.1' };
    assert.ok(book.learn(first, [1], SOURCE));
    assert.ok(!book.learn(entry(clock, second), [1], SOURCE));
    book.failed(first);
    assert.ok(book.learn(entry(clock, second), [1], SOURCE));
    assert.deepEqual(
      book.list().map(({ host }) => host),
      [second.host],
    );
  });

  it('fills a part of the proved nodes only from one network', () => {
    const [book] = create();
    for (let count = 0; count < 5_000; count++) {
      const host = `5.9.${count >> 8}.${count % 256}`;
      book.connected({ host, port: 8444 }, 1, 1n);
    }
    assert.ok(book.triedSize <= 192, `${book.triedSize} of 4,992`);
  });

  it('dials back who called, and does not tell others before that succeeds', () => {
    const [book] = create();
    const address = { host: '5.9.1.2', port: 8444 };
    book.calledFrom(address, 1);
    book.calledFrom({ host: '5.9.1.3', port: 0 }, 1);
    book.calledFrom({ host: '10.1.1.1', port: 8444 }, 1);
    assert.equal(book.size, 1);
    assert.equal(book.sample(1, 10).length, 0);
    book.connected(address, 1, 1n);
    assert.equal(book.sample(1, 10).length, 1);
  });

  it('remembers anchors', () => {
    const [book, clock] = create();
    book.load([node(clock), node(clock, { host: '5.8.1.1', anchor: true })]);
    assert.deepEqual(book.anchors(), [{ host: '5.8.1.1', port: 8444 }]);
    book.setAnchors([
      { host: '5.9.1.2', port: 8444 },
      { host: '5.7.1.1', port: 1 },
    ]);
    assert.deepEqual(book.anchors(), [{ host: '5.9.1.2', port: 8444 }]);
    assert.ok(book.takeChanged());
    book.setAnchors([{ host: '5.9.1.2', port: 8444 }]);
    assert.ok(!book.takeChanged());
  });

  it('finds every node after any changes', () => {
    const step = fc.record({ last: fc.nat(20), failures: fc.nat(11), ageS: fc.nat(40_000) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const [book, clock] = create(10);
        for (const { last, failures, ageS } of steps) {
          const host = `5.9.1.${last}`;
          book.learn(entry(clock, { host, timeS: clock.nowS() - ageS }), [1], SOURCE);
          for (let times = 0; times < failures; times++) book.failed({ host, port: 8444 });
          book.clean();
        }
        assert.ok(book.size <= 10);
        for (const known of book.list()) assert.deepEqual(book.get(known), known);
        assert.equal(new Set(book.list().map(({ host }) => host)).size, book.size);
      }),
    );
  });
});

describe('keeper of the node book', () => {
  async function start(
    store: MemoryNodeStore,
    offline: boolean,
    bootstrap?: () => Promise<{ host: string; port: number }[]>,
  ): Promise<[NodeKeeper, FakeClock]> {
    const clock = new FakeClock();
    const keeper = new NodeKeeper(
      { maxNodes: 1_000, stream: 1, bootstraps: !offline },
      { store, clock, log: nullLog, ...(bootstrap && { bootstrap }) },
    );
    await keeper.start();
    return [keeper, clock];
  }

  it('begins with the default nodes, for ten minutes', async () => {
    const [keeper, clock] = await start(new MemoryNodeStore(), false);
    const { size } = keeper.book;
    assert.ok(size > DEFAULT_NODES.length / 2 && size <= DEFAULT_NODES.length);
    await clock.advance(600_000);
    assert.equal(keeper.book.size, size);
    await clock.advance(300_000);
    assert.equal(keeper.book.size, 1, 'the last one stays');
    await keeper.stop();
  });

  it('bootstraps again as long as nobody is known, every five minutes', async () => {
    let asked = 0;
    const [keeper, clock] = await start(new MemoryNodeStore(), false, () => {
      asked++;
      return Promise.resolve(asked < 3 ? [] : [{ host: '5.9.1.1', port: 8080 }]);
    });
    await clock.advance(3_000_000);
    assert.equal(asked, 3);
    await keeper.stop();
  });

  it('knows and asks nobody when offline', async () => {
    const [keeper] = await start(new MemoryNodeStore(), true, () => assert.fail('asked'));
    assert.equal(keeper.book.size, 0);
    await keeper.stop();
  });

  it('takes what the bootstrap finds, and survives its failure', async () => {
    const [found, clock] = await start(new MemoryNodeStore(), false, () =>
      Promise.resolve([{ host: '5.9.1.1', port: 8080 }]),
    );
    await clock.advance(0);
    assert.ok(found.book.get({ host: '5.9.1.1', port: 8080 }));
    const [failed, otherClock] = await start(new MemoryNodeStore(), false, () =>
      Promise.reject(new Error('no DNS')),
    );
    await otherClock.advance(0);
    assert.ok(failed.book.size > 0);
  });

  it('saves the present outbound peers as anchors, those of before when there are none', async () => {
    const store = new MemoryNodeStore();
    const clock = new FakeClock();
    const peers = ['5.1.1.1', '5.2.1.1', '5.3.1.1', '5.4.1.1'].map((host) => ({ host, port: 1 }));
    let outbound = peers;
    const options = { maxNodes: 1_000, stream: 1, bootstraps: false };
    const keeper = new NodeKeeper(options, { store, clock, log: nullLog, anchors: () => outbound });
    await keeper.start();
    for (const peer of peers) keeper.book.connected(peer, 1, 1n);
    await keeper.save();
    outbound = [];
    await keeper.stop();
    const again = new NodeKeeper(options, { store, clock, log: nullLog });
    await again.start();
    const known = peers.slice(0, 3).filter((peer) => again.book.get(peer));
    assert.deepEqual(
      again.book.anchors().sort((a, b) => (a.host < b.host ? -1 : 1)),
      known,
    );
    assert.ok(known.length > 0);
    await again.stop();
  });

  it('saves what changed now and then, and at the end', async () => {
    const store = new MemoryNodeStore();
    const [keeper, clock] = await start(store, true);
    await clock.advance(450_000);
    assert.equal(store.saves, 0);
    keeper.book.connected({ host: '5.9.1.1', port: 8444 }, 1, 11n);
    await clock.advance(450_000);
    assert.equal(store.saves, 1);
    keeper.book.failed({ host: '5.9.1.1', port: 8444 });
    await keeper.stop();
    assert.equal(store.saves, 2);
    const [again] = await start(store, true);
    assert.equal(again.book.get({ host: '5.9.1.1', port: 8444 })?.rating, 0);
    await again.stop();
    assert.equal(store.saves, 2);
  });
});
