import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { Downloads } from '../../src/network/downloads.js';
import {
  FIRST_REQUEST_TIMEOUT_MS,
  MAX_ATTEMPTS,
  MAX_MISSING,
  MAX_MISSING_PER_PEER,
} from '../../src/network/limits.js';
import { FakeClock } from '../support/fake-clock.js';

interface Setup {
  readonly clock: FakeClock;
  readonly downloads: Downloads;
  /** Requests as `peer:key`, in order. */
  readonly requests: string[];
  /** Sizes of the requests' packets. */
  readonly sizes: number[];
  readonly undelivered: number[];
  /** Peers that are not read at the moment. */
  readonly heldBack: Set<number>;
  /** Peers whose list is wanted once more. */
  readonly listAgain: number[];
}

function create(...peers: number[]): Setup {
  const clock = new FakeClock();
  const requests: string[] = [];
  const sizes: number[] = [];
  const undelivered: number[] = [];
  const heldBack = new Set<number>();
  const listAgain: number[] = [];
  const downloads = new Downloads(
    {
      request: (peer, keys) => {
        sizes.push(keys.length);
        for (const key of keys) requests.push(`${peer}:${key}`);
      },
      undelivered: (peer) => void undelivered.push(peer),
      listAgain: (peer) => void listAgain.push(peer),
      isHeldBack: (peer) => heldBack.has(peer),
    },
    clock,
  );
  for (const peer of peers) downloads.addPeer(peer);
  return { clock, downloads, requests, sizes, undelivered, heldBack, listAgain };
}

function keys(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `k${from + index}`);
}

