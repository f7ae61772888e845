import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { Connection } from '../../src/network/connection.js';
import { HANDSHAKE_TIMEOUT_MS } from '../../src/network/limits.js';
import { LocalPeers } from '../../src/network/local-peers.js';
import { NodeBook } from '../../src/network/node-book.js';
import {
  NETWORK_DEFAULTS,
  hostPortKey,
  type HostPort,
  type NetworkOptions,
} from '../../src/network/options.js';
import { Outbound } from '../../src/network/outbound.js';
import { PortChecks } from '../../src/network/port-checks.js';
import { Pool } from '../../src/network/pool.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';

/** As much of a connection as dialling looks at. */
class FakeConnection {
  readonly id: number;
  readonly inbound: boolean;
  readonly remote: HostPort;
  readonly trusted: boolean;
  readonly services = 9n;
  established = false;
  wasEstablished = false;
  closedFor: string | undefined;

  constructor(id: number, remote: HostPort, trusted: boolean, inbound = false) {
    this.id = id;
    this.remote = remote;
    this.trusted = trusted;
    this.inbound = inbound;
  }

  close(reason: string): void {
    this.closedFor = reason;
  }

  get real(): Connection {
    return this as unknown as Connection;
  }
}

interface Setup {
  readonly clock: FakeClock;
  readonly outbound: Outbound;
  readonly pool: Pool;
  readonly book: NodeBook;
  readonly localPeers: LocalPeers;
  readonly dialled: string[];
  readonly connections: FakeConnection[];
  establish(connection: FakeConnection): void;
  close(connection: FakeConnection): void;
}

function create(
  options: Partial<NetworkOptions>,
  {
    answers = true,
    refused = '',
    bootstrapNames = [],
  }: { answers?: boolean; refused?: string; bootstrapNames?: HostPort[] } = {},
): Setup {
  const clock = new FakeClock();
  const all = { ...NETWORK_DEFAULTS, ...options };
  const pool = new Pool(all);
  const book = new NodeBook(1_000, clock);
  const localPeers = new LocalPeers(clock);
  const dialled: string[] = [];
  const connections: FakeConnection[] = [];
  const portChecks = new PortChecks();
  const outbound = new Outbound(all, {
    pool,
    portChecks,
    book,
    localPeers,
    clock,
    log: nullLog,
    bootstrapNames,
    isRefused: ({ host }) => host === refused,
    dialer: {
      reach: () => 'now',
      timeoutMs: () => HANDSHAKE_TIMEOUT_MS,
      dial: (target) => {
        dialled.push(hostPortKey(target));
        return answers ? Promise.resolve(new Socket()) : Promise.reject(new Error('refused'));
      },
    },
    adopt: (_, target, trusted) => {
      const connection = new FakeConnection(connections.length + 1, target, trusted);
      connections.push(connection);
      pool.add(connection.real);
      return connection.real;
    },
  });
  return {
    clock,
    outbound,
    pool,
    book,
    localPeers,
    dialled,
    connections,
    establish(connection) {
      connection.established = true;
      connection.wasEstablished = true;
      outbound.established(connection.real);
    },
    close(connection) {
      connection.established = false;
      pool.remove(connection.real);
      outbound.closed(connection.real);
    },
  };
}

function fillBook({ book, clock }: Setup, hosts: readonly string[]): void {
  book.load(
    hosts.map((host) => ({
      host,
      port: 8444,
      stream: 1,
      services: 1n,
      lastSeenS: clock.nowS(),
      rating: 1,
      self: false,
    })),
  );
}

const MANY = Array.from({ length: 100 }, (_, index) => `5.${index}.0.1`);

