/** What cannot be sent is refused before anything is stored. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeAddress } from '../../src/objects/address.js';
import { displayText, utf8 } from '../../src/util/bytes.js';
import { MAX_TEXT_BYTES } from '../../src/node/outbox/compose.js';
import { MemoryNetwork } from '../support/memory-network.js';

describe('a new message', () => {
  it('is refused for wrong addresses, encodings and sizes', async (t) => {
    const node = await new MemoryNetwork().node(t);
    const anna = await node.newAddress();
    const good = { fromAddress: anna, toAddress: anna, subject: utf8('s'), body: utf8('b') };
    const { outbox } = node.core;
    const refuse = async (changes: object, code: string): Promise<void> => {
      await assert.rejects(outbox.sendMessage({ ...good, ...changes }), { code });
    };
    const ripe = new Uint8Array(20).fill(7);
    await refuse({ toAddress: 'BM-nonsense' }, 'invalid-address');
    await refuse(
      { fromAddress: encodeAddress({ version: 4, stream: 1, ripe }) },
      'unknown-identity',
    );
    await refuse({ encoding: 0 }, 'invalid-encoding');
    await refuse({ encoding: 4 }, 'invalid-encoding');
    await refuse({ body: new Uint8Array(MAX_TEXT_BYTES) }, 'message-too-long');
    assert.equal(await node.store.sent.count(), 0);
  });

  it('to an address that cannot be reached waits', async (t) => {
    const node = await new MemoryNetwork().node(t);
    const anna = await node.newAddress();
    const ripe = new Uint8Array(20).fill(7);
    for (const [version, stream] of [
      [4, 2],
      [4, 0],
    ] as const) {
      const ackData = await node.send(anna, encodeAddress({ version, stream, ripe }), 'far');
      const row = await node.untilStatus(ackData, 'awaitingpubkey');
      assert.match(row.reason, /^stream [02] is not/);
    }
  });

  it('has its time to live clamped and its subject in one line', async (t) => {
    const node = await new MemoryNetwork().node(t);
    const anna = await node.newAddress();
    node.pow.hold('message');
    const good = { fromAddress: anna, toAddress: anna, body: utf8('b') };
    const { outbox } = node.core;
    const short = await outbox.sendMessage({ ...good, subject: utf8('a\nb\r\nc'), ttlS: 1 });
    assert.equal((await node.row(short)).ttlS, 3_600);
    assert.equal(displayText((await node.row(short)).subject), 'a b  c');
    const long = await outbox.sendMessage({ ...good, subject: utf8(''), ttlS: 1e9 });
    assert.equal((await node.row(long)).ttlS, 2_419_200);
    const usual = await outbox.sendMessage({ ...good, subject: utf8('') });
    assert.equal((await node.row(usual)).ttlS, 367_200);
    node.pow.release('message');
  });

  it('that was moved to the trash is not worked for, until it is taken out', async (t) => {
    const node = await new MemoryNetwork().node(t);
    const anna = await node.newAddress();
    node.pow.hold('message');
    const ackData = await node.send(anna, anna, 'second thoughts');
    const row = await node.untilStatus(ackData, 'doingmsgpow');
    await node.store.sent.update(row.ackData, { folder: 'trash' });
    node.core.outbox.cancel(ackData);
    await node.untilStatus(ackData, 'msgqueued');
    node.pow.release('message');
    assert.equal((await node.inbox()).length, 0);
    await node.store.sent.update(row.ackData, { folder: 'sent' });
    await node.core.outbox.retry(ackData);
    await node.untilStatus(ackData, 'msgsentnoackexpected');
    assert.equal((await node.inbox()).length, 1);
  });

  it('that is in the trash is acknowledged all the same, over a restart', async (t) => {
    const network = new MemoryNetwork();
    const a = await network.node(t);
    const b = await network.node(t, { ackDelayS: 3_600 });
    const anna = await a.newAddress();
    const bert = await b.newAddress();
    await network.quiet();
    const ackData = await a.send(anna, bert, 'sent and gone');
    await a.untilStatus(ackData, 'msgsent');
    await b.untilInbox(1);
    await a.store.sent.update(ackData, { folder: 'trash' });
    a.core.outbox.cancel(ackData);
    await a.restart();
    await network.quiet();
    await network.clock.advance(3_601_000);
    await a.untilStatus(ackData, 'ackreceived');
  });

  it('tells every state it passes, with growing ids', async (t) => {
    const network = new MemoryNetwork();
    const a = await network.node(t);
    const b = await network.node(t);
    const anna = await a.newAddress();
    b.isOnline = false;
    const bert = await b.newAddress();
    await network.quiet();
    const before = a.core.events.lastId;
    const ackData = await a.send(anna, bert, 'story');
    await a.untilStatus(ackData, 'awaitingpubkey');
    b.isOnline = true;
    await network.synchronise();
    await a.untilStatus(ackData, 'ackreceived');
    await network.quiet();
    const { events, complete } = a.core.events.since(before);
    assert.ok(complete);
    assert.ok(events.every(({ id }, n) => id === before + 1 + n));
    const states = events.flatMap((event) =>
      event.name === 'sentStateChanged' ? [event.event.to] : [],
    );
    assert.deepEqual(states, [
      'msgqueued',
      'doingpubkeypow',
      'awaitingpubkey',
      'msgqueued',
      'doingmsgpow',
      'msgsent',
      'ackreceived',
    ]);
    const names = new Set(events.map(({ name }) => name));
    for (const name of ['keyRequested', 'keyLearned', 'powStarted', 'powDone'] as const) {
      assert.ok(names.has(name), name);
    }
  });
});
