import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { discoveryPolicy, type DiscoveryPolicy } from '../../src/network/discovery-policy.js';
import { NETWORK_DEFAULTS, type NetworkOptions } from '../../src/network/options.js';

const ALL: DiscoveryPolicy = {
  bootstraps: true,
  resolvesNames: true,
  usesLocalNetwork: true,
  mapsPort: true,
  announcesAddress: true,
};

const CASES: [Partial<NetworkOptions>, Partial<DiscoveryPolicy>][] = [
  [{}, {}],
  [
    { udp: false, upnp: false },
    { usesLocalNetwork: false, mapsPort: false },
  ],
  [
    { offline: true },
    { bootstraps: false, resolvesNames: false, usesLocalNetwork: false, mapsPort: false },
  ],
  [
    { trustedPeers: [{ host: '127.0.0.1', port: 1 }] },
    { bootstraps: false, resolvesNames: false, usesLocalNetwork: false },
  ],
  [
    { proxied: true },
    { resolvesNames: false, usesLocalNetwork: false, mapsPort: false, announcesAddress: false },
  ],
  [{ sendOutgoing: false }, { bootstraps: false, resolvesNames: false }],
  [{ listen: false }, { mapsPort: false, announcesAddress: false }],
];

describe('discovery policy', () => {
  for (const [changes, expected] of CASES) {
    it(`with ${JSON.stringify(changes)}`, () => {
      const options = { ...NETWORK_DEFAULTS, udp: true, upnp: true, ...changes };
      assert.deepEqual(discoveryPolicy(options), { ...ALL, ...expected });
    });
  }

  it('is quiet by default on the local network and towards the router', () => {
    const { usesLocalNetwork, mapsPort } = discoveryPolicy(NETWORK_DEFAULTS);
    assert.ok(!usesLocalNetwork && !mapsPort);
  });
});
