import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NETWORK_DEFAULTS, type NetworkOptions } from '../../src/network/options.js';
import { OwnAddresses } from '../../src/network/own-addresses.js';
import { FakeClock } from '../support/fake-clock.js';

function create(changes: Partial<NetworkOptions> = {}): {
  own: OwnAddresses;
  clock: FakeClock;
  facts: { isReachable: boolean };
} {
  const clock = new FakeClock();
  const facts = { isReachable: true };
  const own = new OwnAddresses(
    { ...NETWORK_DEFAULTS, ...changes },
    { clock, listeningPort: () => 8444, isReachable: () => facts.isReachable },
  );
  return { own, clock, facts };
}

const PEERS = ['5.1.1.1', '5.2.1.1', '5.3.1.1'];
const SEEN = { host: '9.9.9.9', port: 8444 };

describe('own addresses', () => {
  it('believe what outbound peers of three networks see, for a day', async () => {
    const { own, clock } = create();
    own.peerSaw(SEEN.host, '5.1.1.1');
    own.peerSaw(SEEN.host, '5.1.2.2'); // The same network.
    own.peerSaw(SEEN.host, '5.2.1.1');
    assert.deepEqual(own.toAnnounce(), []);
    own.peerSaw(SEEN.host, '5.3.1.1');
    assert.deepEqual(own.toAnnounce(), [SEEN]);
    assert.ok(own.isOwn(SEEN));
    await clock.advance(86_400_000);
    assert.deepEqual(own.toAnnounce(), []);
  });

  it('do not believe private addresses or peers', () => {
    const { own } = create();
    for (const peer of PEERS) own.peerSaw('192.168.1.5', peer);
    for (const peer of ['127.0.0.1', '10.0.0.1', '192.168.1.1']) own.peerSaw(SEEN.host, peer);
    assert.deepEqual(own.toAnnounce(), []);
  });

  it('are told while somebody from outside gets through, or the router forwards', () => {
    const { own, facts } = create();
    facts.isReachable = false;
    for (const peer of PEERS) own.peerSaw(SEEN.host, peer);
    assert.deepEqual(own.toAnnounce(), []);
    own.mapped = { host: '9.9.9.8', port: 9000 };
    assert.deepEqual(own.toAnnounce(), [{ host: '9.9.9.8', port: 9000 }]);
    own.mapped = undefined;
    assert.deepEqual(own.toAnnounce(), []);
  });

  for (const changes of [{ proxied: true }, { listen: false }]) {
    it(`are never told with ${JSON.stringify(changes)}`, () => {
      const { own } = create({ ...changes, ownHosts: [SEEN] });
      for (const peer of PEERS) own.peerSaw('9.9.9.8', peer);
      own.mapped = { host: '9.9.9.7', port: 9000 };
      assert.deepEqual(own.toAnnounce(), []);
    });
  }

  it('have the port of the router, or of extport, or the one listened on', () => {
    assert.equal(create().own.portFor(false), 8444);
    const { own } = create({ extPort: 9000 });
    assert.equal(own.portFor(false), 9000);
    own.mapped = { host: '9.9.9.8', port: 9001 };
    assert.equal(own.portFor(false), 9001);
  });

  it('tell nothing behind a proxy that is not told without: the usual port, the onion service', () => {
    const hidden = { extPort: 9000, port: 12_345, proxied: true };
    assert.equal(create(hidden).own.portFor(false), 8444);
    const ownOnion = { host: `${'b'.repeat(56)}.onion`, port: 8555 };
    const { own } = create({ ...hidden, ownOnion });
    assert.equal(own.portFor(false), 8555);
    assert.deepEqual(own.toAnnounce(), []);
    assert.ok(own.isOwn(ownOnion));
    const both = create({ extPort: 9000, ownOnion }).own;
    assert.deepEqual([both.portFor(false), both.portFor(true)], [9000, 8555]);
  });

  it('hold no more than some, however many are told', () => {
    const { own } = create();
    for (let count = 0; count < 10_000; count++) {
      own.peerSaw(`9.${count >> 8}.${count % 256}.1`, '5.1.1.1');
    }
    for (const peer of PEERS) own.peerSaw(SEEN.host, peer);
    assert.deepEqual(own.toAnnounce(), [SEEN]);
  });
});