describe('downloads', () => {
  it('asks nobody while paused, and afterwards for all that was told and asked for', async () => {
    const { clock, downloads, requests, undelivered } = create(1, 2);
    downloads.offer(1, ['a', 'b']);
    downloads.pause();
    downloads.offer(2, ['b', 'c']);
    downloads.offer(1, ['a']);
    await clock.advance(3_600_000);
    downloads.addPeer(3);
    downloads.offer(3, ['d']);
    assert.deepEqual(requests.splice(0), ['1:a', '1:b']);
    assert.deepEqual(undelivered, [], 'nobody is late');
    assert.equal(downloads.size, 4);
    downloads.resume();
    assert.deepEqual(requests.sort(), ['1:a', '1:b', '2:c', '3:d']);
    for (const key of ['a', 'b']) downloads.arrived(key, 1);
    assert.equal(downloads.size, 2);
  });

  it('goes on with others when a peer leaves during a pause', () => {
    const { downloads, requests } = create(1, 2);
    downloads.offer(1, ['a']);
    downloads.offer(2, ['a']);
    downloads.pause();
    downloads.removePeer(1);
    downloads.resume();
    assert.deepEqual(requests, ['1:a', '2:a']);
  });

  it('asks at once, and each object of one peer only', () => {
    const { downloads, requests } = create(1, 2);
    downloads.offer(1, ['a', 'b']);
    downloads.offer(2, ['b', 'c']);
    assert.deepEqual(requests, ['1:a', '1:b', '2:c']);
    assert.equal(downloads.size, 3);
  });

  it('tells who announced what arrived', () => {
    const { downloads } = create(1, 2);
    downloads.offer(1, ['a']);
    downloads.offer(2, ['a']);
    assert.deepEqual(downloads.arrived('a', 2), [1, 2]);
    assert.deepEqual(downloads.arrived('a', 1), []);
    assert.equal(downloads.size, 0);
    assert.equal(downloads.openRequests(1), 0);
  });

  it('remembers who delivers in the place of who never did', async () => {
    const useless = [1, 2, 3, 4, 5, 6, 7, 8];
    const { downloads, requests, clock } = create(...useless, 9, 10);
    downloads.offer(9, ['x']);
    downloads.arrived('x', 9);
    for (const peer of useless) downloads.offer(peer, ['a']);
    assert.equal(downloads.offer(10, ['a']), 1, 'no better than they are');
    assert.equal(downloads.offer(9, ['a']), 0);
    requests.length = 0;
    await clock.advance(FIRST_REQUEST_TIMEOUT_MS);
    assert.deepEqual(requests, ['9:a'], 'and is the next to be asked');
    assert.deepEqual(downloads.arrived('a', 9).length, 8);
    for (const peer of useless) downloads.removePeer(peer);
    assert.equal(downloads.size, 0);
  });

  it('lets a peer with little take the place of one that fills the list', () => {
    const { downloads, requests } = create(1, 2, 3, 4);
    for (const peer of [1, 2, 3]) downloads.offer(peer, keys(200_000, peer * 200_000));
    assert.equal(downloads.size, MAX_MISSING);
    requests.length = 0;
    assert.equal(downloads.offer(4, ['honest']), 0);
    assert.deepEqual(requests, ['4:honest']);
    assert.equal(downloads.size, MAX_MISSING);
  });

  it('asks another peer that announced it after 60 s without delivery', async () => {
    const { clock, downloads, requests, undelivered } = create(1, 2);
    downloads.offer(1, ['first']);
    downloads.arrived('first', 1); // From now on peer 1 is known to deliver.
    downloads.offer(1, ['a']);
    downloads.offer(2, ['a']);
    await clock.advance(59_999);
    assert.deepEqual(requests, ['1:first', '1:a']);
    await clock.advance(1);
    assert.deepEqual(requests, ['1:first', '1:a', '2:a']);
    assert.deepEqual(undelivered, [1]);
  });

  it('does not blame a peer that the limit of bytes per second keeps us from reading', async () => {
    const { clock, downloads, requests, undelivered, heldBack } = create(1, 2);
    downloads.offer(1, ['first']);
    downloads.arrived('first', 1);
    downloads.offer(1, ['a']);
    downloads.offer(2, ['a']);
    heldBack.add(1);
    await clock.advance(3_600_000);
    assert.deepEqual([requests, undelivered], [['1:first', '1:a'], []]);
    heldBack.delete(1);
    await clock.advance(60_000);
    assert.deepEqual([requests[2], undelivered], ['2:a', [1]]);
  });

  it('asks a peer that never delivered again after 7 s, 14 s, 28 s, 56 s, 60 s', async () => {
    const { clock, downloads, requests } = create(1);
    downloads.offer(1, ['a']);
    for (const [seconds, count] of [
      [7, 2],
      [14, 3],
      [28, 4],
      [56, 5],
      [60, 6],
    ] as const) {
      await clock.advance(seconds * 1_000 - 1);
      assert.equal(requests.length, count - 1);
      await clock.advance(1);
      assert.equal(requests.length, count);
    }
  });

  it('gives up in the end', async () => {
    const { clock, downloads, requests } = create(1);
    downloads.offer(1, ['a']);
    await clock.advance(3_600_000);
    assert.equal(requests.length, MAX_ATTEMPTS);
    assert.equal(downloads.size, 0);
    assert.equal(downloads.offer(1, ['b']), 1, 'its announcements are ignored now');
  });

  it('asks others at once when a peer leaves, and forgets what nobody else has', () => {
    const { downloads, requests } = create(1, 2);
    downloads.offer(1, ['a', 'b']);
    downloads.offer(2, ['b']);
    downloads.removePeer(1);
    assert.deepEqual(requests, ['1:a', '1:b', '2:b']);
    assert.equal(downloads.size, 1);
  });

  it('does not come back to a peer that left', async () => {
    const { clock, downloads, requests } = create(1, 2, 3);
    downloads.offer(1, ['a']);
    downloads.offer(2, ['a']);
    downloads.offer(3, ['a']);
    downloads.removePeer(2);
    await clock.advance(7_000);
    assert.deepEqual(requests, ['1:a', '3:a']);
  });

  it('keeps few requests open at first, more for a peer that delivers quickly', () => {
    const { downloads, sizes } = create(1);
    downloads.offer(1, keys(20_000));
    assert.deepEqual(sizes, [100]);
    for (const key of keys(20_000)) downloads.arrived(key, 1);
    assert.ok(sizes.every((size) => size <= 1_000));
    assert.ok(
      sizes.some((size) => size >= 500),
      `largest ${Math.max(...sizes)}`,
    );
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      20_000,
    );
  });

  it('shares the work between peers that announce the same', () => {
    const { downloads, requests } = create(1, 2, 3);
    for (const peer of [1, 2, 3]) downloads.offer(peer, keys(300));
    for (const peer of [1, 2, 3]) {
      assert.equal(requests.filter((request) => request.startsWith(`${peer}:`)).length, 100);
    }
    assert.equal(new Set(requests.map((request) => request.split(':')[1])).size, 300);
  });

  it('remembers a bounded number per peer', () => {
    const { downloads } = create(1, 2);
    assert.equal(downloads.offer(1, keys(MAX_MISSING_PER_PEER + 5)), 5);
    assert.equal(downloads.offer(2, keys(5, MAX_MISSING_PER_PEER)), 0);
    assert.equal(downloads.size, MAX_MISSING_PER_PEER + 5);
  });

  it('wants the list again of a peer that announced more than may be remembered', () => {
    const { downloads, listAgain } = create(1, 2);
    const rest = keys(MAX_MISSING_PER_PEER - 1, 1);
    assert.equal(downloads.offer(1, ['k0', ...rest, 'one more']), 1);
    downloads.offer(2, ['k0']);
    for (const key of rest) downloads.arrived(key, 1);
    assert.deepEqual(listAgain, []);
    downloads.arrived('k0', 2);
    assert.deepEqual(listAgain, [1]);
    downloads.offer(1, ['one more']);
    downloads.arrived('one more', 1);
    assert.deepEqual(listAgain, [1]);
  });

  it('an announcement twice is one', () => {
    const { downloads, requests } = create(1);
    downloads.offer(1, ['a', 'a']);
    downloads.offer(1, ['a']);
    assert.deepEqual(requests, ['1:a']);
    downloads.removePeer(1);
    assert.equal(downloads.size, 0);
  });

  it('never has two open requests for a hash, and loses none that somebody could deliver', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('offer'), peer: fc.nat(3), keys: fc.array(fc.nat(30)) }),
      fc.record({ do: fc.constant('deliver'), peer: fc.nat(3), keys: fc.array(fc.nat(30)) }),
      fc.record({ do: fc.constant('leave'), peer: fc.nat(3), keys: fc.constant([]) }),
      fc.record({ do: fc.constant('wait'), peer: fc.nat(120), keys: fc.constant([]) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new FakeClock();
        const open = new Map<string, number>();
        const downloads = new Downloads(
          {
            request: (peer, asked) => {
              for (const key of asked) open.set(key, peer);
              assert.equal(new Set(asked).size, asked.length);
            },
            undelivered: () => undefined,
            listAgain: () => undefined,
            isHeldBack: () => false,
          },
          clock,
        );
        const here = new Set([0, 1, 2, 3]);
        for (const peer of here) downloads.addPeer(peer);
        const offeredBy = new Map<string, Set<number>>();
        for (const { do: what, peer, keys: numbers } of steps) {
          const names = numbers.map(String);
          if (what === 'wait') await clock.advance(peer * 1_000);
          else if (!here.has(peer)) continue;
          else if (what === 'offer') {
            downloads.offer(peer, names);
            for (const name of names) {
              offeredBy.set(name, (offeredBy.get(name) ?? new Set()).add(peer));
            }
          } else if (what === 'deliver') {
            for (const name of names) {
              downloads.arrived(name, peer);
              offeredBy.delete(name);
            }
          } else {
            here.delete(peer);
            downloads.removePeer(peer);
            for (const peers of offeredBy.values()) peers.delete(peer);
          }
        }
        let openCount = 0;
        for (const peer of here) openCount += downloads.openRequests(peer);
        assert.equal(openCount, downloads.size, 'with so few, every missing one is requested');
        for (const name of offeredBy.keys()) {
          if (downloads.has(name)) assert.ok(here.has(open.get(name) ?? -1));
        }
      }),
    );
  });
});
