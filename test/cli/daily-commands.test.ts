/** The commands of daily use, against a whole node in this process. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runProgram } from '../../src/cli/program.js';
import { utf8 } from '../../src/util/bytes.js';
import { CREDENTIALS, startNativeNode, type NativeNodeTest } from '../support/native-node.js';
import { inboxRecord } from '../support/store-records.js';
import { tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';

const LIMIT = { timeout: 600_000 };
const WAIT_MS = 180_000;
/** Of the tests' vectors; nobody here. */
const STRANGER = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

interface Scene extends NativeNodeTest {
  readonly petrel: (...args: string[]) => Promise<Ran>;
  /** As on a terminal of 80 columns. */
  readonly onTerminal: (...args: string[]) => Promise<Ran>;
  /** The JSON that a command prints. */
  readonly json: (...args: string[]) => Promise<unknown>;
}

async function scene(t: TestContext): Promise<Scene> {
  const node = await startNativeNode(t);
  const environment = {
    PETREL_API: node.url,
    PETREL_API_USER: CREDENTIALS.username,
    PETREL_API_PASSWORD: CREDENTIALS.password,
  };
  const run = async (args: readonly string[], columns: number | undefined): Promise<Ran> => {
    let [out, err] = ['', ''];
    const status = await runProgram(args, {
      environment,
      out: (text) => (out += text),
      err: (text) => (err += text),
      screen: { columns, color: columns !== undefined },
    });
    return { status, out, err };
  };
  return {
    ...node,
    petrel: (...args) => run(args, undefined),
    onTerminal: (...args) => run(args, 80),
    json: async (...args) => {
      const { status, out, err } = await run([...args, '--json'], undefined);
      assert.equal(status, 0, err);
      return JSON.parse(out) as unknown;
    },
  };
}

async function made(test: Scene, label: string): Promise<string> {
  const { status, out } = await test.petrel('identities', 'create', label);
  assert.equal(status, 0);
  assert.match(out, /^BM-\w+\n$/);
  return out.trim();
}

async function delivered(test: Scene, count: number): Promise<void> {
  await until('the message', WAIT_MS, async () => {
    const { messages } = await test.call('messages.list', { folder: 'all' });
    return messages.filter(({ direction }) => direction === 'in').length >= count || undefined;
  });
}

