/**
 * `npm run bench:mailbox [MESSAGES]`: lists, counts, conversations and search in a mailbox of that size
 * (default 100,000, a fifth of it own mail), through the store's worker.
 */
import { openStore } from '../src/store/open-store.js';
import type { MailboxScope } from '../src/store/mailbox/mailbox-repository.js';
import type { InboxRecord, SentRecord } from '../src/store/repositories.js';
import { utf8 } from '../src/util/bytes.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { inboxRecord, sentRecord } from '../test/support/store-records.js';

const [messages = 100_000] = process.argv.slice(2).map(Number);
const SENT_SHARE = 0.2;
const BODY_WORDS = 150;
const VOCABULARY = 30_000;
const PEOPLE = 200;
const SUBJECTS = 2_000;
const BATCH = 500;
const RUNS = 15;

/** Number `n` of the vocabulary: low ones are short. */
function word(n: number): string {
  let text = '';
  for (let rest = n + 400; rest > 0; rest = Math.floor(rest / 100)) {
    text += 'bcdfghjklmnpqrstvwxz'[rest % 20] ?? '';
    text += 'aeiou'[Math.floor(rest / 20) % 5] ?? '';
  }
  return text;
}

/** Few words are frequent, most are rare. */
function anyWord(): string {
  return word(Math.floor(VOCABULARY ** Math.random()));
}

function text(words: number): Uint8Array {
  return utf8(Array.from({ length: words }, anyWord).join(' '));
}

function content(n: number): Pick<InboxRecord, 'subject' | 'body'> {
  return { subject: utf8(`${word(n % SUBJECTS)} ${word(n % 7)}`), body: text(BODY_WORDS) };
}

function person(n: number): string {
  return `BM-2c${word(n * 7919)}${word(n)}person`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const temp = createTempDir('petrel-bench');
const store = await openStore({ dataDir: temp.path }, { log: nullLog, clock: systemClock });

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now();
    await work();
    times.push(performance.now() - startMs);
  }
  const worst = Math.max(...times);
  console.log(
    `${what.padEnd(44)} ${median(times).toFixed(1)} ms median, ${worst.toFixed(1)} worst`,
  );
}

async function seconds(work: () => Promise<unknown>): Promise<string> {
  const startMs = performance.now();
  await work();
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}

async function fill(): Promise<void> {
  const sent = Math.round(messages * SENT_SHARE);
  for (let n = 0; n < messages; n += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, messages - n) }, (_, i) => n + i);
    const inbox = numbers.filter((i) => i >= sent);
    const own = numbers.filter((i) => i < sent);
    await store.mailBulk.addInbox(
      inbox.map((i) =>
        inboxRecord(i, { ...content(i), fromAddress: person(i % PEOPLE), read: i % 10 > 0 }),
      ),
    );
    await store.mailBulk.addSent(
      own.map((i): SentRecord =>
        sentRecord(i, { ...content(i), toAddress: person(i % PEOPLE), status: 'ackreceived' }),
      ),
    );
  }
}

try {
  console.log(`${messages} messages of ${BODY_WORDS} words`);
  console.log(`added in ${await seconds(fill)}`);
  const indexed = await seconds(async () => {
    while ((await store.search.index(200)) > 0);
  });
  console.log(`indexed in ${indexed} (in the background)`);
  const { mailbox, search } = store;
  const scopes: [string, MailboxScope][] = [
    ['inbox', { folder: 'inbox' }],
    ['inbox of one identity', { folder: 'inbox', identity: inboxRecord(1).toAddress }],
    ['inbox, unread', { folder: 'inbox', unread: true }],
    ['inbox of one sender', { folder: 'inbox', sender: person(3) }],
    ['all', { folder: 'all' }],
    ['sent', { folder: 'sent' }],
    ['starred (none)', { folder: 'starred' }],
    ['archive (none)', { folder: 'archive' }],
    ['outbox (none)', { folder: 'outbox' }],
  ];
  for (const [name, scope] of scopes) {
    await measure(`list ${name}, 50 rows`, () => mailbox.list(scope, undefined, 50));
    await measure(`conversations ${name}, 50 rows`, () => mailbox.threads(scope, undefined, 50));
  }
  const [middle] = (await mailbox.list({ folder: 'inbox' }, undefined, 1)).map((row) => ({
    timeS: row.timeS - Math.round(messages / 2),
    direction: 'in' as const,
    row: 1,
  }));
  await measure('list inbox from the middle, 500 rows', () =>
    mailbox.list({ folder: 'inbox' }, middle, 500),
  );
  await measure('counts', () => mailbox.counts());
  const queries = [
    word(1),
    word(20_000),
    `${word(1)} ${word(2)} ${word(3)}`,
    word(50).slice(0, 3),
    `"${word(5)} ${word(6)}"`,
    'person',
    'nothinglikethis',
  ];
  for (const query of queries) {
    for (const folder of ['all', 'sent'] as const) {
      await measure(`search ${query} in ${folder}, 50 rows`, () =>
        search.find({ query, scope: { folder }, limit: 50 }),
      );
    }
  }
  await measure('delete one message', async () => {
    const [row] = await mailbox.list({ folder: 'inbox' }, undefined, 1);
    if (row) await mailbox.remove({ keys: [row], threads: [] });
  });
} finally {
  await store.close();
  temp.remove();
}
