/** What recipients demand, what senders accept, and what friends are spared. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { decodeStoredKey } from '../../src/objects/key-block.js';
import { utf8 } from '../../src/util/bytes.js';
import { createCorrespondents, type Correspondents } from '../support/correspondents.js';

const HARD = { nonceTrialsPerByte: 4, payloadLengthExtraBytes: 300 };

/** Bert demands {@link HARD}. */
function setUp(t: TestContext): Promise<Correspondents> {
  return createCorrespondents(t, {
    makeBert: (b) => b.core.identities.createRandom({ label: utf8('b'), difficulty: HARD }),
  });
}

describe('demanded difficulty', () => {
  it('is done for strangers and accepted by them', async (t) => {
    const { a, b, anna, bert } = await setUp(t);
    const ackData = await a.send(anna, bert, 'worth it');
    await a.untilStatus(ackData, 'ackreceived');
    const key = await a.store.pubkeys.get(bert);
    assert.deepEqual(decodeStoredKey(key?.keyBlock ?? utf8(''))?.keyBlock.difficulty, HARD);
    assert.equal((await b.inbox()).length, 1);
  });

  it('is checked: a message with the network minimum only is dropped', async (t) => {
    const { network, a, b, anna, bert } = await setUp(t);
    const cheap = { nonceTrialsPerByte: 1, payloadLengthExtraBytes: 1 };
    await b.core.identities.update(bert, cheap);
    const first = await b.send(bert, anna, 'my cheap key');
    await b.untilStatus(first, 'ackreceived');
    const harder = { nonceTrialsPerByte: 4000, payloadLengthExtraBytes: 1000 };
    await b.core.identities.update(bert, harder);
    const ackData = await a.send(anna, bert, 'too cheap');
    await a.untilStatus(ackData, 'msgsent');
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
    assert.equal((await a.row(ackData)).status, 'msgsent');
    assert.equal(b.core.counters.messagesRefused, 1);
  });

  for (const list of ['contacts', 'subscriptions', 'whitelist'] as const) {
    it(`is not asked of friends in the ${list}`, async (t) => {
      const { a, b, anna, bert } = await setUp(t);
      const entry = { address: anna, label: utf8('a friend'), enabled: true };
      await b.core.books[list].add(entry);
      const first = await b.send(bert, anna, 'you pay the minimum');
      await b.untilStatus(first, 'ackreceived');
      const key = await a.store.pubkeys.get(bert);
      const shown = decodeStoredKey(key?.keyBlock ?? utf8(''))?.keyBlock.difficulty;
      assert.deepEqual(shown, b.settings.minimumDifficulty);
      const harder = { nonceTrialsPerByte: 4000, payloadLengthExtraBytes: 1000 };
      await b.core.identities.update(bert, harder);
      const ackData = await a.send(anna, bert, 'from a friend');
      await a.untilStatus(ackData, 'ackreceived');
    });
  }

  it('above the limit stops a message until the user forces it', async (t) => {
    const { a, anna, bert } = await setUp(t);
    a.settings.maxAcceptableDifficulty = {
      nonceTrialsPerByte: 2,
      payloadLengthExtraBytes: 1000,
    };
    const ackData = await a.send(anna, bert, 'too difficult');
    const stopped = await a.untilStatus(ackData, 'toodifficult');
    assert.match(stopped.reason, /4\/300/);
    await assert.rejects(a.core.outbox.forceSend(utf8('nothing')), { code: 'unknown-message' });
    await a.core.outbox.forceSend(ackData);
    await a.untilStatus(ackData, 'ackreceived');
    await assert.rejects(a.core.outbox.forceSend(ackData), { code: 'wrong-state' });
  });

  it('that was forced stays so when the node stops in between', async (t) => {
    const { a, anna, bert } = await setUp(t);
    a.settings.maxAcceptableDifficulty = { nonceTrialsPerByte: 2, payloadLengthExtraBytes: 2 };
    const ackData = await a.send(anna, bert, 'too difficult');
    await a.untilStatus(ackData, 'toodifficult');
    a.pow.hold('message');
    await a.core.outbox.forceSend(ackData);
    await a.untilStatus(ackData, 'doingmsgpow');
    await a.stop();
    a.pow.release('message');
    await a.start();
    await a.untilStatus(ackData, 'ackreceived');
  });

  it('is accepted later when the user raises the limit; 0 means no limit', async (t) => {
    const { a, anna, bert } = await setUp(t);
    a.settings.maxAcceptableDifficulty = { nonceTrialsPerByte: 2, payloadLengthExtraBytes: 2 };
    const ackData = await a.send(anna, bert, 'too difficult');
    await a.untilStatus(ackData, 'toodifficult');
    await a.core.outbox.retryTooDifficult();
    await a.untilStatus(ackData, 'toodifficult');
    a.settings.maxAcceptableDifficulty = { nonceTrialsPerByte: 0, payloadLengthExtraBytes: 0 };
    await a.core.outbox.retryTooDifficult();
    await a.untilStatus(ackData, 'ackreceived');
  });
});
