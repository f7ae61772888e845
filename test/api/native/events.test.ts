/** The event stream: what is told, and what somebody is told who comes back. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'node:test';
import { EventFeed } from '../../../src/api/native/event-feed.js';
import { EVENT_DATA, type NativeEvent } from '../../../src/api/native/schema/events.js';
import { PetrelClient } from '../../../src/client/client.js';
import type { EventStream } from '../../../src/client/event-stream.js';
import { nullLog } from '../../../src/util/log.js';
import { CREDENTIALS, startNativeNode } from '../../support/native-node.js';
import { PetrelProcess } from '../../support/petrel-process.js';
import { tempDir } from '../../support/temp-store.js';
import { until } from '../../support/until.js';
import { projectRoot } from '../../support/vectors.js';

const LIMIT_MS = 120_000;

/** Collects what a stream gives; every event has to be as its schema says. */
function collect(
  t: TestContext,
  stream: EventStream,
): { seen: NativeEvent[]; ended: Promise<void> } {
  const seen: NativeEvent[] = [];
  t.after(() => stream.close());
  const ended = (async () => {
    for await (const event of stream) {
      EVENT_DATA[event.name].parse(event.data);
      seen.push(event);
    }
  })();
  return { seen, ended };
}

function names(events: readonly NativeEvent[]): string[] {
  return events.map(({ name }) => name);
}

/** Without what comes and goes by itself. */
function upToSettings(events: readonly NativeEvent[]): NativeEvent[] {
  const end = events.findIndex(({ name }) => name === 'settings.changed');
  return events.slice(0, end + 1).filter(({ name }) => !name.startsWith('pow'));
}

async function untilSeen(
  seen: readonly NativeEvent[],
  name: NativeEvent['name'],
): Promise<NativeEvent> {
  return until(name, LIMIT_MS, () => seen.find((event) => event.name === name));
}

