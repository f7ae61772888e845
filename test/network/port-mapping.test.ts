import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { NatPmp } from '../../src/network/port-mapping/nat-pmp.js';
import { Pcp } from '../../src/network/port-mapping/pcp.js';
import { PortMapper } from '../../src/network/port-mapping/port-mapper.js';
import type { PortMappingMethod } from '../../src/network/port-mapping/port-mapping.js';
import { firstAddress, readRoutes } from '../../src/network/port-mapping/routers.js';
import { Upnp } from '../../src/network/port-mapping/upnp.js';
import type { HostPort } from '../../src/network/options.js';
import { nullLog, type Log } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeRouter, type FakeRouterOptions } from '../support/fake-router.js';

const PUBLIC: HostPort = { host: '5.9.1.1', port: 8444 };

interface Scene {
  readonly router: FakeRouter;
  readonly clock: FakeClock;
  readonly mapper: PortMapper;
  readonly told: (HostPort | undefined)[];
  readonly lines: string[];
  /** Moves the clock in small steps, between which datagrams and answers travel. */
  readonly until: (holds: () => boolean) => Promise<void>;
}

async function start(t: TestContext, options: FakeRouterOptions): Promise<Scene> {
  const router = await FakeRouter.start(options);
  t.after(() => router.stop());
  const clock = new FakeClock();
  const told: (HostPort | undefined)[] = [];
  const lines: string[] = [];
  const line = (...args: unknown[]): void => void lines.push(String(args[1]));
  const log: Log = { ...nullLog, info: line, warn: line };
  const mapper = new PortMapper({
    clock,
    log,
    wanted: () => ({ port: 8444, externalPort: 8444 }),
    changed: (external) => void told.push(external),
    methods: () =>
      Promise.resolve<PortMappingMethod[]>([
        new Pcp(router.address, clock),
        new NatPmp(router.address, clock),
        new Upnp(clock, router.searchAddress),
      ]),
  });
  const until = async (holds: () => boolean): Promise<void> => {
    for (let step = 0; step < 4_000; step++) {
      if (holds()) return;
      await clock.advance(50);
      // Datagrams and connections are real: they need real time, whatever the clock says.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.fail('it did not come about');
  };
  t.after(() => mapper.stop());
  mapper.start();
  return { router, clock, mapper, told, lines, until };
}

const CASES: [string, FakeRouterOptions][] = [
  ['PCP', { pcp: true, natPmp: true, upnp: true }],
  ['NAT-PMP', { natPmp: true, upnp: true }],
  ['UPnP', { upnp: true }],
];

describe('port forwarding', () => {
  for (const [name, options] of CASES) {
    it(`by ${name}: made, renewed after half the time, removed at the end`, async (t) => {
      const { router, clock, mapper, told, lines, until } = await start(t, options);
      await until(() => told.length === 1);
      assert.deepEqual(told, [PUBLIC]);
      const [forwarding] = router.forwardings;
      assert.deepEqual(forwarding, {
        by: name,
        externalPort: 8444,
        internalPort: 8444,
        internalHost: '127.0.0.1',
        lifetimeS: 3_600,
      });
      assert.deepEqual(lines, ['the router forwards the port']);
      const asked = router.asked.length;
      await clock.advance(1_790_000);
      assert.equal(router.asked.length, asked);
      await until(() => told.length === 2);
      assert.deepEqual(told[1], PUBLIC);
      assert.ok(router.asked.length > asked);
      assert.equal(lines.length, 1, 'a renewal is not news');
      await mapper.stop();
      assert.deepEqual(router.forwardings, []);
    });
  }

  it('takes the port that the router gives when the wanted one is taken', async (t) => {
    for (const options of [{ pcp: true }, { natPmp: true }, { upnp: true }]) {
      const { router, told, until } = await start(t, { ...options, taken: [8444] });
      await until(() => told.length === 1);
      assert.equal(told[0]?.port, router.forwardings[0]?.externalPort);
      assert.notEqual(told[0]?.port, 8444);
    }
  });

  it('asks again when datagrams get lost', async (t) => {
    const { router, told, until } = await start(t, { pcp: true, lost: 3 });
    await until(() => told.length === 1);
    assert.deepEqual(told, [PUBLIC]);
    assert.deepEqual(router.asked, ['PCP', 'PCP', 'PCP', 'PCP']);
  });

  it('takes a lease without end where there is no other', async (t) => {
    const { router, mapper, told, until } = await start(t, { upnp: true, permanentLeases: true });
    await until(() => told.length === 1);
    assert.equal(router.forwardings.length, 1);
    await mapper.stop();
    assert.equal(router.forwardings.length, 0);
  });

  it('says when the router is behind another one', async (t) => {
    const { told, lines, until } = await start(t, { pcp: true, externalHost: '100.64.3.4' });
    await until(() => told.length === 1);
    assert.deepEqual(lines, ['the router forwards the port, but has no public address']);
  });

  it('without a router: one line, and again after ten minutes', async (t) => {
    const { router, clock, told, lines, until } = await start(t, {});
    await until(() => told.length === 1);
    assert.deepEqual(told, [undefined]);
    assert.deepEqual(lines, ['no router forwards the port: others cannot connect to us']);
    const asked = router.asked.length;
    await clock.advance(590_000);
    assert.equal(router.asked.length, asked);
    await until(() => told.length === 2);
    assert.equal(lines.length, 1);
  });

  it('stops in the middle of asking', async (t) => {
    const { mapper, router, told, until } = await start(t, {});
    await until(() => router.asked.length > 0);
    await mapper.stop();
    assert.deepEqual(told, []);
  });

  const GARBAGE: [string, Uint8Array][] = [
    ['nothing', new Uint8Array(0)],
    ['one byte', new Uint8Array(1)],
    ['half an answer of PCP', new Uint8Array([2, 0x81, 0, 0, 0, 0, 14, 16, 0])],
    ['half an answer of NAT-PMP', new Uint8Array([0, 0x80, 0, 0, 0, 0])],
    ['a refusal', new Uint8Array([2, 0x81, 0, 2])],
    ['an answer to somebody else', new Uint8Array(60).fill(2, 0, 1).fill(0x81, 1, 2)],
    ['much', new Uint8Array(1_400).fill(0xaa)],
  ];
  for (const [name, garbage] of GARBAGE) {
    it(`survives ${name} as an answer`, async (t) => {
      const { told, until } = await start(t, { garbage });
      await until(() => told.length === 1);
      assert.deepEqual(told, [undefined]);
    });
  }

  const DESCRIPTIONS: [string, FakeRouterOptions][] = [
    ['a description elsewhere', { location: 'http://127.0.0.2:80/root.xml' }],
    ['a description at a public host', { location: 'http://5.9.1.1/root.xml' }],
    ['one by another protocol', { location: 'file:///etc/passwd' }],
    ['one that is none', { location: 'nonsense' }],
    ['no XML', { description: '<root><device>' }],
    ['entities', { description: '<!DOCTYPE r [<!ENTITY a "b">]><root>&a;</root>' }],
    ['endless text', { description: `<root>${'x'.repeat(1_000_000)}</root>` }],
    [
      'a control address of somebody else',
      {
        description:
          '<root><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>' +
          '<controlURL>http://127.0.0.2:1/x</controlURL></service></root>',
      },
    ],
  ];
  for (const [name, options] of DESCRIPTIONS) {
    it(`does not follow a UPnP router with ${name}`, async (t) => {
      const { router, told, until } = await start(t, { upnp: true, ...options });
      await until(() => told.length === 1);
      assert.deepEqual(told, [undefined]);
      assert.ok(router.asked.every((one) => !one.includes('PortMapping')));
    });
  }
});

describe('finding the router', () => {
  it('reads the default routes of Linux', () => {
    const table =
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n' +
      'eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\n' +
      'eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\n' +
      'tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\n';
    assert.deepEqual(readRoutes(table), ['192.168.1.1']);
    assert.deepEqual(readRoutes('nonsense\n\n'), []);
  });

  it('takes the first address of a network otherwise', () => {
    assert.equal(firstAddress('192.168.178.23', '255.255.255.0'), '192.168.178.1');
    assert.equal(firstAddress('10.3.7.9', '255.255.0.0'), '10.3.0.1');
  });
});