describe('dialling', () => {
  it('starts at most four dials per missing connection and no more when there are enough', async () => {
    const setup = create({ maxOutbound: 2 });
    fillBook(setup, MANY);
    setup.outbound.start();
    await setup.clock.advance(10_000);
    assert.equal(setup.dialled.length, 8);
    const [a, b, c] = setup.connections;
    assert.ok(a && b && c);
    setup.establish(a);
    setup.establish(b);
    await setup.clock.advance(10_000);
    assert.equal(setup.dialled.length, 8);
    setup.establish(c);
    assert.equal(c.closedFor, 'enough outbound connections');
    assert.equal(setup.book.get(a.remote)?.rating, 1);
    setup.outbound.stop();
  });

  it('dials one node per network group', async () => {
    const setup = create({});
    fillBook(setup, ['5.9.0.1', '5.9.0.2', '5.9.1.3', '5.8.0.1']);
    setup.outbound.start();
    await setup.clock.advance(10_000);
    const groups = setup.dialled.map((target) => target.slice(0, 3)).sort();
    assert.deepEqual(groups, ['5.8', '5.9']);
    setup.outbound.stop();
  });

  it('dials nobody who is connected inbound or refused', async () => {
    const setup = create({}, { refused: '5.9.0.1' });
    fillBook(setup, ['5.9.0.1', '5.8.0.1']);
    const remote = { host: '5.8.0.1', port: 50_000 };
    setup.pool.add(new FakeConnection(99, remote, false, true).real);
    setup.outbound.start();
    await setup.clock.advance(10_000);
    assert.deepEqual(setup.dialled, []);
    setup.outbound.stop();
  });

  it('dials the anchors of the last run first, then random nodes', async () => {
    const setup = create({ maxOutbound: 1 });
    fillBook(setup, [...MANY, '7.1.1.1', '8.1.1.1', '9.1.1.1']);
    const anchors = ['7.1.1.1', '8.1.1.1', '9.1.1.1'].map((host) => ({ host, port: 8444 }));
    setup.book.setAnchors(anchors);
    const known = setup.book.anchors();
    assert.ok(known.length > 0);
    setup.outbound.start();
    await setup.clock.advance(0);
    assert.deepEqual(setup.dialled.slice(0, known.length).sort(), known.map(hostPortKey).sort());
    assert.equal(setup.dialled.length, 4);
    setup.outbound.stop();
  });

  it('dials one peer of the local network besides others, once per announcement', async () => {
    const setup = create({ maxOutbound: 2 });
    fillBook(setup, MANY);
    for (const last of [1, 2, 3]) setup.localPeers.add({ host: `10.0.0.${last}`, port: 8444 });
    setup.outbound.start();
    await setup.clock.advance(20_000);
    assert.equal(setup.dialled.length, 8);
    assert.ok(setup.dialled.filter((target) => target.startsWith('10.')).length <= 1);
    setup.outbound.stop();
    const alone = create({});
    alone.localPeers.add({ host: '10.0.0.1', port: 8444 });
    alone.outbound.start();
    await alone.clock.advance(60_000);
    assert.deepEqual(alone.dialled, ['10.0.0.1 8444']);
    alone.outbound.stop();
  });

  describe('bootstrap by name', () => {
    const names = [
      { host: 'one.example', port: 1 },
      { host: 'two.example', port: 2 },
    ];

    it('asks one node at a time while none is known, for its addresses only', async () => {
      const setup = create({}, { bootstrapNames: names });
      setup.outbound.start();
      await setup.clock.advance(10_000);
      assert.equal(setup.dialled.length, 1);
      const [connection] = setup.connections;
      assert.ok(connection);
      setup.establish(connection);
      assert.equal(setup.book.size, 0, 'a name is no node');
      fillBook(setup, ['5.9.0.1']);
      setup.outbound.gotAddresses(connection.real);
      assert.equal(connection.closedFor, 'thanks for bootstrapping');
      setup.close(connection);
      await setup.clock.advance(10_000);
      assert.deepEqual(setup.dialled.slice(1), ['5.9.0.1 8444']);
      setup.outbound.stop();
    });

    it('does not wait for one that tells nothing', async () => {
      const setup = create({}, { bootstrapNames: names });
      setup.outbound.start();
      await setup.clock.advance(0);
      const [connection] = setup.connections;
      assert.ok(connection);
      setup.establish(connection);
      await setup.clock.advance(60_000);
      assert.match(connection.closedFor ?? '', /no addresses/);
      setup.outbound.stop();
    });

    it('tries the other name when one fails, and both less and less often', async () => {
      const setup = create({}, { bootstrapNames: names, answers: false });
      setup.outbound.start();
      await setup.clock.advance(50_000);
      assert.deepEqual([...setup.dialled].sort(), names.map(hostPortKey));
      await setup.clock.advance(3_600_000);
      assert.ok(setup.dialled.length <= 14, String(setup.dialled.length));
      setup.outbound.stop();
    });
  });

  it('waits longer after each failure and rates the node down', async () => {
    const setup = create({}, { answers: false });
    fillBook(setup, ['5.9.0.1']);
    setup.outbound.start();
    await setup.clock.advance(59_000);
    assert.equal(setup.dialled.length, 1);
    assert.equal(setup.book.get({ host: '5.9.0.1', port: 8444 })?.rating, 0.9);
    // With a lower rating the choice itself takes more than one try.
    await setup.clock.advance(119_000);
    assert.equal(setup.dialled.length, 2);
    setup.outbound.stop();
  });

  it('redials a trusted peer after 1, 2, 5, 10, 20, 30, 60, 60 s', async () => {
    const trustedPeers = [{ host: '127.0.0.1', port: 1 }];
    const setup = create({ trustedPeers }, { answers: false });
    setup.outbound.start();
    await setup.clock.advance(0);
    let count = 1;
    for (const seconds of [1, 2, 5, 10, 20, 30, 60, 60]) {
      await setup.clock.advance(seconds * 1_000 - 1);
      assert.equal(setup.dialled.length, count);
      await setup.clock.advance(1);
      assert.equal(setup.dialled.length, ++count);
    }
    setup.outbound.stop();
    await setup.clock.advance(600_000);
    assert.equal(setup.dialled.length, count);
  });

  it('redials a trusted peer that was lost after one second, and nobody else ever', async () => {
    const trustedPeers = [
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.1', port: 2 },
    ];
    const setup = create({ trustedPeers, maxOutbound: 1 });
    fillBook(setup, MANY);
    setup.outbound.start();
    await setup.clock.advance(0);
    const [one, two] = setup.connections;
    assert.ok(one && two);
    setup.establish(one);
    setup.establish(two);
    assert.equal(two.closedFor, undefined, 'trusted peers are never too many');
    setup.close(one);
    await setup.clock.advance(1_000);
    assert.deepEqual(setup.dialled, ['127.0.0.1 1', '127.0.0.1 2', '127.0.0.1 1']);
    setup.outbound.stop();
  });

  for (const options of [{ offline: true }, { sendOutgoing: false }]) {
    it(`dials nobody with ${JSON.stringify(options)}`, async () => {
      const setup = create(options);
      fillBook(setup, MANY);
      setup.outbound.start();
      await setup.clock.advance(60_000);
      assert.deepEqual(setup.dialled, []);
    });
  }

  it('dials trusted peers even when offline, not without outgoing connections', async () => {
    const trustedPeers = [{ host: '127.0.0.1', port: 1 }];
    const offline = create({ trustedPeers, offline: true });
    offline.outbound.start();
    await offline.clock.advance(0);
    assert.equal(offline.dialled.length, 1);
    const none = create({ trustedPeers, sendOutgoing: false });
    none.outbound.start();
    await none.clock.advance(60_000);
    assert.equal(none.dialled.length, 0);
  });
});
