/** Weeks of silence: what is asked and sent again, and when it ends. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { decodeHeader, inventoryHash, withNonce } from '../../src/objects/object.js';
import { ackObjectWithoutNonce } from '../../src/objects/ack.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { solveObject } from '../../src/pow/solve-object.js';
import { utf8 } from '../../src/util/bytes.js';
import { EasyPow } from '../support/easy-pow.js';
import { createCorrespondents, type Correspondents } from '../support/correspondents.js';
import type { MemoryNetwork } from '../support/memory-network.js';
import { type MemoryNode } from '../support/memory-network.js';

const DAY_S = 86_400;

/** A pass every 2.05 h, looked at every 5 minutes; the steps of the tests are as long. */
const PASS_S = 7_380 + 300;

interface Sent {
  readonly type: number;
  readonly atS: number;
  readonly ttlS: number;
}

/** Objects that a node publishes from now on, with the time and their time to live. */
function watch(network: MemoryNetwork, node: MemoryNode): Sent[] {
  const sent: Sent[] = [];
  node.core.events.on('objectPublished', ({ hash, type }) => {
    const atS = network.clock.nowS();
    void node.store.inventory.get(hash).then((object) => {
      const ttlS = object ? decodeHeader(object).expiresS - atS : 0;
      sent.push({ type, atS, ttlS });
    });
  });
  return sent;
}

function assertNear(value: number, expected: number, toleranceS: number): void {
  assert.ok(Math.abs(value - expected) <= toleranceS, `${value} is not about ${expected}`);
}

/**
 * The life left at publication: the fake clock goes on to the end of its step while the real proof of
 * work and store are at work, so an object may be published up to a step after it was made.
 */
function assertLife(ttlS: number, expectedS: number): void {
  const jitterS = 300;
  const isExpected = ttlS <= expectedS + jitterS && ttlS >= expectedS - jitterS - PASS_S;
  assert.ok(isExpected, `${ttlS} is not about ${expectedS}`);
}

/** Bert is off-line and his key unknown. */
function setUp(t: TestContext, version = 4): Promise<Correspondents> {
  const passphrase = utf8('far away');
  return createCorrespondents(t, {
    bertOffline: true,
    makeBert: async (b) =>
      (await b.core.identities.createDeterministic({ passphrase, count: 1, version }))[0] ?? '',
  });
}

describe('an unanswered key request', () => {
  for (const version of [3, 4]) {
    it(`for a version ${version} address is repeated with twice the time each`, async (t) => {
      const { network, a, b, anna, bert } = await setUp(t, version);
      const sent = watch(network, a);
      const startS = network.clock.nowS();
      const ackData = await a.send(anna, bert, 'hello?');
      await a.untilStatus(ackData, 'awaitingpubkey');
      await network.quiet(); // The state is stored before the object is published.
      await network.pass(20 * DAY_S);
      const requests = sent.filter(({ type }) => type === OBJECT_TYPE.getpubkey);
      assert.equal(requests.length, 4);
      const ttls = [2.5, 5, 10, 20].map((days) => days * DAY_S);
      let dueS = startS;
      requests.forEach(({ atS, ttlS }, n) => {
        assertLife(ttlS, ttls[n] ?? 0);
        assertNear(atS, dueS + PASS_S, PASS_S + 400);
        dueS = atS + 1.1 * ttlS;
      });
      assert.equal((await a.row(ackData)).retryNumber, 4);
      // The answer comes in the end, and the message goes out at once.
      b.isOnline = true;
      await network.synchronise();
      await a.untilStatus(ackData, 'ackreceived');
      assert.equal((await a.row(ackData)).retryNumber, 1);
      assert.equal((await b.inbox()).length, 1);
    });
  }

  it('is repeated after a restart, too', async (t) => {
    const { network, a, anna, bert } = await setUp(t);
    const ackData = await a.send(anna, bert, 'hello?');
    await a.untilStatus(ackData, 'awaitingpubkey');
    await network.quiet();
    await a.stop();
    await network.clock.advance(3 * DAY_S * 1000);
    await a.start();
    const sent = watch(network, a);
    await network.quiet();
    await network.pass(300, 300);
    await a.untilStatus(ackData, 'awaitingpubkey');
    await network.quiet();
    assert.deepEqual(
      sent.map(({ type }) => type),
      [OBJECT_TYPE.getpubkey],
    );
  });
});

