/** What must not leave the machine: names, broadcasts, questions to the router. */
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { syncBuiltinESMExports } from 'node:module';
import { describe, it } from 'node:test';
import type { Dialer } from '../../src/network/dial.js';
import { LocalDiscovery } from '../../src/network/local-discovery.js';
import { LocalPeers } from '../../src/network/local-peers.js';
import { Network } from '../../src/network/network.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryInventory, MemoryNodeStore } from '../support/memory-inventory.js';

const HOUR_MS = 3_600_000;
const TRUSTED = { host: '127.0.0.1', port: 1 };

/** Options, and the hosts that may be dialled all the same. */
const QUIET: [string, Partial<NetworkOptions>, (host: string) => boolean][] = [
  ['offline', { offline: true }, () => false],
  ['offline with a trusted peer', { offline: true, trustedPeers: [TRUSTED] }, isTrusted],
  ['with a trusted peer', { trustedPeers: [TRUSTED], upnp: false }, isTrusted],
  ['with a proxy', { proxied: true }, () => true],
  ['without outgoing connections', { sendOutgoing: false, udp: false, upnp: false }, () => false],
];

function isTrusted(host: string): boolean {
  return host === TRUSTED.host;
}

/** Calls `run` whenever anybody makes a datagram socket, until the function returned is called. */
function onDatagramSocket(run: () => void): () => void {
  const original = dgram.createSocket;
  dgram.createSocket = ((...args: Parameters<typeof original>) => {
    run();
    return original(...args);
  }) as typeof original;
  syncBuiltinESMExports();
  return () => {
    dgram.createSocket = original;
    syncBuiltinESMExports();
  };
}

describe('a node that is to be quiet', () => {
  it('would be noticed: making a datagram socket is', async () => {
    let made = 0;
    const stop = onDatagramSocket(() => made++);
    const peers = new LocalPeers(new FakeClock());
    const options = { streams: [1], bindHosts: ['127.0.0.1'], broadcastHost: '127.0.0.1', port: 0 };
    const local = new LocalDiscovery(options, {
      peers,
      clock: new FakeClock(),
      log: nullLog,
      listeningPort: () => undefined,
    });
    await local.start();
    stop();
    await local.stop();
    assert.equal(made, 1);
  });

  for (const [name, options, mayDial] of QUIET) {
    it(`resolves nothing, sends no datagram, dials nobody else: ${name}`, async (t) => {
      const dialled: string[] = [];
      const dialer: Dialer = {
        reach: () => 'now',
        timeoutMs: () => 1_000,
        dial: ({ host }) => {
          dialled.push(host);
          return Promise.reject(new Error('unreachable'));
        },
      };
      const clock = new FakeClock();
      let datagramSockets = 0;
      t.after(onDatagramSocket(() => datagramSockets++));
      const network = new Network(
        { bindHosts: ['127.0.0.1'], port: 0, udp: true, upnp: true, ...options },
        {
          inventory: new MemoryInventory(),
          nodes: new MemoryNodeStore(),
          log: nullLog,
          clock,
          dialer,
          bootstrap: () => assert.fail('a name is looked up'),
        },
      );
      t.after(() => network.stop());
      await network.start();
      await clock.advance(HOUR_MS);
      assert.equal(datagramSockets, 0);
      assert.deepEqual(
        dialled.filter((host) => !mayDial(host)),
        [],
      );
    });
  }
});
