import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Announcer } from '../../src/network/announcer.js';
import { FreshObjects } from '../../src/network/fresh-objects.js';
import { BigInventory, type HashList } from '../../src/network/big-inventory.js';
import { bytesKey, toHex } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeLink } from '../support/fake-link.js';

function hash(number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

function create(maxDelayMs: number, ...ids: number[]): [FakeClock, Announcer, FakeLink[]] {
  const clock = new FakeClock();
  const announcer = new Announcer(maxDelayMs, new FreshObjects(clock), clock);
  const links = ids.map((id) => new FakeLink(id));
  for (const link of links) announcer.addPeer(link);
  return [clock, announcer, links];
}

describe('announcer', () => {
  it('tells every peer but those that have it', async () => {
    const [clock, announcer, links] = create(0, 1, 2, 3);
    announcer.announce(bytesKey(hash(1)), [2]);
    await clock.advance(0);
    const told = links.map((link) => link.announced().length);
    assert.deepEqual(told, [1, 0, 1]);
  });

  it('tells within the longest delay, in one packet what came meanwhile', async () => {
    const [clock, announcer, [link]] = create(10_000, 1);
    for (let number = 0; number < 50; number++) announcer.announce(bytesKey(hash(number)));
    await clock.advance(10_000);
    assert.equal(link?.sent.length, 1);
    const announced = link.announced();
    assert.equal(new Set(announced).size, 50);
    const sorted = Array.from({ length: 50 }, (_, number) => toHex(hash(number)));
    assert.deepEqual([...announced].sort(), sorted);
    assert.notDeepEqual(announced, sorted, 'in random order');
  });

  it('does not tell a peer what it announced itself meanwhile', async () => {
    const [clock, announcer, [link]] = create(10_000, 1);
    announcer.announce(bytesKey(hash(1)));
    announcer.peerHas(1, bytesKey(hash(1)));
    await clock.advance(10_000);
    assert.equal(link?.sent.length, 0, 'and sends no empty packet');
  });

  it('tells a stem child alone, at once, by dinv', () => {
    const [, announcer, [one, two]] = create(10_000, 1, 2);
    announcer.announceStem(2, [bytesKey(hash(1))]);
    assert.equal(one?.sent.length, 0);
    assert.deepEqual(two?.announced('dinv'), [toHex(hash(1))]);
  });

  it('cuts long lists', async () => {
    const [clock, announcer, [link]] = create(0, 1);
    for (let number = 0; number < 50_001; number++) announcer.announce(bytesKey(hash(number)));
    await clock.advance(0);
    assert.equal(link?.sent.length, 2);
    assert.equal(link.announced().length, 50_001);
  });

  it('waits while the send buffer is full', async () => {
    const [clock, announcer, [link]] = create(0, 1);
    assert.ok(link);
    link.congested = true;
    announcer.announce(bytesKey(hash(1)));
    await clock.advance(60_000);
    assert.equal(link.sent.length, 0);
    link.congested = false;
    announcer.drained(1);
    assert.equal(link.sent.length, 1);
  });
});

function listOf(hashes: readonly Uint8Array[]): HashList {
  return (firstByte) => hashes.filter((one) => one[0] === firstByte);
}

describe('inventory for a new peer', () => {
  it('is complete, without repetition, cut and in random order', async () => {
    const clock = new FakeClock();
    const link = new FakeLink(1);
    const all = Array.from({ length: 25_000 }, (_, number) => {
      const spread = hash(number);
      spread[0] = number % 256;
      return spread;
    });
    const sorted = all.map(toHex).sort();
    new BigInventory(() => true).send(link, listOf(all));
    for (let turn = 0; turn < 10; turn++) await clock.advance(0);
    assert.equal(link.sent.length, 3);
    const announced = link.announced();
    assert.notDeepEqual(announced, sorted);
    assert.deepEqual([...announced].sort(), sorted);
  });

  it('leaves out what must not be told, and is not sent when empty', () => {
    const hidden = bytesKey(hash(1));
    const big = new BigInventory((one) => bytesKey(one) !== hidden);
    const link = new FakeLink(1);
    big.send(link, listOf([]));
    big.send(link, listOf([hash(1)]));
    assert.equal(link.sent.length, 0);
    big.send(link, listOf([hash(1), hash(2)]));
    assert.deepEqual(link.announced(), [toHex(hash(2))]);
  });

  it('goes on when the peer has read', () => {
    const big = new BigInventory(() => true);
    const link = new FakeLink(1);
    link.congested = true;
    big.send(link, listOf([hash(1)]));
    assert.equal(link.sent.length, 0);
    link.congested = false;
    big.drained(1);
    big.drained(1);
    assert.equal(link.sent.length, 1);
  });

  it('is cut into packets that peers accept when all hashes begin alike', () => {
    const link = new FakeLink(1);
    const all = Array.from({ length: 60_000 }, (_, number) => hash(number));
    new BigInventory(() => true).send(link, listOf(all));
    assert.equal(link.sent.length, 2);
    assert.equal(new Set(link.announced()).size, 60_000);
  });

  it('is looked up when it is sent: what went meanwhile is not told', async () => {
    const clock = new FakeClock();
    const held = new Set(Array.from({ length: 256 }, (_, byte) => byte));
    const link = new FakeLink(1);
    const big = new BigInventory(() => true);
    link.congested = true;
    big.send(link, (byte) => (held.has(byte) ? [new Uint8Array(32).fill(byte)] : []));
    held.delete(7);
    link.congested = false;
    big.drained(1);
    await clock.advance(0);
    assert.equal(link.announced().length, 255);
  });
});
