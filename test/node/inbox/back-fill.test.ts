/** What came before an address was here is found when it comes, once. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { groupRanges } from '../../../src/node/inbox/back-fill-groups.js';
import { displayText, utf8 } from '../../../src/util/bytes.js';
import { createCorrespondents, type Correspondents } from '../../support/correspondents.js';
import { soon, type MemoryNode } from '../../support/memory-network.js';

const PASSPHRASE = utf8('kept in the head');

/** Bert's address is of a passphrase, so that it can be made again elsewhere. */
function setUp(t: TestContext, version = 4): Promise<Correspondents> {
  const makeBert = async (b: MemoryNode): Promise<string> => {
    const options = { passphrase: PASSPHRASE, count: 1, version };
    return (await b.core.identities.createDeterministic(options))[0] ?? '';
  };
  return createCorrespondents(t, { makeBert });
}

/** A node with everything that the others have; identities come later. */
async function thirdNode({ network }: Correspondents, t: TestContext): Promise<MemoryNode> {
  const node = await network.node(t);
  await network.synchronise();
  await network.quiet();
  return node;
}

async function subjectsOf(node: MemoryNode): Promise<string[]> {
  return (await node.inbox()).map(({ subject }) => displayText(subject)).sort();
}

async function deleteAll(node: MemoryNode): Promise<void> {
  for (const { msgid } of await node.inbox()) await node.store.trash.trash(msgid);
  await node.store.trash.deleteAndVacuum();
}

