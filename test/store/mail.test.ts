/** inbox, sent, trash. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Store } from '../../src/store/open-store.js';
import type { InboxRecord, SentStatus } from '../../src/store/repositories.js';
import { NO_BYTES, toHex, utf8 } from '../../src/util/bytes.js';
import { addressOf, bytesOf, inboxRecord, sentRecord } from '../support/store-records.js';
import { openTempStore } from '../support/temp-store.js';

async function receive(store: Store, ...records: InboxRecord[]): Promise<boolean[]> {
  const added: boolean[] = [];
  for (const inbox of records) added.push((await store.journal.commit({ inbox })).inboxAdded);
  return added;
}

describe('inbox', () => {
  it('lists by time received, then by insertion', async (t) => {
    const temp = await openTempStore(t);
    const late = inboxRecord(1, { receivedS: 30 });
    const first = inboxRecord(2, { receivedS: 10 });
    const second = inboxRecord(3, { receivedS: 10 });
    const trashed = inboxRecord(4, { receivedS: 5, folder: 'trash', read: true });
    assert.deepEqual(await receive(temp.store, late, first, second, trashed), [
      true,
      true,
      true,
      true,
    ]);
    const store = await temp.reopen();
    assert.deepEqual(await store.inbox.list('inbox'), [first, second, late]);
    assert.deepEqual(
      await store.inbox.listIds('inbox'),
      [first, second, late].map((record) => toHex(record.msgid)).join(' '),
    );
    assert.deepEqual(await store.inbox.list('trash'), [trashed]);
    assert.deepEqual(await store.inbox.get(trashed.msgid), trashed);
    assert.equal(await store.inbox.get(bytesOf(32, 'nothing')), undefined);
    assert.equal(await store.inbox.count(), 4);
  });

  it('refuses the same msgid, and the same sigHash unless it is empty', async (t) => {
    const { store } = await openTempStore(t);
    const old = (n: number): InboxRecord => inboxRecord(n, { sigHash: NO_BYTES });
    const added = await receive(
      store,
      inboxRecord(1),
      inboxRecord(1, { sigHash: bytesOf(32, 'other') }),
      inboxRecord(2, { sigHash: inboxRecord(1).sigHash }),
      old(3),
      old(4),
    );
    assert.deepEqual(added, [true, false, false, true, true]);
    assert.equal(await store.inbox.hasSigHash(inboxRecord(1).sigHash), true);
    assert.equal(await store.inbox.hasSigHash(bytesOf(32, 'unknown')), false);
    assert.equal(await store.inbox.hasSigHash(NO_BYTES), false);
  });

  it('lists by receiver: folder inbox, exact text, order of insertion', async (t) => {
    const { store } = await openTempStore(t);
    const to = (n: number, toAddress: string, changes: Partial<InboxRecord> = {}): InboxRecord =>
      inboxRecord(n, { toAddress, ...changes });
    const two = to(2, 'BM-x', { receivedS: 20 });
    const one = to(1, 'BM-x', { receivedS: 10 });
    await receive(store, two, one, to(3, 'BM-X'), to(4, 'BM-x', { folder: 'trash' }));
    assert.deepEqual(await store.inbox.listByReceiver('BM-x'), [two, one]);
    assert.deepEqual(await store.inbox.listByReceiver('BM-_'), []);
  });

  it('marks read and moves', async (t) => {
    const { store } = await openTempStore(t);
    await receive(store, inboxRecord(1));
    const { msgid } = inboxRecord(1);
    assert.equal(await store.inbox.setRead(msgid, true), true);
    assert.equal(await store.inbox.move(msgid, 'trash'), true);
    assert.deepEqual(await store.inbox.get(msgid), inboxRecord(1, { read: true, folder: 'trash' }));
    assert.equal(await store.inbox.setRead(bytesOf(32, 'nothing'), true), false);
    assert.equal(await store.inbox.move(bytesOf(32, 'nothing'), 'trash'), false);
  });
});

describe('sent', () => {
  it('lists by last action, by sender, by status, and finds by both keys', async (t) => {
    const temp = await openTempStore(t);
    const a = sentRecord(1, { lastActionS: 30, status: 'msgsent' });
    const b = sentRecord(2, { lastActionS: 10, fromAddress: addressOf(7) });
    const c = sentRecord(3, { lastActionS: 10, status: 'awaitingpubkey' });
    const d = sentRecord(4, { folder: 'trash', status: 'msgsent' });
    for (const record of [a, b, c, d]) await temp.store.sent.add(record);
    const { sent } = await temp.reopen();
    assert.deepEqual(await sent.list('sent'), [b, c, a]);
    assert.deepEqual(
      await sent.listIds('sent'),
      [b, c, a].map((record) => toHex(record.msgid)).join(' '),
    );
    assert.deepEqual(await sent.list('trash'), [d]);
    assert.deepEqual(await sent.list('draft'), []);
    assert.deepEqual(await sent.listBySender(addressOf(1)), [c, a]);
    assert.deepEqual(await sent.listByStatus(['msgsent', 'msgqueued']), [a, b]);
    assert.deepEqual(await sent.listByStatus([]), []);
    const unfinished = await sent.countUnfinished();
    assert.deepEqual(
      unfinished.sort((one, other) => one.oldestActionS - other.oldestActionS),
      [
        { status: 'awaitingpubkey', count: 1, oldestActionS: 10 },
        { status: b.status, count: 1, oldestActionS: 10 },
        { status: 'msgsent', count: 1, oldestActionS: 30 },
      ].sort((one, other) => one.oldestActionS - other.oldestActionS || 0),
    );
    assert.deepEqual(await sent.get(d.msgid), d);
    assert.deepEqual(await sent.getByAckData(c.ackData), c);
    assert.equal(await sent.get(c.ackData), undefined);
    assert.equal(await sent.getByAckData(c.msgid), undefined);
    assert.equal(await sent.count(), 4);
  });

  it('refuses a second row with the same ackData', async (t) => {
    const { store } = await openTempStore(t);
    await store.sent.add(sentRecord(1));
    await assert.rejects(store.sent.add(sentRecord(1, { toAddress: 'BM-x' })), RangeError);
    assert.equal(await store.sent.count(), 1);
  });

  it('changes the given fields and no others', async (t) => {
    const { store } = await openTempStore(t);
    await store.sent.add(sentRecord(1, { reason: 'because' }));
    const changes = {
      msgid: bytesOf(32, 'object'),
      lastActionS: 1,
      sleepUntilS: 2,
      retryNumber: 3,
      ttlS: 4,
      folder: 'trash',
      status: 'msgsent',
      reason: '',
    } as const;
    assert.equal(await store.sent.update(sentRecord(1).ackData, changes), true);
    assert.deepEqual(
      await store.sent.getByAckData(sentRecord(1).ackData),
      sentRecord(1, { ...changes }),
    );
    assert.equal(await store.sent.update(bytesOf(38, 'nothing'), changes), false);
  });

  it('update with onlyFrom is a compare-and-set: of many racing ones exactly one wins', async (t) => {
    const { store } = await openTempStore(t);
    await store.sent.add(sentRecord(1));
    const { ackData } = sentRecord(1);
    const from: SentStatus[] = ['msgqueued', 'forcepow'];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, retryNumber) =>
        store.sent.update(ackData, { status: 'doingmsgpow', retryNumber }, from),
      ),
    );
    assert.deepEqual(outcomes, [true, ...Array<boolean>(19).fill(false)]);
    assert.equal((await store.sent.getByAckData(ackData))?.retryNumber, 0);
    assert.equal(await store.sent.update(ackData, { status: 'msgsent' }, []), false);
  });
});

describe('trash', () => {
  it('moves what has that msgid in inbox and sent', async (t) => {
    const { store } = await openTempStore(t);
    const msgid = bytesOf(32, 'shared');
    await receive(store, inboxRecord(1, { msgid }), inboxRecord(2));
    await store.sent.add(sentRecord(1, { msgid }));
    await store.sent.add(sentRecord(2));
    await store.trash.trash(msgid);
    assert.equal(await store.inbox.listIds('trash'), toHex(msgid));
    assert.equal(await store.sent.listIds('trash'), toHex(msgid));
    assert.equal((await store.inbox.list('inbox')).length, 1);
    assert.equal((await store.sent.list('sent')).length, 1);
  });

  it('deletes the trash for ever, gives the space back and leaves no trace in the files', async (t) => {
    const { store, dataDir } = await openTempStore(t);
    const secret = 'the quick brown secret';
    const body = utf8(secret.repeat(5000));
    for (let n = 0; n < 20; n++) {
      await receive(store, inboxRecord(n, { body, folder: n < 18 ? 'trash' : 'inbox' }));
      await store.sent.add(sentRecord(n, { folder: n < 10 ? 'trash' : 'sent' }));
    }
    await store.trash.trash(inboxRecord(18).msgid);
    await store.inbox.move(inboxRecord(19).msgid, 'trash');
    const path = join(dataDir, 'mail.db');
    assert.ok(readFileSync(path).includes(secret) || readFileSync(`${path}-wal`).includes(secret));
    await store.trash.deleteAndVacuum();
    assert.equal(await store.inbox.count(), 0);
    assert.equal(await store.sent.count(), 10);
    assert.ok(statSync(path).size < body.length * 3);
    assert.equal(statSync(`${path}-wal`).size, 0);
    assert.equal(readFileSync(path).includes(secret), false);
  });
});
