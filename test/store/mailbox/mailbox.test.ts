/** Folders, conversations, labels and unknown senders. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../support/properties.js';
import type {
  MailboxFolder,
  MailboxKey,
  MailboxPosition,
  MailboxRow,
  MailboxScope,
} from '../../../src/store/mailbox/mailbox-repository.js';
import type { InboxRecord, SentRecord } from '../../../src/store/repositories.js';
import type { Store } from '../../../src/store/open-store.js';
import { utf8 } from '../../../src/util/bytes.js';
import {
  addressOf,
  bytesOf,
  identityRecord,
  inboxRecord,
  sentRecord,
} from '../../support/store-records.js';
import { openTempStore } from '../../support/temp-store.js';

const ME = addressOf(1);
const CHAN = addressOf(9);
const FRIEND = addressOf(2);
const STRANGER = addressOf(7);
const FEED = '[Broadcast subscribers]';

async function openWithIdentities(t: Parameters<typeof openTempStore>[0]): Promise<Store> {
  const { store } = await openTempStore(t);
  await store.identities.add([identityRecord(1), identityRecord(9, { chan: true })]);
  await store.contacts.add({ address: FRIEND, label: utf8('friend') });
  return store;
}

async function receive(
  store: Store,
  n: number,
  changes: Partial<InboxRecord> = {},
): Promise<MailboxKey> {
  const record = inboxRecord(n, { subject: utf8(`subject ${n}`), ...changes });
  await store.journal.commit({ inbox: record });
  return { direction: 'in', id: record.msgid };
}

async function write(
  store: Store,
  n: number,
  changes: Partial<SentRecord> = {},
): Promise<MailboxKey> {
  const record = sentRecord(n, { subject: utf8(`subject ${n}`), ...changes });
  await store.sent.add(record);
  return { direction: 'out', id: record.ackData };
}

function keys(rows: readonly MailboxKey[]): MailboxKey[] {
  return rows.map(({ direction, id }) => ({ direction, id }));
}

async function folder(store: Store, scope: MailboxFolder | MailboxScope): Promise<MailboxKey[]> {
  const wanted = typeof scope === 'string' ? { folder: scope } : scope;
  return keys(await store.mailbox.list(wanted, undefined, 100));
}

function target(...wanted: MailboxKey[]): { keys: MailboxKey[]; threads: Uint8Array[] } {
  return { keys: wanted, threads: [] };
}

function positionOf({ timeS, direction, row }: MailboxRow): MailboxPosition {
  return { timeS, direction, row };
}

describe('folders of the mailbox', () => {
  it('hold what belongs there', async (t) => {
    const store = await openWithIdentities(t);
    const direct = await receive(store, 1);
    const request = await receive(store, 2, { fromAddress: STRANGER });
    const post = await receive(store, 3, { toAddress: CHAN, fromAddress: STRANGER });
    const broadcast = await receive(store, 4, { toAddress: FEED, fromAddress: STRANGER });
    const waiting = await write(store, 5, { status: 'awaitingpubkey' });
    const out = await write(store, 6, { status: 'ackreceived' });
    const trashed = await receive(store, 8, { folder: 'trash' });
    assert.deepEqual(await folder(store, 'inbox'), [direct]);
    assert.deepEqual(await folder(store, 'requests'), [request]);
    assert.deepEqual(await folder(store, 'chans'), [post]);
    assert.deepEqual(await folder(store, 'feeds'), [broadcast]);
    assert.deepEqual(await folder(store, 'outbox'), [waiting]);
    assert.deepEqual(await folder(store, 'sent'), [out, waiting]);
    assert.deepEqual(await folder(store, 'trash'), [trashed]);
    assert.deepEqual(await folder(store, 'all'), [out, waiting, broadcast, post, request, direct]);
    await store.mailbox.label(target(direct, out), { archived: true });
    await store.mailbox.label(target(post, waiting), { starred: true });
    assert.deepEqual(await folder(store, 'inbox'), []);
    assert.deepEqual(await folder(store, 'archive'), [out, direct]);
    assert.deepEqual(await folder(store, 'starred'), [waiting, post]);
    const counts = await store.mailbox.counts();
    assert.deepEqual(counts.folders, {
      inbox: { total: 0, unread: 0 },
      requests: { total: 1, unread: 1 },
      chans: { total: 1, unread: 1 },
      feeds: { total: 1, unread: 1 },
      sent: { total: 2, unread: 0 },
      outbox: { total: 1, unread: 0 },
      archive: { total: 2, unread: 1 },
      trash: { total: 1, unread: 1 },
    });
    assert.equal(counts.starred, 2);
    assert.deepEqual(
      counts.chans.map((one) => ({ ...one })),
      [{ address: CHAN, unread: 1 }],
    );
    assert.deepEqual(
      counts.feeds.map((one) => ({ ...one })),
      [{ address: STRANGER, unread: 1 }],
    );
  });

  it('hold messages without subject and text, and beginnings of long ones', async (t) => {
    const store = await openWithIdentities(t);
    await receive(store, 1, { subject: new Uint8Array(), body: new Uint8Array() });
    await receive(store, 2, { subject: new Uint8Array(3), body: new Uint8Array(5_000) });
    const rows = await store.mailbox.list({ folder: 'all' }, undefined, 10);
    assert.deepEqual(
      rows.map(({ subject, body, sizeBytes }) => [subject.length, body.length, sizeBytes]),
      [
        [3, 640, 5_003],
        [0, 0, 0],
      ],
    );
  });

  it('are narrowed by identity, sender, chan, unread and starred', async (t) => {
    const store = await openWithIdentities(t);
    const toMe = await receive(store, 1);
    const toOther = await receive(store, 2, { toAddress: addressOf(4), read: true });
    const post = await receive(store, 3, { toAddress: CHAN });
    assert.deepEqual(await folder(store, { folder: 'inbox', identity: ME }), [toMe]);
    assert.deepEqual(await folder(store, { folder: 'all', unread: true }), [post, toMe]);
    assert.deepEqual(await folder(store, { folder: 'all', unread: false }), [toOther]);
    assert.deepEqual(await folder(store, { folder: 'all', chan: CHAN }), [post]);
    assert.deepEqual(await folder(store, { folder: 'chans', sender: STRANGER }), []);
    assert.deepEqual(await folder(store, { folder: 'inbox', starred: true }), []);
  });

  it('give the same in pages of any size', async (t) => {
    const store = await openWithIdentities(t);
    for (let n = 0; n < 30; n++) {
      const second = 1_795_000_000 + Math.floor(n / 4);
      await receive(store, n, { receivedS: second, subject: utf8(`s ${n % 3}`) });
      if (n % 2 === 0) await write(store, n, { sentS: second, toAddress: FRIEND });
    }
    const whole = keys(await store.mailbox.list({ folder: 'all' }, undefined, 100));
    assert.equal(whole.length, 45);
    const threads = await store.mailbox.threads({ folder: 'all' }, undefined, 100);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), async (limit) => {
        const found: MailboxKey[] = [];
        for (let after: MailboxPosition | undefined; ;) {
          const page = await store.mailbox.list({ folder: 'all' }, after, limit);
          found.push(...keys(page));
          const last = page.at(-1);
          if (!last) break;
          after = positionOf(last);
        }
        assert.deepEqual(found, whole);
        const first = await store.mailbox.threads({ folder: 'all' }, undefined, 1);
        assert.deepEqual(first, threads.slice(0, 1));
      }),
      { numRuns: 10 },
    );
  });
});

describe('conversations', () => {
  it('join people and subject, however it is answered', async (t) => {
    const store = await openWithIdentities(t);
    await receive(store, 1, { subject: utf8('Lunch  tomorrow') });
    await write(store, 2, { subject: utf8('Re: lunch tomorrow'), toAddress: FRIEND });
    await receive(store, 3, { subject: utf8('AW: RE[2]: Lunch tomorrow'), read: true });
    await receive(store, 4, { subject: utf8('Lunch tomorrow'), fromAddress: STRANGER });
    await receive(store, 5, { subject: utf8('Regards') });
    const threads = await store.mailbox.threads({ folder: 'inbox' }, undefined, 10);
    assert.deepEqual(
      threads.map(({ messages, unread, newest }) => [messages, unread, newest.timeS % 100]),
      [
        [1, 1, 5],
        [3, 1, 3],
      ],
    );
    const lunch = threads[1]?.newest.thread ?? new Uint8Array();
    const { rows, total } = await store.mailbox.thread(lunch, undefined, 2);
    assert.equal(total, 3);
    assert.deepEqual(
      rows.map(({ direction }) => direction),
      ['in', 'out'],
    );
    const rest = await store.mailbox.thread(lunch, positionOf(rows[1] ?? assert.fail()), 2);
    assert.deepEqual(
      rest.rows.map(({ timeS }) => timeS % 100),
      [1],
    );
    const { changed } = await store.mailbox.setTrashed({ keys: [], threads: [lunch] }, true);
    assert.equal(changed, 3);
    assert.equal((await store.mailbox.thread(lunch, undefined, 9)).total, 0);
    assert.equal((await store.mailbox.threads({ folder: 'inbox' }, undefined, 10)).length, 1);
    assert.equal((await store.mailbox.threads({ folder: 'trash' }, undefined, 10)).length, 1);
  });

  it('show an own post in a chan once', async (t) => {
    const store = await openWithIdentities(t);
    const msgid = bytesOf(32, 'post');
    await write(store, 1, { toAddress: CHAN, subject: utf8('news'), msgid });
    const [before] = await store.mailbox.threads({ folder: 'sent' }, undefined, 10);
    assert.equal(before?.messages, 1);
    await receive(store, 2, { toAddress: CHAN, fromAddress: ME, subject: utf8('news'), msgid });
    const [thread] = await store.mailbox.threads({ folder: 'chans' }, undefined, 10);
    assert.equal(thread?.messages, 1);
    const { rows } = await store.mailbox.thread(thread.newest.thread, undefined, 10);
    assert.deepEqual(
      rows.map(({ direction }) => direction),
      ['in'],
    );
  });
});

describe('labels and trash', () => {
  it('tell what was changed, and leave the rest as it is', async (t) => {
    const store = await openWithIdentities(t);
    const [one, two, own] = [
      await receive(store, 1),
      await receive(store, 2),
      await write(store, 3),
    ];
    const gone: MailboxKey = { direction: 'in', id: bytesOf(32, 'gone') };
    const { changed, keys: named } = await store.mailbox.label(target(one, two, own, gone), {
      read: true,
    });
    assert.equal(changed, 2);
    assert.deepEqual(keys(named), [one, two]);
    assert.equal((await store.mailbox.label(target(one), { read: true })).changed, 0);
    assert.equal((await store.mailbox.label(target(one), {})).changed, 0);
    assert.equal((await store.inbox.get(one.id))?.read, true);
    await store.mailbox.label(target(one), { read: false });
    assert.equal(await store.mailbox.markAllRead({ folder: 'inbox' }), 1);
    assert.equal(await store.mailbox.markAllRead({ folder: 'sent' }), 0);
    assert.equal((await store.mailbox.setTrashed(target(one, own), true)).changed, 2);
    assert.equal((await store.mailbox.setTrashed(target(one, own), true)).changed, 0);
    assert.equal((await store.mailbox.setTrashed(target(one, own), false)).changed, 2);
    assert.equal((await store.sent.getByAckData(own.id))?.folder, 'sent');
    assert.equal((await store.mailbox.remove(target(one, own, gone))).changed, 2);
    assert.deepEqual(await folder(store, 'all'), [two]);
  });

  it('empties the trash in slices', async (t) => {
    const { store } = await openTempStore(t);
    const records = Array.from({ length: 1200 }, (_, n) => inboxRecord(n, { folder: 'trash' }));
    await store.mailBulk.addInbox(records);
    await store.mailBulk.addSent([sentRecord(1, { folder: 'trash' }), sentRecord(2)]);
    assert.equal(await store.trash.deleteAndVacuum(), 1201);
    assert.equal(await store.inbox.count(), 0);
    assert.equal(await store.sent.count(), 1);
  });
});

describe('unknown senders', () => {
  const ways: [string, (store: Store) => Promise<unknown>][] = [
    ['accepted', (store) => store.mailbox.accept(STRANGER)],
    ['made a contact', (store) => store.contacts.add({ address: STRANGER, label: utf8('') })],
    [
      'subscribed to',
      (store) => store.subscriptions.add({ address: STRANGER, label: utf8(''), enabled: true }),
    ],
    [
      'put on the whitelist',
      (store) => store.whitelist.add({ address: STRANGER, label: utf8(''), enabled: true }),
    ],
    ['written to', (store) => store.sent.add(sentRecord(1, { toAddress: STRANGER }))],
  ];
  for (const [what, makeKnown] of ways) {
    it(`are known when they are ${what}, for what came and what comes`, async (t) => {
      const store = await openWithIdentities(t);
      const first = await receive(store, 1, { fromAddress: STRANGER });
      const other = await receive(store, 2, { fromAddress: addressOf(8) });
      await makeKnown(store);
      const second = await receive(store, 3, { fromAddress: STRANGER });
      assert.deepEqual(await folder(store, 'inbox'), [second, first]);
      assert.deepEqual(await folder(store, 'requests'), [other]);
    });
  }

  it('are refused: their requests go to the trash, and they are unknown again', async (t) => {
    const store = await openWithIdentities(t);
    const first = await receive(store, 1, { fromAddress: STRANGER });
    assert.equal(await store.mailbox.refuse(STRANGER), 1);
    assert.deepEqual(await folder(store, 'trash'), [first]);
    assert.equal(await store.mailbox.accept(STRANGER), 1);
    assert.equal(await store.mailbox.refuse(STRANGER), 0);
    const second = await receive(store, 2, { fromAddress: STRANGER });
    assert.deepEqual(await folder(store, 'requests'), [second]);
  });

  it('are none in mail that is taken over', async (t) => {
    const store = await openWithIdentities(t);
    await store.mailBulk.addInbox([inboxRecord(1, { fromAddress: STRANGER })]);
    await receive(store, 2, { fromAddress: STRANGER });
    assert.equal((await folder(store, 'inbox')).length, 2);
  });
});

describe('correspondents', () => {
  it('are people written to, last first', async (t) => {
    const store = await openWithIdentities(t);
    await write(store, 1, { toAddress: 'BM-2cA' });
    await write(store, 2, { toAddress: 'BM-2cB' });
    await write(store, 3, { toAddress: FEED });
    await write(store, 4, { toAddress: 'BM-2cA' });
    assert.deepEqual(await store.mailbox.correspondents('', 10), ['BM-2cA', 'BM-2cB']);
    assert.deepEqual(await store.mailbox.correspondents('BM-2cB', 10), ['BM-2cB']);
  });
});
