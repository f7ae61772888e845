/** Full-text search. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fc } from '../../support/properties.js';
import type { MailboxFolder } from '../../../src/store/mailbox/mailbox-repository.js';
import { rowOfKey, searchKey } from '../../../src/store/mailbox/search-key.js';
import { searchExpression } from '../../../src/store/mailbox/search-text.js';
import type { Store } from '../../../src/store/open-store.js';
import { utf8 } from '../../../src/util/bytes.js';
import { addressOf, inboxRecord, sentRecord } from '../../support/store-records.js';
import { openTempStore } from '../../support/temp-store.js';

async function indexAll(store: Store): Promise<void> {
  while ((await store.search.index(100)) > 0);
}

async function receive(store: Store, n: number, subject: string, body: string): Promise<void> {
  const record = inboxRecord(n, { subject: utf8(subject), body: utf8(body) });
  await store.journal.commit({ inbox: record });
}

/** Last two digits of the times of what is found. */
async function find(store: Store, query: string, folder: MailboxFolder = 'all'): Promise<number[]> {
  const found = await store.search.find({ query, scope: { folder }, limit: 100 });
  return (found?.rows ?? []).map(({ timeS }) => timeS % 100);
}

describe('search', () => {
  it('finds all words in subject, body and addresses, newest first', async (t) => {
    const { store } = await openTempStore(t);
    await receive(store, 1, 'Holiday plans', 'We take the train to Österreich.');
    await receive(store, 2, 'Re: Holiday plans', 'The train is late; ticket 4711-B');
    await store.sent.add(sentRecord(3, { subject: utf8('trains'), body: utf8('for a holiday') }));
    await indexAll(store);
    assert.deepEqual(await find(store, 'holiday'), [3, 2, 1]);
    assert.deepEqual(await find(store, 'TRAIN holi'), [3, 2, 1]);
    assert.deepEqual(await find(store, '"train"'), [2, 1]);
    assert.deepEqual(await find(store, '"plans we"'), []);
    assert.deepEqual(await find(store, '"take the train"'), [1]);
    assert.deepEqual(await find(store, 'osterreich'), [1]);
    assert.deepEqual(await find(store, '4711-b'), [2]);
    assert.deepEqual(await find(store, addressOf(3)), [3]);
    assert.deepEqual(await find(store, 'address2 late'), [2]);
    assert.deepEqual(await find(store, 'holiday', 'sent'), [3]);
    assert.deepEqual(await find(store, 'nothing'), []);
    assert.equal(
      await store.search.find({ query: ' -"" ', scope: { folder: 'all' }, limit: 1 }),
      undefined,
    );
  });

  it('finds parts of texts without blanks', async (t) => {
    const { store } = await openTempStore(t);
    await receive(store, 1, '会议记录', '明天下午在北京开会');
    await receive(store, 2, 'メモ', '東京タワーに行きます');
    await indexAll(store);
    assert.deepEqual(await find(store, '北京'), [1]);
    assert.deepEqual(await find(store, '京北'), []);
    assert.deepEqual(await find(store, 'タワー'), [2]);
    assert.deepEqual(await find(store, '京'), [2, 1]);
  });

  it('goes on where a page ended', async (t) => {
    const { store } = await openTempStore(t);
    for (let n = 0; n < 25; n++) await receive(store, n, 'same', n % 2 === 0 ? 'even' : 'odd');
    await indexAll(store);
    const found: number[] = [];
    for (let after: string | undefined, end = false; !end;) {
      const page = await store.search.find({
        query: 'same',
        scope: { folder: 'requests' },
        after,
        limit: 4,
      });
      found.push(...(page?.rows ?? []).map(({ timeS }) => timeS % 100));
      after = page?.next;
      end = after === undefined;
    }
    assert.deepEqual(
      found,
      Array.from({ length: 25 }, (_, n) => 24 - n),
    );
  });

  it('tells how many messages are not indexed yet, newest ones first', async (t) => {
    const { store } = await openTempStore(t);
    for (let n = 0; n < 5; n++) await receive(store, n, 'same', '');
    assert.equal(await store.search.index(2), 3);
    const found = await store.search.find({ query: 'same', scope: { folder: 'all' }, limit: 9 });
    assert.equal(found?.notIndexed, 3);
    assert.deepEqual(
      found.rows.map(({ timeS }) => timeS % 100),
      [4, 3],
    );
  });

  it('forgets what is deleted, one by one and many at once, without a trace in the file', async (t) => {
    const { store, dataDir } = await openTempStore(t);
    const path = join(dataDir, 'mail.db');
    const holds = (word: string): boolean =>
      readFileSync(path).includes(word) || readFileSync(`${path}-wal`).includes(word);
    await receive(store, 0, 'hidden zyxwvutsingle', 'body');
    for (let n = 1; n <= 300; n++) await receive(store, n, `note ${n}`, `zyxwvutmany and common`);
    await receive(store, 301, 'stays', 'common ground');
    await indexAll(store);
    assert.ok(holds('zyxwvutsingle'));
    const { msgid } = inboxRecord(0);
    await store.mailbox.remove({ keys: [{ direction: 'in', id: msgid }], threads: [] });
    assert.deepEqual(await find(store, 'zyxwvutsingle'), []);
    assert.equal(holds('zyxwvutsingle'), false);
    for (let n = 1; n <= 300; n++) await store.inbox.move(inboxRecord(n).msgid, 'trash');
    assert.equal(await store.trash.deleteAndVacuum(), 300);
    assert.deepEqual(await find(store, 'common'), [1]);
    while (await store.search.purge());
    assert.equal(holds('zyxwvutmany'), false);
    assert.deepEqual(await find(store, 'common'), [1]);
    assert.equal(await store.search.purge(), false);
  });

  it('indexes a row that got the number of a deleted one', async (t) => {
    const { store } = await openTempStore(t);
    await receive(store, 1, 'first', '');
    await indexAll(store);
    await store.mailbox.remove({
      keys: [{ direction: 'in', id: inboxRecord(1).msgid }],
      threads: [],
    });
    await receive(store, 1, 'second', '');
    assert.deepEqual(await find(store, 'first'), []);
    await store.mailbox.remove({
      keys: [{ direction: 'in', id: inboxRecord(1).msgid }],
      threads: [],
    });
    await receive(store, 1, 'third', '');
    await indexAll(store);
    assert.deepEqual(await find(store, 'first'), []);
    assert.deepEqual(await find(store, 'second'), []);
    assert.deepEqual(await find(store, 'third'), [1]);
  });

  it('takes any query and any text', async (t) => {
    const { store } = await openTempStore(t);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(
        'NEAR(a b)',
        '"',
        "a' OR",
        'subject:x',
        '*',
        'a*',
        '^b',
        'AND',
        '{a b}:c',
        '\0a',
      ),
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 4 }),
        fc.uint8Array({ maxLength: 50 }),
        async (words, body) => {
          const record = inboxRecord(++n, { subject: utf8(words.join(' ')), body });
          await store.journal.commit({ inbox: record });
          await indexAll(store);
          await store.search.find({ query: words.join(' '), scope: { folder: 'all' }, limit: 1 });
          await store.mailbox.remove({
            keys: [{ direction: 'in', id: record.msgid }],
            threads: [],
          });
        },
      ),
      { numRuns: 100 },
    );
    await store.search.purge();
    assert.deepEqual(await find(store, 'subject OR a OR b'), []);
  });
});

describe('searchExpression', () => {
  it('quotes words, and begins of words are prefixes', () => {
    assert.equal(searchExpression('ab bcd "d e" "f'), '"ab" AND "bcd"* AND "d e" AND "f"');
    assert.equal(searchExpression('- ! ""'), undefined);
  });
});

describe('searchKey', () => {
  it('gives the row back and grows with the time', () => {
    const row = fc.nat(2 ** 29 - 1);
    const time = fc.nat(2 ** 32 - 1);
    const direction = fc.constantFrom('in' as const, 'out' as const);
    fc.assert(
      fc.property(direction, row, time, row, time, (side, a, at, b, bt) => {
        const key = searchKey(side, a, at);
        assert.deepEqual(rowOfKey(key), { direction: side, row: a });
        if (at < bt) assert.ok(key < searchKey(side, b, bt));
      }),
    );
    assert.throws(() => searchKey('in', 2 ** 29, 0), RangeError);
  });
});
