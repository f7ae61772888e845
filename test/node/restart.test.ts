/** The sender is stopped between each pair of states; the message arrives all the same, once. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { SentStatus } from '../../src/store/repositories.js';
import { utf8 } from '../../src/util/bytes.js';
import { createCorrespondents, type Correspondents } from '../support/correspondents.js';

/** Bert is off-line and his key unknown. */
function setUp(t: TestContext): Promise<Correspondents> {
  return createCorrespondents(t, { bertOffline: true });
}

async function comeOnline({ network, b }: Correspondents): Promise<void> {
  b.isOnline = true;
  await network.synchronise();
}

async function finish(setup: Correspondents, ackData: Uint8Array): Promise<void> {
  const { network, a, b } = setup;
  await comeOnline(setup);
  await a.untilStatus(ackData, 'ackreceived');
  await network.quiet();
  assert.equal((await b.inbox()).length, 1);
  assert.equal((await a.store.journal.listOutgoing()).length, 0);
  assert.deepEqual([...a.failures, ...b.failures], []);
}

/** What to do to have the message stand in that state, with work held where there is work. */
const reach: Partial<
  Record<SentStatus, (setup: Correspondents, ackData: Uint8Array) => Promise<unknown>>
> = {
  doingpubkeypow: ({ a }, ackData) => a.untilStatus(ackData, 'doingpubkeypow'),
  awaitingpubkey: ({ a }, ackData) => a.untilStatus(ackData, 'awaitingpubkey'),
  doingmsgpow: async (setup, ackData) => {
    await comeOnline(setup);
    await setup.a.untilStatus(ackData, 'doingmsgpow');
  },
  msgsent: async (setup, ackData) => {
    await comeOnline(setup);
    await setup.a.untilStatus(ackData, 'msgsent');
  },
};

const HELD: Partial<Record<SentStatus, { node: 'a' | 'b'; purpose: string }>> = {
  doingpubkeypow: { node: 'a', purpose: 'key request' },
  doingmsgpow: { node: 'a', purpose: 'message' },
};

describe('a sender that stops', () => {
  for (const status of ['doingpubkeypow', 'awaitingpubkey', 'doingmsgpow'] as const) {
    it(`while the message is ${status}`, async (t) => {
      const setup = await setUp(t);
      const { a, anna, bert } = setup;
      const held = HELD[status];
      if (held) a.pow.hold(held.purpose);
      const ackData = await a.send(anna, bert, 'through the night');
      await reach[status]?.(setup, ackData);
      await a.stop();
      if (held) a.pow.release(held.purpose);
      await a.start();
      await finish(setup, ackData);
    });
  }

  it('before anything was done for the message', async (t) => {
    const setup = await setUp(t);
    const { a, anna, bert } = setup;
    const ackData = await a.send(anna, bert, 'through the night');
    await a.stop();
    await a.start();
    await finish(setup, ackData);
  });

  it('while the acknowledgement inside the message is being made', async (t) => {
    const setup = await setUp(t);
    const { a, anna, bert } = setup;
    a.pow.hold('acknowledgement');
    const ackData = await a.send(anna, bert, 'through the night');
    await comeOnline(setup);
    await a.untilStatus(ackData, 'doingmsgpow');
    await a.stop();
    a.pow.release('acknowledgement');
    await a.start();
    await finish(setup, ackData);
  });

  it('when the message is sent and not yet acknowledged', async (t) => {
    const setup = await setUp(t);
    const { a, b, network, anna, bert } = setup;
    await comeOnline(setup);
    await network.quiet();
    b.isOnline = false;
    const ackData = await a.send(anna, bert, 'through the night');
    await a.untilStatus(ackData, 'msgsent');
    await a.stop();
    await a.start();
    await finish(setup, ackData);
  });

  it('after the commit and before the publication, of request and message', async (t) => {
    const setup = await setUp(t);
    const { a, anna, bert } = setup;
    // The inventory fails once for each: the state in which a crash would leave the files.
    for (const status of ['awaitingpubkey', 'msgsent'] as const) {
      const add = a.store.inventory.add.bind(a.store.inventory);
      let refused = 0;
      a.store.inventory.add = (entry) => {
        if (entry.type === (status === 'msgsent' ? 2 : 0) && refused++ === 0) {
          return Promise.reject(new Error('crash'));
        }
        return add(entry);
      };
      const ackData = (await a.store.sent.list('sent'))[0]?.ackData;
      const sending = ackData ?? (await a.send(anna, bert, 'through the night'));
      if (status === 'msgsent') await comeOnline(setup);
      await a.untilStatus(sending, status);
      while (a.failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
      assert.equal((await a.store.journal.listOutgoing()).length, 1);
      a.failures.length = 0;
      await a.stop();
      await a.start();
      if (status === 'msgsent') await finish(setup, sending);
    }
  });

  it('while a broadcast is being made', async (t) => {
    const { a, b, network, anna } = await setUp(t);
    await b.core.books.subscriptions.add({ address: anna, label: utf8('a'), enabled: true });
    a.pow.hold('broadcast');
    const ackData = await a.core.outbox.sendBroadcast({
      fromAddress: anna,
      subject: utf8('news'),
      body: utf8('.'),
    });
    await a.untilStatus(ackData, 'doingbroadcastpow');
    await a.stop();
    a.pow.release('broadcast');
    b.isOnline = true;
    await a.start();
    await a.untilStatus(ackData, 'broadcastsent');
    await b.untilInbox(1);
    await network.quiet();
    assert.equal((await b.inbox()).length, 1);
  });

  it('while a message to itself is being made', async (t) => {
    const { a, network, anna } = await setUp(t);
    a.pow.hold('message');
    const ackData = await a.send(anna, anna, 'note');
    await a.untilStatus(ackData, 'doingmsgpow');
    await a.stop();
    a.pow.release('message');
    await a.start();
    await a.untilStatus(ackData, 'msgsentnoackexpected');
    await network.quiet();
    assert.equal((await a.inbox()).length, 1);
  });
});

describe('a recipient that stops', () => {
  it('before it publishes the acknowledgement, publishes it later', async (t) => {
    const setup = await setUp(t);
    const { a, b, network, anna, bert } = setup;
    await comeOnline(setup);
    b.settings.ackDelayS = 3600;
    const ackData = await a.send(anna, bert, 'slowly');
    await b.untilInbox(1);
    await b.restart();
    await network.quiet();
    await network.clock.advance(3601 * 1000);
    await a.untilStatus(ackData, 'ackreceived');
    assert.equal((await b.inbox()).length, 1);
  });

  it('in the middle of the feed, processes each object once', async (t) => {
    const setup = await setUp(t);
    const { a, b, network, anna, bert } = setup;
    await comeOnline(setup);
    await network.quiet();
    b.isOnline = false;
    const sent: Uint8Array[] = [];
    for (let n = 0; n < 12; n++) sent.push(await a.send(anna, bert, `message ${n}`));
    for (const ackData of sent) await a.untilStatus(ackData, 'msgsent');
    b.isOnline = true;
    const delivery = network.synchronise();
    await b.untilInbox(3);
    await delivery;
    await b.restart();
    await b.untilInbox(12);
    for (const ackData of sent) await a.untilStatus(ackData, 'ackreceived');
    await network.quiet();
    assert.equal((await b.inbox()).length, 12);
  });
});
