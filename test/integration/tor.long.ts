/** Two Petrels that know each other as onion services only, in a Tor network of their own. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { PROXY_DIAL_MS } from '../../src/network/limits.js';
import { ProxyDialer } from '../../src/network/proxy/proxy-dialer.js';
import type { ProxyEndpoint } from '../../src/network/proxy/proxy-routes.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { Secret } from '../../src/util/secret.js';
import { skippedWithout } from '../support/debian-program.js';
import { freePort } from '../support/free-port.js';
import {
  createPetrelNetwork,
  untilInbox,
  untilStatus,
  type PetrelNetwork,
} from '../support/petrel-network.js';
import type { PetrelProcess, PetrelProcessOptions } from '../support/petrel-process.js';
import {
  circuitsOf,
  startPrivateTor,
  type PrivateTor,
  type TorClient,
} from '../support/private-tor.js';
import { until } from '../support/until.js';

/** Circuits are built, descriptors of onion services travel. */
const TOR_LIMIT_MS = 120_000;

const skip = skippedWithout('tor', 'tor-gencert');

describe('two Petrels through Tor', { skip, timeout: 600_000 }, () => {
  let tor: PrivateTor;
  let network: PetrelNetwork;
  let a: PetrelProcess;
  let b: PetrelProcess;
  let torOfA: TorClient;
  let torOfB: TorClient;

  function options(
    { socksPort, onionHost }: TorClient,
    port: number,
  ): Partial<PetrelProcessOptions> {
    return {
      port,
      settings: {
        'bitmessagesettings.socksproxytype': 'SOCKS5',
        'bitmessagesettings.socksport': String(socksPort),
        'bitmessagesettings.onionservicesonly': 'true',
        'bitmessagesettings.onionhostname': onionHost,
      },
    };
  }

  before(async () => {
    tor = await startPrivateTor();
    network = createPetrelNetwork();
    const [portA, portB] = [await freePort(), await freePort()];
    [torOfA, torOfB] = await Promise.all([tor.client('a', portA), tor.client('b', portB)]);
    b = await network.start('b', [], options(torOfB, portB));
    const toB = { trustedPeers: [`${torOfB.onionHost}:8444`] };
    a = await network.start('a', [], { ...options(torOfA, portA), ...toB });
  });

  after(async () => {
    await network.close();
    await tor.stop();
  });

  it('connect, and see no address of each other', async () => {
    await until('a connection through Tor', TOR_LIMIT_MS, async () => {
      const { inbound } = (await b.call('listConnections')) as { inbound: unknown[] };
      return inbound.length > 0 ? true : undefined;
    });
    const { outbound } = (await a.call('listConnections')) as { outbound: { host: string }[] };
    assert.deepEqual(
      outbound.map(({ host }) => host),
      [torOfB.onionHost],
    );
    assert.match(a.output, /onion services only; nothing past it, no look-ups, listening on 127/);
    assert.match(a.output, new RegExp(`onion service: ${torOfA.onionHost}:8444`));
  });

  for (const kind of ['SOCKS5', 'SOCKS4a'] as const) {
    it(`get a circuit for each connection by ${kind}, and one for all with a fixed login`, async () => {
      const before = new Set(await circuitsOf(torOfB));
      const open = async (login: ProxyEndpoint['login']): Promise<string[]> => {
        const proxy = { kind, host: '127.0.0.1', port: torOfB.socksPort, login };
        const routes = { clear: undefined, onion: proxy, onionOnly: true };
        const dialer = new ProxyDialer(routes, { clock: systemClock, log: nullLog });
        const target = { host: torOfA.onionHost, port: 8444 };
        const sockets: Socket[] = [];
        for (let count = 0; count < 3; count++) {
          const socket = await until('a connection', TOR_LIMIT_MS, () =>
            dialer.dial(target, PROXY_DIAL_MS, new AbortController().signal).catch(() => undefined),
          );
          sockets.push(socket.on('error', () => undefined));
        }
        const circuits = (await circuitsOf(torOfB)).filter((circuit) => !before.has(circuit));
        for (const socket of sockets) socket.destroy();
        for (const circuit of circuits) before.add(circuit);
        return circuits;
      };
      const random = await open(undefined);
      assert.equal(new Set(random).size, 3, random.join());
      const fixed = await open({ user: 'user', password: new Secret('password') });
      assert.equal(new Set(fixed).size, 1, fixed.join());
    });
  }

  it('deliver a message and its acknowledgement', async () => {
    const from = await a.createAddress('Anna');
    const to = await b.createAddress('Bert');
    const ackData = await a.send(to, from, 'through Tor', 'hello');
    await untilInbox(b, 'through Tor');
    await untilStatus(a, ackData, 'ackreceived');
  });
});