describe('/events', { timeout: 600_000 }, () => {
  it('tells what happens, in order, with growing ids, and what was missed', async (t) => {
    const { call, client } = await startNativeNode(t);
    const { lastEventId } = await call('node.info', {});
    const first = collect(t, client.events({ after: lastEventId }));
    const { address: me } = await call('identities.createRandom', { label: 'me' });
    const { address: you } = await call('identities.createRandom', { label: 'you' });
    const sent = await call('outgoing.send', {
      fromAddress: me,
      to: [you],
      subject: 's',
      body: 'b',
    });
    const received = await untilSeen(first.seen, 'message.received');
    const id = sent.messages[0]?.id ?? '';
    // Either may be told first: that it is in the inbox, and that it is sent.
    const states = await until('its last state', LIMIT_MS, () => {
      const all = first.seen.flatMap((event) =>
        event.name === 'outgoing.changed' && event.data.id === id ? [event.data.state.status] : [],
      );
      return all.includes('msgsentnoackexpected') ? all : undefined;
    });
    assert.deepEqual(states, ['msgqueued', 'doingmsgpow', 'msgsentnoackexpected']);
    const ids = first.seen.map((event) => event.id);
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => a - b),
    );
    assert.equal(new Set(ids).size, ids.length);
    await call('contacts.add', { address: you, label: 'y' });
    await call('drafts.save', { subject: 'd' });
    await call('messages.markAllRead', { folder: 'inbox' });
    await call('settings.set', { values: { 'bitmessagesettings.ttl': '7200' } });
    await untilSeen(first.seen, 'settings.changed');
    const later = upToSettings(first.seen.filter((event) => event.id > received.id));
    const again = collect(t, client.events({ after: received.id }));
    await until('what was missed', LIMIT_MS, () =>
      names(again.seen).includes('settings.changed') ? true : undefined,
    );
    const missed = upToSettings(again.seen);
    assert.deepEqual(missed, later);
    for (const name of ['book.changed', 'draft.changed', 'message.changed'] as const) {
      assert.ok(names(missed).includes(name), name);
    }
    const stranger = collect(t, client.events({ after: 5 }));
    assert.equal((await untilSeen(stranger.seen, 'resync')).id > 5, true);
    const wrong = new PetrelClient({ url: 'http://127.0.0.1:1', ...CREDENTIALS }).events();
    const states2: string[] = [];
    wrong.close();
    for await (const event of wrong) states2.push(event.name);
    assert.deepEqual(states2, []);
  });

  it("tells what programs of PyBitmessage's API change", async (t) => {
    const { url, client, call } = await startNativeNode(t);
    const { seen } = collect(
      t,
      client.events({ after: (await call('node.info', {})).lastEventId }),
    );
    const { address: me } = await call('identities.createRandom', { label: 'me' });
    await call('outgoing.send', { fromAddress: me, to: [me], subject: 's', body: 'b' });
    const received = await untilSeen(seen, 'message.received');
    assert.ok(received.name === 'message.received');
    const { id } = received.data.message;
    const ask = async (method: string, ...params: unknown[]): Promise<unknown> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}`,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      return ((await response.json()) as { result: unknown }).result;
    };
    const { inboxMessageIds } = (await ask('getAllInboxMessageIds')) as {
      inboxMessageIds: { msgid: string }[];
    };
    const { sentMessages } = (await ask('getAllSentMessages')) as {
      sentMessages: { ackData: string }[];
    };
    const msgid = inboxMessageIds[0]?.msgid;
    await ask('getInboxMessageById', msgid, true);
    await ask('trashInboxMessage', msgid);
    await ask('trashSentMessageByAckData', sentMessages[0]?.ackData);
    await ask('trashInboxMessage', '00'.repeat(32));
    const changes = await until('three changes', LIMIT_MS, () => {
      const found = seen.flatMap((event) => (event.name === 'message.changed' ? [event.data] : []));
      return found.length >= 3 ? found : undefined;
    });
    assert.deepEqual(
      changes.map(({ change }) => change),
      ['labels', 'trashed', 'trashed'],
    );
    assert.deepEqual(changes[0]?.ids, [id]);
    assert.deepEqual(changes[1]?.ids, [id]);
    assert.notDeepEqual(changes[2]?.ids, [id]);
  });

  it('refuses who may not look, and ends the stream when the log-in ends', async (t) => {
    const { url, client } = await startNativeNode(t);
    const stranger = collect(t, new PetrelClient({ url, username: 'x', password: 'y' }).events());
    await assert.rejects(stranger.ended, { failure: 'not-logged-in' });
    const response = await fetch(`${url}/session`, {
      method: 'POST',
      body: JSON.stringify(CREDENTIALS),
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { token } = (await response.json()) as { token: string };
    const stream = await fetch(`${url}/events`, { headers: { cookie } });
    assert.equal(stream.status, 200);
    const reading = stream.text();
    const headers = { cookie, 'x-petrel-token': token };
    await fetch(`${url}/session`, { method: 'DELETE', headers });
    assert.match(await reading, /^:/);
    assert.equal((await fetch(`${url}/events`, { headers: { cookie } })).status, 401);
    const after = await fetch(`${url}/events?after=x`, {
      headers: { authorization: `Basic ${btoa('user:wrong')}` },
    });
    assert.equal(after.status, 401);
    await client.call('node.info');
  });

  it('is closed for a client that does not read, and the node goes on', async (t) => {
    const { url, node, client } = await startNativeNode(t);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    t.after(() => socket.destroy());
    const login = Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64');
    socket.write(
      `GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${login}\r\n\r\n`,
    );
    socket.pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    const text = 'x'.repeat(60_000);
    let isClosed = false;
    void closed.then(() => (isClosed = true));
    // Loopback buffers some megabytes before the node notices that nobody reads.
    for (let n = 0; n < 500; n++) {
      node.events.emit('notice', { text });
      if (n % 20 === 0) await client.call('pow.status');
    }
    socket.resume();
    await until('the end of the connection', LIMIT_MS, () => (isClosed ? true : undefined));
    await client.call('node.info');
  });
});

describe('EventFeed', () => {
  it('says resync when more happened than is kept', async (t) => {
    const { node } = await startNativeNode(t);
    const feed = new EventFeed(node, nullLog);
    feed.start();
    t.after(() => feed.stop());
    const begin = node.events.lastId;
    const all: NativeEvent[] = [];
    feed.follow((event) => all.push(event), undefined);
    for (let n = 0; n < 1_200; n++) node.events.emit('notice', { text: String(n) });
    await until('all events', LIMIT_MS, () => (all.length >= 1_200 ? true : undefined));
    const late: NativeEvent[] = [];
    feed.follow((event) => late.push(event), begin);
    assert.deepEqual(names(late), ['resync']);
    assert.equal(late[0]?.id, all.at(-1)?.id);
    const soon: NativeEvent[] = [];
    feed.follow((event) => soon.push(event), all.at(-3)?.id);
    assert.deepEqual(soon, all.slice(-2));
  });
});

describe('a real node', { timeout: 600_000 }, () => {
  it('is killed and started again: the follower connects by itself and is told to resync', async (t) => {
    const dataDir = tempDir(t);
    let node = await PetrelProcess.start({ dataDir });
    const settings = { 'bitmessagesettings.apiport': String(node.apiPort) };
    const url = `http://127.0.0.1:${node.apiPort}`;
    const client = new PetrelClient({ url, username: 'username', password: 'password' });
    const { seen } = collect(
      t,
      client.events({ after: (await client.call('node.info')).lastEventId }),
    );
    const { address } = await client.call('identities.createRandom', { label: 'me' });
    await untilSeen(seen, 'identity.made');
    const mail = { fromAddress: address, to: [address], subject: 'before', body: '' };
    await client.call('outgoing.send', mail);
    await node.kill();
    node = await PetrelProcess.start({ dataDir, settings });
    t.after(() => node.stop());
    const resync = await untilSeen(seen, 'resync');
    const before = seen.slice(0, seen.indexOf(resync));
    assert.ok(before.every(({ id }) => id < resync.id));
    const { messages } = await client.call('messages.list', { folder: 'sent' });
    assert.deepEqual(
      messages.map(({ subject }) => subject),
      ['before'],
    );
    await client.call('identities.createRandom', { label: 'new' });
    await until('an event after it', LIMIT_MS, () =>
      seen.slice(seen.indexOf(resync)).find(({ name }) => name === 'identity.made'),
    );
  });

  it('is served by the bot of the examples', async (t) => {
    const node = await PetrelProcess.start({ dataDir: tempDir(t) });
    t.after(() => node.stop());
    const url = `http://127.0.0.1:${node.apiPort}`;
    const client = new PetrelClient({ url, username: 'username', password: 'password' });
    const bot = spawn(process.execPath, ['examples/echo-bot.mjs'], {
      cwd: fileURLToPath(projectRoot),
      stdio: 'ignore',
      env: {
        ...process.env,
        PETREL_URL: url,
        PETREL_USER: 'username',
        PETREL_PASSWORD: 'password',
      },
    });
    t.after(() => bot.kill('SIGKILL'));
    const { address: me } = await client.call('identities.createRandom', { label: 'me' });
    const { address: robot } = await client.call('identities.createRandom', { label: 'robot' });
    const mail = { fromAddress: me, to: [robot], subject: 'echo', body: 'hellö' };
    await until('the answer', LIMIT_MS, async () => {
      // The bot is there some time after its start: what came before it, it does not see.
      await client.call('outgoing.send', mail);
      const { messages } = await client.call('messages.list', { identity: me });
      return messages.find(({ preview }) => preview === 'hellö');
    });
  });
});