describe('an unacknowledged message', () => {
  it('is sent again with twice the time each, under the same ack data', async (t) => {
    const { network, a, b, anna, bert } = await setUp(t);
    b.isOnline = true;
    await network.synchronise();
    await network.quiet();
    b.isOnline = false; // The key is there; nobody reads.
    const sent = watch(network, a);
    const startS = network.clock.nowS();
    const ackData = await a.send(anna, bert, 'hello?', 2 * DAY_S);
    await a.untilStatus(ackData, 'msgsent');
    await network.quiet();
    await network.pass(16 * DAY_S);
    const messages = sent.filter(({ type }) => type === OBJECT_TYPE.msg);
    assert.equal(messages.length, 4);
    const ttls = [2, 4, 8, 16].map((days) => days * DAY_S);
    let dueS = startS;
    messages.forEach(({ atS, ttlS }, n) => {
      assertLife(ttlS, ttls[n] ?? 0);
      assertNear(atS, dueS + PASS_S, PASS_S + 400);
      dueS = atS + 1.1 * ttlS;
    });
    b.isOnline = true;
    await network.synchronise();
    await a.untilStatus(ackData, 'ackreceived');
    const quietS = network.clock.nowS();
    await network.pass(40 * DAY_S, DAY_S);
    assert.ok(sent.every(({ atS }) => atS <= quietS));
  });

  it('is given up after the time of the setting', async (t) => {
    const { network, a, anna, bert } = await setUp(t);
    a.settings.stopResendingAfterS = 4 * DAY_S;
    const sent = watch(network, a);
    const ackData = await a.send(anna, bert, 'hello?');
    await a.untilStatus(ackData, 'awaitingpubkey');
    await network.quiet();
    await network.pass(5 * DAY_S);
    await network.pass(15 * DAY_S, DAY_S);
    assert.equal(sent.length, 2);
    assert.equal((await a.row(ackData)).status, 'awaitingpubkey');
  });

  it('counts as received when the acknowledgement comes during the next attempt', async (t) => {
    const { network, a, b, anna, bert } = await setUp(t);
    b.isOnline = true;
    await network.synchronise();
    await network.quiet();
    b.isOnline = false;
    const ackData = await a.send(anna, bert, 'hello?', DAY_S);
    await a.untilStatus(ackData, 'msgsent');
    await network.quiet();
    await network.pass(1.05 * DAY_S); // It is overdue after 1.1 times its life.
    a.pow.hold('message');
    // In steps with a look at the row between them: the cleaner's pass is real work of the store.
    for (let steps = 0; (await a.row(ackData)).status === 'msgsent'; steps++) {
      assert.ok(steps < DAY_S / 300, 'not sent again within a day');
      await network.clock.advance(300_000);
    }
    await a.untilStatus(ackData, 'doingmsgpow');
    const nowS = network.clock.nowS();
    const rest = ackObjectWithoutNonce(ackData, nowS + DAY_S);
    const options = { difficulty: a.settings.minimumDifficulty, nowS, priority: 0, purpose: '' };
    await a.take(await solveObject(new EasyPow(), rest, options));
    await a.untilStatus(ackData, 'ackreceived');
    await network.quiet(); // The work was given up, although it is held.
    assert.equal((await a.row(ackData)).status, 'ackreceived');
  });
});

describe('work that takes too long', () => {
  it('makes the message again, with a longer time to live', async (t) => {
    const { network, a, b, anna, bert } = await setUp(t);
    b.isOnline = true;
    await network.synchronise();
    await network.quiet();
    let slow = true;
    a.pow.before = async ({ purpose }) => {
      if (purpose !== 'message' || !slow) return;
      slow = false;
      await network.clock.advance(2 * 3600 * 1000);
    };
    const sent = watch(network, a);
    const ackData = await a.send(anna, bert, 'slow', 3600);
    await a.untilStatus(ackData, 'ackreceived');
    const [message] = sent.filter(({ type }) => type === OBJECT_TYPE.msg);
    assertNear(message?.ttlS ?? 0, 3 * 3600, 400);
    assert.equal((await b.inbox()).length, 1);
    assert.deepEqual(
      a.pow.solved.filter((purpose) => purpose === 'message'),
      ['message', 'message'],
    );
  });

  it('that ends after the object would have: what was not published in time is made anew', async (t) => {
    const { network, a, b, anna, bert } = await setUp(t);
    b.isOnline = true;
    await network.synchronise();
    await network.quiet();
    const ackData = await a.send(anna, bert, 'stuck', 3600);
    const row = await a.untilStatus(ackData, 'ackreceived');
    // As after a crash between commit and publication, with a long pause before the next start.
    const nowS = network.clock.nowS();
    const object = withNonce(1n, ackObjectWithoutNonce(ackData, nowS + 60));
    const hash = inventoryHash(object);
    await a.store.sent.update(row.ackData, { status: 'msgsent', msgid: hash });
    const outgoing = [{ hash, object, publishAtMs: network.clock.nowMs() }];
    await a.store.journal.commit({ outgoing });
    await a.stop();
    await network.clock.advance(2 * 3600 * 1000);
    await a.start();
    await network.quiet();
    assert.equal((await a.store.journal.listOutgoing()).length, 0);
    assert.equal((await a.row(ackData)).retryNumber, 2);
  });
});