describe('back-fill', () => {
  it('gives an identity made again its mail, and its senders their acknowledgements', async (t) => {
    const setup = await setUp(t);
    const { a, b, network, anna, bert } = setup;
    b.settings.ackDelayS = 3_600; // Bert's first node has no time to acknowledge.
    const ackData = await a.send(anna, bert, 'early');
    await a.untilStatus(ackData, 'msgsent');
    await b.untilInbox(1);
    await b.stop();
    network.nodes.splice(network.nodes.indexOf(b), 1);
    const c = await thirdNode(setup, t);
    assert.deepEqual(await c.inbox(), []);
    await c.core.identities.createDeterministic({ passphrase: PASSPHRASE, count: 1 });
    await c.untilInbox(1);
    await a.untilStatus(ackData, 'ackreceived');
    await network.quiet();
    assert.deepEqual(await subjectsOf(c), ['early']);
    assert.deepEqual(await c.store.backfill.list(), []);
    await b.start();
  });

  it('gives a chan the messages before one joined, and does not answer for it', async (t) => {
    const setup = await setUp(t);
    const { a, anna, network } = setup;
    const chan = await a.core.identities.createChan(utf8('birds'));
    const ackData = await a.send(anna, chan, 'to the chan');
    await a.untilStatus(ackData, 'msgsentnoackexpected');
    const c = await thirdNode(setup, t);
    const before = c.announced.length;
    await c.core.identities.joinChan(utf8('birds'), chan);
    await c.untilInbox(1);
    await network.quiet();
    assert.deepEqual(await subjectsOf(c), ['to the chan']);
    assert.equal(c.announced.length, before);
  });

  for (const version of [3, 4]) {
    it(`gives a subscription to an address of version ${version} its earlier broadcasts`, async (t) => {
      const setup = await setUp(t, version);
      const { b, network, bert } = setup;
      for (const subject of ['one', 'two']) {
        const text = { fromAddress: bert, subject: utf8(subject), body: utf8('.') };
        await b.untilStatus(await b.core.outbox.sendBroadcast(text), 'broadcastsent');
      }
      const c = await thirdNode(setup, t);
      const { subscriptions } = c.core.books;
      await subscriptions.add({ address: bert, label: utf8('b'), enabled: true });
      await c.untilInbox(2);
      await network.quiet();
      assert.deepEqual(await subjectsOf(c), ['one', 'two']);
      // What was deleted for ever does not come back with a switch; what was missed does.
      await deleteAll(c);
      await network.clock.advance(2_000); // The position is durable.
      await network.quiet();
      await subscriptions.update(bert, { enabled: false });
      const third = { fromAddress: bert, subject: utf8('three'), body: utf8('.') };
      await b.untilStatus(await b.core.outbox.sendBroadcast(third), 'broadcastsent');
      await network.quiet();
      assert.deepEqual(await c.inbox(), []);
      await subscriptions.update(bert, { enabled: true });
      await c.untilInbox(1);
      await network.quiet();
      assert.deepEqual(await subjectsOf(c), ['three']);
    });
  }

  it('gives an identity what came while it was switched off, and nothing twice', async (t) => {
    const { a, b, anna, bert, network } = await setUp(t);
    await a.untilStatus(await a.send(anna, bert, 'before'), 'ackreceived');
    await network.quiet();
    await network.clock.advance(2_000); // The position is durable.
    await network.quiet();
    await b.core.identities.setEnabled(bert, false);
    await deleteAll(b);
    await a.untilStatus(await a.send(anna, bert, 'meanwhile'), 'msgsent');
    await network.quiet();
    assert.deepEqual(await b.inbox(), []);
    for (let round = 0; round < 2; round++) {
      await b.core.identities.setEnabled(bert, true);
      await b.untilInbox(1);
      await network.quiet();
      assert.deepEqual(await subjectsOf(b), ['meanwhile']);
      await b.core.identities.setEnabled(bert, false);
    }
  });

  it('follows an addition while the node was off, as an import is', async (t) => {
    const setup = await setUp(t);
    const { a, b, anna, bert, network } = setup;
    await a.untilStatus(await a.send(anna, bert, 'early'), 'ackreceived');
    const [record] = await b.store.identities.list();
    const c = await thirdNode(setup, t);
    assert.ok(record);
    await c.core.stop();
    await c.store.identities.add([record]);
    await c.restart();
    await c.untilInbox(1);
    await network.quiet();
    assert.deepEqual(await subjectsOf(c), ['early']);
  });

  it('goes on after a stop in the middle, and gives each message once', async (t) => {
    const setup = await setUp(t);
    const { a, anna, bert, network } = setup;
    const subjects = Array.from({ length: 40 }, (_, n) => `message ${n}`);
    for (const subject of subjects) await a.send(anna, bert, subject);
    await soon('all sent', async () => {
      const rows = await a.store.sent.listByStatus(['msgsent', 'ackreceived']);
      return rows.length === subjects.length ? true : undefined;
    });
    const c = await thirdNode(setup, t);
    await c.core.identities.createDeterministic({ passphrase: PASSPHRASE, count: 1 });
    for (const count of [1, 10, 20]) {
      await c.untilInbox(count);
      await c.restart();
    }
    await c.untilInbox(subjects.length);
    await network.quiet();
    assert.deepEqual(await subjectsOf(c), subjects.sort());
    assert.equal(c.core.counters.messagesRefused, 0);
    assert.deepEqual(c.failures, []);
  });

  it('answers requests for the key that were there before', async (t) => {
    const setup = await createCorrespondents(t, { bertOffline: true });
    const { a, b, anna, bert } = setup;
    const ackData = await a.send(anna, bert, 'waits for a key');
    await a.untilStatus(ackData, 'awaitingpubkey');
    const [record] = await b.store.identities.list();
    const c = await thirdNode(setup, t);
    assert.ok(record);
    // Published long ago, and expired since: only a request has it published again.
    await c.core.identities.add([{ ...record, lastPubkeySendS: 1 }]);
    await a.untilStatus(ackData, 'ackreceived');
    assert.equal(c.core.counters.keyAnswersSent, 1);
  });

  it('does not look for mail to random new addresses', async (t) => {
    const { b, network } = await setUp(t);
    let looks = 0;
    const read = b.store.inventory.readFeedOf.bind(b.store.inventory);
    b.store.inventory.readFeedOf = (...parameters) => {
      looks++;
      return read(...parameters);
    };
    for (let n = 0; n < 5; n++) await b.newAddress();
    await network.quiet();
    await network.clock.advance(1_500);
    await soon('nothing to look for', async () =>
      (await b.store.backfill.list()).length === 0 ? true : undefined,
    );
    assert.equal(looks, 0);
  });

  it('treats together what has missed the same', () => {
    const range = (address: string, doneSeq: number, untilSeq?: number) =>
      ({ kind: 'identity', address, doneSeq, untilSeq }) as const;
    const groups = groupRanges([
      range('a', 0, 9),
      range('b', 0),
      range('c', 3, 9),
      range('d', 0, 9),
    ]);
    assert.deepEqual(
      groups.map(({ addresses }) => addresses),
      [['a', 'd'], ['c']],
    );
  });
});
