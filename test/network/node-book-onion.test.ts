import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KnownNode } from '../../src/network/known-node.js';
import { NodeBook } from '../../src/network/node-book.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_S = 86_400;

function create(maxNodes = 20_000): [NodeBook, FakeClock] {
  const clock = new FakeClock();
  return [new NodeBook(maxNodes, clock), clock];
}

function node(clock: FakeClock, changes: Partial<KnownNode> = {}): KnownNode {
  const lastSeenS = clock.nowS() - 60;
  const services = 1n;
  const address = { host: '5.9.1.2', port: 8444, stream: 1 };
  return { ...address, services, lastSeenS, rating: 0, self: false, ...changes };
}

describe('onion services in the node book', () => {
  it('dials what objects name, however many they name, and does not tell others', () => {
    const [book, clock] = create(1_000);
    book.namedByObject({ host: '10.1.1.1', port: 8444 }, 1);
    assert.equal(book.size, 0);
    book.load([node(clock), node(clock, { host: '5.8.1.1', rating: 1 })]);
    for (let index = 0; index < 5_000; index++) {
      const name = index.toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(56, 'c');
      book.namedByObject({ host: `${name}.onion`, port: 8444 }, 1);
      book.namedByObject({ host: `7.${index % 250}.${index >> 8}.1`, port: 8444 }, 1);
    }
    const named = book.list().filter(({ host }) => !host.startsWith('5.'));
    assert.ok(named.length > 10 && named.length < 100, `${named.length} of 1,000`);
    assert.equal(book.size, named.length + 2);
    assert.deepEqual(new Set(book.sample(1, 1_000).map(({ host }) => host[0])), new Set('5'));
    assert.ok(named.some(({ host }) => host.endsWith('.onion')));
  });

  it('finds the few onion services among thousands when only they are wanted', () => {
    const [book, clock] = create();
    const onion = `${'c'.repeat(56)}.onion`;
    assert.equal(
      book.choose(() => true, true),
      undefined,
    );
    const others = Array.from({ length: 5_000 }, (_, index) =>
      node(clock, { host: `${1 + (index % 100)}.${Math.floor(index / 100)}.1.1`, rating: 1 }),
    );
    book.load([...others, node(clock, { host: onion, rating: 0.1 })]);
    for (let count = 0; count < 20; count++) {
      assert.equal(book.choose(() => true, true)?.host, onion);
    }
  });

  it('keeps an onion service that is named again, and prefers one that answered', async () => {
    const [book, clock] = create();
    const address = { host: `${'c'.repeat(56)}.onion`, port: 8444 };
    book.namedByObject(address, 1);
    book.load([node(clock)]);
    await clock.advance(20 * DAY_S * 1_000);
    book.namedByObject(address, 1);
    await clock.advance(20 * DAY_S * 1_000);
    book.clean();
    assert.ok(book.get(address));
    book.connected(address, 1, 1n);
    assert.equal(book.choose(() => true)?.host, address.host);
    assert.deepEqual(book.sample(1, 10), [], 'addr has no onion names');
  });
});