describe('daily commands', LIMIT, () => {
  it('own addresses are made, listed, renamed, switched and deleted', async (t) => {
    const test = await scene(t);
    assert.match((await test.petrel('identities')).err, /^no own addresses yet; petrel identities/);
    const alice = await made(test, 'Alice');
    const file = join(tempDir(t), 'passphrase');
    writeFileSync(file, 'a passphrase\n');
    const create = ['identities', 'create', 'Made', '--passphrase-file', file, '--count', '2'];
    const some = (await test.json(...create)) as { identities: { address: string }[] };
    assert.equal(some.identities.length, 2);
    assert.match((await test.petrel(...create)).err, /here already/);
    const { out } = await test.petrel('identities', 'ali');
    assert.equal(out.split('\n')[1]?.replace(/ +/g, ' '), `${alice} on Alice`);
    await test.petrel('identities', 'label', 'Alice', 'Alice B.');
    await test.petrel('identities', 'disable', 'alice');
    assert.match((await test.petrel('identities')).out, new RegExp(`${alice} +off +Alice B\\.`));
    const asked = await test.petrel('identities', 'delete', 'alice');
    assert.deepEqual([asked.status, /--yes/.test(asked.err)], [1, true]);
    assert.deepEqual(await test.json('identities', 'delete', 'alice', '--yes'), { deleted: alice });
    assert.equal((await test.petrel('identities', 'delete', 'alice', '--yes')).status, 4);
  });

  it('names may be cut short, but not mean two', async (t) => {
    const test = await scene(t);
    const [anna, annabel] = [await made(test, 'Anna'), await made(test, 'Annabel')];
    const label = async (name: string): Promise<Ran> => test.petrel('identities', 'enable', name);
    assert.match((await label('anna')).out, new RegExp(`^${anna}`, 'm'));
    assert.match((await label('annab')).out, new RegExp(`^${annabel}`, 'm'));
    assert.match((await label(annabel.slice(3, 20))).out, new RegExp(`^${annabel}`, 'm'));
    const { status, err } = await label('an');
    assert.equal(status, 4);
    assert.match(err, /^petrel: "an" may be 2 addresses: Anna BM-\w+, Annabel BM-\w+\n$/);
    const mistyped = anna.slice(0, -1) + (anna.endsWith('1') ? '2' : '1');
    const wrong = await test.petrel('contacts', 'add', mistyped, 'x');
    assert.deepEqual([wrong.status, /not an address/.test(wrong.err)], [5, true]);
    const none = await test.petrel('send', 'nobody', '--body', 'x', '--from', 'anna');
    assert.match(none.err, /"nobody" is not an address, and no contact, chan, own address or/);
  });

  it('chans, contacts, subscriptions and senders', async (t) => {
    const test = await scene(t);
    const created = await test.petrel('chan', 'create', 'general');
    const chan = created.out.trim();
    assert.equal((await test.petrel('chan', 'create', 'general')).status, 5);
    assert.match((await test.petrel('chan')).out, new RegExp(`${chan} +on +\\[chan\\] general`));
    assert.equal((await test.petrel('chan', 'leave', 'gen')).out, `left ${chan}\n`);
    assert.equal((await test.petrel('chan', 'join', 'other', chan)).status, 5);
    assert.equal((await test.petrel('chan', 'join', 'general', chan)).out, `${chan}\n`);
    await test.petrel('contacts', 'add', STRANGER, 'Kim');
    assert.deepEqual(await test.json('contacts'), {
      contacts: [{ address: STRANGER, label: 'Kim' }],
    });
    await test.petrel('subscribe', 'kim');
    await test.petrel('subscriptions', 'disable', 'kim');
    assert.deepEqual(await test.json('subscriptions', 'list', 'kim'), {
      subscriptions: [{ address: STRANGER, label: 'Kim', enabled: false }],
    });
    assert.equal((await test.petrel('unsubscribe', 'kim')).out, `unsubscribed from ${STRANGER}\n`);
    await test.petrel('contacts', 'rename', 'kim', 'Kim K.');
    await test.petrel('senders', 'block', 'kim k');
    assert.match((await test.petrel('senders')).out, new RegExp(`black +${STRANGER} +on`));
    assert.equal((await test.petrel('senders', 'unblock', STRANGER)).status, 0);
    assert.equal((await test.petrel('contacts', 'remove', 'kim')).out, `removed ${STRANGER}\n`);
  });

  it('mail is sent, waited for, listed, read, answered, searched, thrown away', async (t) => {
    const test = await scene(t);
    await made(test, 'Alice');
    const send = ['send', 'alice', '--subject', 'Lunch', '--body', 'At noon?', '--wait'];
    const sent = await test.petrel(...send);
    assert.equal(sent.status, 0, sent.err);
    assert.match(sent.out, /^ID +TO +STATE\ns1 +BM-\w+ +sent\n$/);
    assert.match(sent.err, /^s1: sent$/m);
    await delivered(test, 1);
    const { out } = await test.petrel('inbox');
    assert.match(out, /^ID +N\* +DATE +FROM +SUBJECT\n 1 +N +[\d-]+ [\d:]+ +Alice +Lunch\n$/);
    const read = await test.petrel('read', '1');
    assert.match(read.out, /^From: +Alice <BM-\w+>\nTo: [^]*\nSubject: Lunch\n\nAt noon\?\n$/);
    assert.equal((await test.petrel('inbox', '--unread')).err, 'no messages\n');
    assert.equal((await test.petrel('read', '1', '--body')).out, 'At noon?\n');
    await test.petrel('send', '--reply-to', '1', '--body', 'Yes', '--wait');
    await delivered(test, 2);
    const inbox = (await test.json('inbox', '--limit', '1')) as {
      messages: { subject: string; time: string }[];
      more: boolean;
    };
    assert.deepEqual([inbox.messages.length, inbox.more], [1, true]);
    assert.equal(inbox.messages[0]?.subject, 'Re: Lunch');
    assert.match(inbox.messages[0].time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const { err } = await test.petrel('inbox', '--limit', '1');
    assert.match(err, /^the newest 1; --limit N shows more, --all shows all\n/);
    assert.match((await test.petrel('sent', '--all')).out, /^s2 .*\ns1 /m);
    await until('the index', WAIT_MS, async () => {
      const found = await test.petrel('search', 'noon');
      return /^ 1 .*Lunch$/m.test(found.out) || undefined;
    });
    assert.equal((await test.petrel('mark', '1', '--star', '--unread')).out, '1 changed\n');
    assert.match((await test.petrel('inbox', '--starred')).out, / 1 +N\* /);
    assert.equal((await test.petrel('mark', '1')).status, 1);
    assert.equal((await test.petrel('trash', '1', '99')).status, 4);
    assert.equal((await test.petrel('trash', '1')).out, '1 changed\n');
    assert.match((await test.petrel('inbox', '--folder', 'trash')).out, / 1 /);
    assert.equal((await test.petrel('untrash', '1')).out, '1 changed\n');
  });

  it('what cannot be sent says so, waits in the queue and can be cancelled', async (t) => {
    const test = await scene(t);
    await made(test, 'Alice');
    const args = ['send', STRANGER, '--body', 'x', '--wait', '--timeout', '1s'];
    const late = await test.petrel(...args);
    assert.equal(late.status, 6);
    assert.match(late.err, /^petrel: s1 did not get there in time: /m);
    assert.match((await test.petrel('queue')).out, /^s1 +BM-/m);
    assert.equal((await test.petrel('queue', 'cancel', 's1')).out, 'cancelled\n');
    assert.equal((await test.petrel('queue')).err, 'nothing waits to be sent\n');
    assert.equal((await test.petrel('queue', 'resend', 's9')).status, 4);
    const news = await test.petrel('broadcast', '--subject', 'News', '--body', 'None', '--wait');
    assert.match(news.out, /^s2 +subscribers +published$/m);
  });

  it('text of strangers cannot control the terminal, and tables fit it', async (t) => {
    const test = await scene(t);
    const me = await made(test, 'Alice');
    const evil = `\u001b]0;owned\u0007\u202e${'日本'.repeat(40)}`;
    const record = inboxRecord(1, {
      toAddress: me,
      fromAddress: STRANGER,
      subject: utf8(evil),
      body: utf8(`${evil}\nsecond line`),
    });
    await test.node.store.journal.commit({ inbox: record });
    const noted = await test.onTerminal('inbox');
    assert.match(noted.err, /^also new: 1 in requests \(petrel inbox --folder requests\)$/m);
    const listed = await test.onTerminal('inbox', '--folder', 'requests');
    const read = await test.onTerminal('read', '1');
    for (const { out } of [listed, read]) {
      // Only bold letters are ours.
      const rest = out.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', '');
      assert.doesNotMatch(rest.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
      assert.match(out, /\\x1b\]0;owned\\x07\\u\{202e\}/);
    }
    assert.ok(read.out.endsWith('\nsecond line\n'));
    assert.ok((await test.petrel('read', '1', '--body')).out.startsWith(evil));
    const { out } = await test.petrel('read', '1', '--json');
    assert.match(out, /"\\u001b\]0;owned\\u0007\\u202e日本/);
    assert.equal((JSON.parse(out) as { subject: string }).subject, evil);
  });

  it('status and peers', async (t) => {
    const test = await scene(t);
    await made(test, 'Alice');
    const { out } = await test.petrel('status');
    assert.match(out, /^network +offline; 0 peers/m);
    assert.match(out, /^addresses +1 own, 0 chans$/m);
    const standing = (await test.json('status')) as Record<string, Record<string, unknown>>;
    assert.deepEqual(Object.keys(standing), ['node', 'network', 'mail', 'work']);
    assert.equal(typeof standing['node']?.['started'], 'string');
    assert.equal((await test.petrel('peers')).err, 'no peers\n');
    assert.deepEqual(await test.json('peers'), { peers: [] });
  });

  it('events come a line each, and as JSON', async (t) => {
    const test = await scene(t);
    const { lastEventId } = await test.call('node.info', {});
    await made(test, 'Alice');
    await test.petrel('chan', 'create', 'general');
    const args = ['watch', '--after', String(lastEventId), '--only', 'identity.made'];
    const watched = await test.petrel(...args, '--count', '2');
    assert.match(watched.out, /^([\d:]{8} identity\.made +BM-\w+\n){2}$/);
    const { out } = await test.petrel(...args, '--count', '1', '--json');
    const event = JSON.parse(out) as { id: number; at: string; name: string };
    assert.deepEqual([event.name, event.id > lastEventId], ['identity.made', true]);
    assert.ok(!Number.isNaN(Date.parse(event.at)));
    assert.equal(out.indexOf('\n'), out.length - 1);
  });

  it('a wrong login, no node, and a password on the command line', async (t) => {
    const test = await scene(t);
    const run = async (args: string[], environment: Record<string, string>): Promise<Ran> => {
      let [out, err] = ['', ''];
      const status = await runProgram(args, {
        environment,
        out: (text) => (out += text),
        err: (text) => (err += text),
      });
      return { status, out, err };
    };
    const login = join(tempDir(t), 'login');
    writeFileSync(login, `${CREDENTIALS.username}:${CREDENTIALS.password}\n`);
    const api = ['--api', test.url];
    assert.equal((await run(['peers', ...api, '--login-file', login], {})).status, 0);
    writeFileSync(login, 'user:wrong\n');
    const wrong = await run(['peers', ...api, '--login-file', login], {});
    assert.equal(wrong.status, 3);
    assert.match(wrong.err, /does not know this user and password\n$/);
    assert.equal((await run(['peers', ...api], {})).status, 1);
    const url = new URL(test.url);
    const loud = await run(['peers', '--api', `http://u:p@${url.host}`], {});
    assert.match(loud.err, /^petrel: no password on the command line/);
    const nowhere = await run(['status', '--data-dir', tempDir(t)], {});
    assert.equal(nowhere.status, 3);
    assert.match(
      nowhere.err,
      /^petrel: no node .* is running on .*; start it with petrel start\n$/,
    );
  });
});
