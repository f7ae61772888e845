import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MailChanges, OutgoingObject } from '../../src/store/repositories.js';
import {
  addressOf,
  bytesOf,
  identityRecord,
  inboxRecord,
  sentRecord,
} from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

function outgoing(n: number, publishAtMs = n): OutgoingObject {
  return { hash: bytesOf(32, 'out', n), object: bytesOf(64, 'out object', n), publishAtMs };
}

/** Changes of every kind, for a store that holds sentRecord(1) and identityRecord(1). */
function everything(): MailChanges {
  return {
    inbox: inboxRecord(1),
    sent: [
      { ackData: sentRecord(1).ackData, changes: { status: 'ackreceived' }, onlyFrom: ['msgsent'] },
      { ackData: bytesOf(38, 'nothing'), changes: { status: 'ackreceived' } },
    ],
    newSent: [sentRecord(2)],
    outgoing: [outgoing(1)],
    identity: { address: addressOf(1), changes: { lastPubkeySendS: 99 } },
    feedPosition: 17,
  };
}

describe('journal', () => {
  it('applies all changes, and they are there after reopening', async (t) => {
    const temp = await openTempStore(t);
    await temp.store.sent.add(sentRecord(1, { status: 'msgsent' }));
    await temp.store.identities.add([identityRecord(1)]);
    assert.equal(await temp.store.journal.feedPosition(), 0);
    assert.deepEqual(await temp.store.journal.commit(everything()), {
      inboxAdded: true,
      sentChanged: [true, false],
    });
    const store = await temp.reopen();
    assert.deepEqual(await store.inbox.list('inbox'), [inboxRecord(1)]);
    assert.deepEqual(await store.sent.list('sent'), [
      sentRecord(1, { status: 'ackreceived' }),
      sentRecord(2),
    ]);
    assert.deepEqual(await store.journal.listOutgoing(), [outgoing(1)]);
    assert.equal((await store.identities.list())[0]?.lastPubkeySendS, 99);
    assert.equal(await store.journal.feedPosition(), 17);
  });

  it('of a duplicate message, leaves out what would be created and keeps what was observed', async (t) => {
    const { store } = await openTempStore(t);
    await store.sent.add(sentRecord(1, { status: 'msgsent' }));
    await store.identities.add([identityRecord(1)]);
    await store.journal.commit({ inbox: inboxRecord(1) });
    const again = { ...everything(), inbox: inboxRecord(1, { msgid: bytesOf(32, 'other nonce') }) };
    assert.deepEqual(await store.journal.commit(again), {
      inboxAdded: false,
      sentChanged: [true, false],
    });
    assert.equal(await store.inbox.count(), 1);
    assert.equal(await store.sent.count(), 1);
    assert.deepEqual(await store.journal.listOutgoing(), []);
    assert.equal((await store.sent.getByAckData(sentRecord(1).ackData))?.status, 'ackreceived');
    assert.equal((await store.identities.list())[0]?.lastPubkeySendS, 99);
    assert.equal(await store.journal.feedPosition(), 17);
  });

  it('applies nothing when one change fails', async (t) => {
    const { store } = await openTempStore(t);
    await store.sent.add(sentRecord(1, { status: 'msgsent' }));
    await store.sent.add(sentRecord(2));
    await store.identities.add([identityRecord(1)]);
    await assert.rejects(store.journal.commit(everything()), RangeError); // ackData 2 is taken
    assert.equal(await store.inbox.count(), 0);
    assert.equal((await store.sent.getByAckData(sentRecord(1).ackData))?.status, 'msgsent');
    assert.deepEqual(await store.journal.listOutgoing(), []);
    assert.equal((await store.identities.list())[0]?.lastPubkeySendS, 0);
    assert.equal(await store.journal.feedPosition(), 0);
    assert.equal((await store.journal.commit({ inbox: inboxRecord(1) })).inboxAdded, true);
  });

  it('takes empty changes and says that no message was added', async (t) => {
    const { store } = await openTempStore(t);
    assert.deepEqual(await store.journal.commit({}), { inboxAdded: false, sentChanged: [] });
  });

  it('never moves the position back', async (t) => {
    const { store } = await openTempStore(t);
    await Promise.all([5, 9, 7].map((feedPosition) => store.journal.commit({ feedPosition })));
    assert.equal(await store.journal.feedPosition(), 9);
  });

  it('lists outgoing objects by time, keeps one of each hash, removes', async (t) => {
    const { store } = await openTempStore(t);
    await store.journal.commit({ outgoing: [outgoing(1, 30), outgoing(2, 10), outgoing(3, 10)] });
    await store.journal.commit({ outgoing: [outgoing(1, 99)] });
    assert.deepEqual(await store.journal.listOutgoing(), [
      outgoing(2, 10),
      outgoing(3, 10),
      outgoing(1, 30),
    ]);
    await store.journal.removeOutgoing(outgoing(3).hash);
    await store.journal.removeOutgoing(bytesOf(32, 'nothing'));
    assert.equal((await store.journal.listOutgoing()).length, 2);
  });
});
