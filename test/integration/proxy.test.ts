/** Mail between two real processes, one of which reaches the other through a proxy only. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import {
  createPetrelNetwork,
  STEP_LIMIT_MS,
  untilConnected,
  untilInbox,
  untilStatus,
  type PetrelNetwork,
} from '../support/petrel-network.js';
import { freePort } from '../support/free-port.js';
import type { PetrelProcess } from '../support/petrel-process.js';
import { SocksProxy } from '../support/socks-proxy.js';
import { until } from '../support/until.js';

const LOGIN = { user: 'anna-at-proxy', password: 'known to the proxy only' };
/** A name that only the proxy knows. */
const B_NAME = 'b.example';

describe('A behind a SOCKS5 proxy with a login, B an onion service', { timeout: 600_000 }, () => {
  const onionOfB = `${'a'.repeat(51)}m2dqd.onion`;
  let network: PetrelNetwork;
  let proxy: SocksProxy;
  let a: PetrelProcess;
  let b: PetrelProcess;
  let addressA = '';
  let addressB = '';

  function proxySettings(port: number, more: Record<string, string> = {}): Record<string, string> {
    const settings: Record<string, string> = {
      socksproxytype: 'SOCKS5',
      sockshostname: 'localhost',
      socksport: String(port),
      socksauthentication: 'true',
      socksusername: LOGIN.user,
      sockspassword: LOGIN.password,
      ...more,
    };
    return Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [`bitmessagesettings.${name}`, value]),
    );
  }

  before(async () => {
    network = createPetrelNetwork();
    const portOfB = await freePort();
    proxy = await SocksProxy.start({
      login: LOGIN,
      portFor: ({ host }) => ([B_NAME, onionOfB].includes(host) ? portOfB : undefined),
    });
    b = await network.start('b', [], {
      port: portOfB,
      settings: proxySettings(await freePort(), { onionhostname: onionOfB, onionport: '8555' }),
    });
    a = await network.start('a', [], {
      trustedPeers: [`${B_NAME}:8444`],
      settings: proxySettings(proxy.port),
    });
    await untilConnected(a, 1);
    addressA = await a.createAddress('Anna');
    addressB = await b.createAddress('Bert');
  });

  after(async () => {
    await network.close();
    await proxy.stop();
  });

  it('delivers a message and its acknowledgement', async () => {
    const ackData = await a.send(addressB, addressA, 'through the proxy', 'hello');
    await untilInbox(b, 'through the proxy');
    await untilStatus(a, ackData, 'ackreceived');
    for (const request of proxy.requests) {
      assert.deepEqual(request, { kind: 'SOCKS5', ...LOGIN, host: B_NAME, port: 8444 });
    }
    assert.ok(proxy.requests.length > 0);
  });

  it('says at the start what goes where, and that nothing is listened on', async () => {
    const line = `proxy: everything through SOCKS5 localhost:${proxy.port}; nothing past it, no look-ups, not listening`;
    assert.ok(a.output.includes(line), a.output);
    assert.match(a.output, /^ready: API \S+, not listening$/m);
    const refused = await new Promise<string | undefined>((resolve) => {
      const socket = connect(a.port, '127.0.0.1', () => resolve('connected'));
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    });
    assert.equal(refused, 'ECONNREFUSED');
    assert.match(b.output, new RegExp(`^onion service: ${onionOfB}:8555$`, 'm'));
  });

  it('shows the login to nobody', () => {
    for (const secret of [LOGIN.user, LOGIN.password]) {
      assert.equal(a.output.includes(secret), false);
    }
  });

  it('learns where B is from its announcement', async () => {
    await until('the onion service of B', STEP_LIMIT_MS, () =>
      /8555.*node named by an object/.test(a.output) ? true : undefined,
    );
    await a.stop();
    const store = await openStore(
      { dataDir: join(network.path, 'a') },
      { log: nullLog, clock: systemClock },
    );
    const known = (await store.nodes.list()).map(({ host, port }) => `${host}:${port}`);
    await store.close();
    assert.ok(known.includes(`${onionOfB}:8555`), known.join());
    assert.equal(known.includes(`${B_NAME}:8444`), false);
    const again = await network.start('a', [], {
      trustedPeers: [`${onionOfB}:8555`],
      settings: proxySettings(proxy.port, { onionservicesonly: 'true' }),
    });
    await untilConnected(again, 1);
    assert.deepEqual(proxy.requests.at(-1)?.host, onionOfB);
  });

  it('goes on by itself when the proxy was away, and says once what to do', async () => {
    const { port } = proxy;
    await proxy.stop();
    const c = await network.start('c', [], {
      trustedPeers: [`${B_NAME}:8444`],
      settings: proxySettings(port),
    });
    await until('a warning', STEP_LIMIT_MS, () =>
      c.output.includes('the proxy does not work') ? true : undefined,
    );
    assert.match(c.output, /start it, or correct host and port of the proxy/);
    proxy = await SocksProxy.start({ login: LOGIN, portFor: () => b.port }, port);
    await untilConnected(c, 1);
    assert.equal(c.output.split('the proxy does not work').length, 2);
    assert.match(c.output, /the proxy works again/);
  });
});
