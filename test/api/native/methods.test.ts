/** The methods of the native API at a whole node, over a real socket. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeWif } from '../../../src/crypto/wif.js';
import { NATIVE_HANDLERS } from '../../../src/api/native/handlers/all.js';
import { NATIVE_METHODS, type MethodName } from '../../../src/api/native/schema/all.js';
import type { InboxRecord } from '../../../src/store/repositories.js';
import { utf8 } from '../../../src/util/bytes.js';
import { startNativeNode, CREDENTIALS, type NativeNodeTest } from '../../support/native-node.js';
import { inboxRecord } from '../../support/store-records.js';
import { until } from '../../support/until.js';
import { projectRoot } from '../../support/vectors.js';

const STRANGER = 'BM-2cVLSLzLQHCeGh1MNvmMX5KTghpwhmTZGr';
const OTHER = 'BM-2cVpAq9FFffzhTwmdvKvQwX5dKi8KAc9tq';
const LIMIT_MS = 120_000;

/** As the inbox gets it, without an object. */
async function arrive(
  { node }: NativeNodeTest,
  n: number,
  changes: Partial<InboxRecord>,
): Promise<string> {
  const record = inboxRecord(n, { subject: utf8('hello'), body: utf8('text'), ...changes });
  await node.store.journal.commit({ inbox: record });
  return `in-${Buffer.from(record.msgid).toString('hex')}`;
}

async function withIdentity(t: TestContext): Promise<NativeNodeTest & { me: string }> {
  const test = await startNativeNode(t);
  const { address } = await test.call('identities.createRandom', { label: 'me' });
  return { ...test, me: address };
}

it('every method has a handler, and the other way round', () => {
  assert.deepEqual(Object.keys(NATIVE_HANDLERS).sort(), Object.keys(NATIVE_METHODS).sort());
});

describe('messages', { timeout: 600_000 }, () => {
  it('are sent, received, read, labelled, searched, thrown away and back', async (t) => {
    const test = await withIdentity(t);
    const { me, call, failure } = test;
    const { address: you } = await call('identities.createRandom', { label: 'yöu' });
    const draft = await call('drafts.save', { fromAddress: me, to: ['som'], subject: 'Lunch' });
    const again = { id: draft.id, fromAddress: me, to: [you], subject: 'Lunch?', body: 'At 12' };
    assert.equal((await call('drafts.save', again)).id, draft.id);
    const { drafts } = await call('drafts.list', {});
    assert.deepEqual(
      drafts.map(({ subject, to }) => [subject, to]),
      [['Lunch?', [you]]],
    );
    const { subject, body } = await call('drafts.get', { id: draft.id });
    const sent = await call('outgoing.send', {
      fromAddress: me,
      to: [you, you],
      subject,
      body,
      draftId: draft.id,
    });
    assert.equal(sent.messages.length, 1);
    assert.equal(await failure('drafts.get', { id: draft.id }), 'not-found');
    const { id, threadId } = sent.messages[0] ?? assert.fail();
    const received = await until('the message', LIMIT_MS, async () => {
      const { messages } = await call('messages.list', { identity: you });
      return messages[0];
    });
    assert.equal(received.fromName, 'me');
    assert.equal(received.toName, 'yöu');
    assert.equal(received.threadId, threadId);
    const { states } = await call('outgoing.state', { ids: [id] });
    assert.equal(states[0]?.state.status, 'msgsentnoackexpected');
    assert.equal(states[0].state.next, 'nothing');
    assert.equal((await call('messages.counts', {})).folders.inbox.unread, 1);
    assert.equal((await call('messages.get', { id: received.id, markRead: true })).body, 'At 12');
    assert.equal((await call('messages.counts', {})).folders.inbox.unread, 0);
    const found = await call('messages.find', { direction: 'in', number: received.number });
    assert.equal(found.id, received.id);
    const own = await call('messages.find', { direction: 'out', number: 1 });
    assert.equal(own.id, id);
    const labels = { ids: [received.id], starred: true, read: false };
    assert.equal((await call('messages.label', labels)).changed, 1);
    assert.equal((await call('messages.markAllRead', { folder: 'inbox' })).changed, 1);
    const fields = await call('messages.select', { folder: 'starred', fields: ['subject'] });
    assert.deepEqual(fields.messages, [{ id: received.id, subject: 'Lunch?' }]);
    await until('the index', LIMIT_MS, async () => {
      const found = await call('messages.search', { query: 'lunch' });
      return found.messages.length === 2 ? found : undefined;
    });
    assert.equal(await failure('messages.search', { query: '???' }), 'invalid-query');
    const { threads } = await call('threads.list', {});
    assert.deepEqual(
      threads.map(({ messages }) => messages),
      [1],
    );
    assert.equal((await call('threads.get', { id: threadId })).total, 1);
    assert.equal((await call('messages.trash', { threads: [threadId] })).changed, 2);
    assert.equal(await failure('threads.get', { id: threadId }), 'not-found');
    assert.equal((await call('messages.restore', { ids: [received.id] })).changed, 1);
    assert.equal((await call('messages.emptyTrash', {})).changed, 1);
    assert.equal((await call('messages.delete', { ids: [received.id] })).changed, 1);
    assert.equal(await failure('messages.get', { id: received.id }), 'not-found');
    const { number } = received;
    assert.equal(await failure('messages.find', { direction: 'in', number }), 'not-found');
    assert.deepEqual((await call('messages.search', { query: 'lunch' })).messages, []);
  });

  it('come in pages, and wrong cursors are refused', async (t) => {
    const test = await withIdentity(t);
    for (let n = 0; n < 5; n++) await arrive(test, n, { toAddress: test.me });
    const first = await test.call('messages.list', { folder: 'requests', limit: 3 });
    const cursor = first.nextCursor ?? assert.fail();
    const rest = await test.call('messages.list', { folder: 'requests', limit: 3, cursor });
    assert.deepEqual([first.messages.length, rest.messages.length], [3, 2]);
    assert.equal(rest.nextCursor, undefined);
    for (const method of ['messages.list', 'threads.list', 'drafts.list'] as const) {
      assert.equal(await test.failure(method, { cursor: 'x' }), 'invalid-cursor');
    }
    const wrong = { query: 'hello', cursor: 'x' };
    assert.equal(await test.failure('messages.search', wrong), 'invalid-cursor');
    assert.equal(await test.failure('identities.list', { cursor: '-1' }), 'invalid-cursor');
    assert.equal(await test.failure('messages.get', { id: 'in-0' }), 'invalid-params');
  });
});

describe('outgoing mail', { timeout: 600_000 }, () => {
  it('waits for a key, is cancelled, and sent again', async (t) => {
    const { me, call, failure } = await withIdentity(t);
    const mail = { fromAddress: me, to: [STRANGER], subject: 's', body: 'b' };
    const { messages } = await call('outgoing.send', mail);
    const id = messages[0]?.id ?? '';
    const waiting = await until('the request for the key', LIMIT_MS, async () => {
      const { messages: queue } = await call('outgoing.queue', {});
      const state = queue[0]?.outgoing;
      return state?.status === 'awaitingpubkey' ? state : undefined;
    });
    assert.equal(waiting.reason, 'key-unknown');
    assert.equal(waiting.next, 'ask-for-key-again');
    assert.ok((waiting.nextAtS ?? 0) > waiting.lastActionS);
    assert.equal(waiting.mayCancel && waiting.mayResend && !waiting.mayForce, true);
    assert.equal(await failure('outgoing.forceSend', { id }), 'wrong-state');
    assert.equal((await call('outgoing.cancel', { id })).next, 'nothing');
    assert.equal(await failure('outgoing.cancel', { id }), 'wrong-state');
    assert.equal((await call('messages.list', { folder: 'trash' })).messages.length, 1);
    const state = await call('outgoing.resend', { id });
    assert.equal(state.timesSent, 0);
    assert.equal((await call('messages.list', { folder: 'outbox' })).messages[0]?.id, id);
    assert.equal(await failure('outgoing.resend', { id: 'out-00' }), 'not-found');
  });

  it('is refused as a whole when an address is wrong', async (t) => {
    const { me, call, client, failure } = await withIdentity(t);
    const mail = { fromAddress: me, to: [OTHER, 'BM-wrong'], subject: '', body: '' };
    await assert.rejects(client.call('outgoing.send', mail), {
      code: 'invalid-address',
      field: 'to.1',
      reason: 'checksumfailed',
    });
    assert.deepEqual((await call('messages.list', { folder: 'all' })).messages, []);
    const unknown = { ...mail, to: [OTHER], fromAddress: STRANGER };
    assert.equal(await failure('outgoing.send', unknown), 'unknown-identity');
    const long = { ...mail, to: [OTHER], body: 'x'.repeat(262_000) };
    assert.equal(await failure('outgoing.send', long), 'message-too-long');
    await call('identities.update', { address: me, enabled: false });
    assert.equal(await failure('outgoing.send', { ...mail, to: [OTHER] }), 'identity-disabled');
  });

  it('is broadcast, and its work is estimated', async (t) => {
    const { me, call } = await withIdentity(t);
    const { id } = await call('outgoing.broadcast', {
      fromAddress: me,
      subject: 'n',
      body: 'news',
    });
    await until('the broadcast', LIMIT_MS, async () => {
      const { states } = await call('outgoing.state', { ids: [id] });
      return states[0]?.state.status === 'broadcastsent' ? true : undefined;
    });
    const small = await call('outgoing.estimate', { textBytes: 100, ttlS: 3_600, to: me });
    const large = await call('outgoing.estimate', { textBytes: 10_000, ttlS: 3_600, to: me });
    const stranger = await call('outgoing.estimate', { textBytes: 100, to: STRANGER });
    assert.ok(large.trials > small.trials * 5);
    assert.equal(small.difficultyKnown, true);
    assert.equal(stranger.difficultyKnown, false);
    const difficulty = { nonceTrialsPerByte: 1_000_000, payloadLengthExtraBytes: 1_000 };
    const hard = await call('outgoing.estimate', { textBytes: 100, ttlS: 3_600, difficulty });
    assert.ok(hard.trials > small.trials * 100);
    const { maxTextBytes } = await call('outgoing.defaults', {});
    assert.equal(maxTextBytes, 261_644);
  });
});

describe('people', { timeout: 600_000 }, () => {
  it('unknown ones are accepted or blocked', async (t) => {
    const test = await withIdentity(t);
    const { me, call } = test;
    await arrive(test, 1, { toAddress: me, fromAddress: STRANGER });
    await arrive(test, 2, { toAddress: me, fromAddress: OTHER });
    assert.equal((await call('messages.list', { folder: 'requests' })).messages.length, 2);
    assert.equal((await call('senders.accept', { address: STRANGER })).moved, 1);
    assert.equal((await call('senders.block', { address: OTHER, label: 'spam' })).trashed, 1);
    assert.equal((await call('messages.list', { folder: 'inbox' })).messages.length, 1);
    const { blacklist, mode } = await call('senders.mode', {});
    assert.equal(mode, 'black');
    assert.deepEqual(blacklist, [{ address: OTHER, label: 'spam', enabled: true }]);
    assert.equal((await call('addresses.check', { address: OTHER })).blocked, true);
    await call('senders.accept', { address: OTHER });
    assert.deepEqual((await call('senders.mode', {})).blacklist, []);
    await call('senders.setMode', { mode: 'white' });
    await call('senders.accept', { address: OTHER });
    const { whitelist } = await call('senders.mode', {});
    assert.deepEqual(
      whitelist.map(({ address }) => address),
      [OTHER],
    );
    await call('senders.block', { address: OTHER });
    assert.deepEqual((await call('senders.mode', {})).whitelist, []);
  });

  it('contacts, subscriptions and lists are kept', async (t) => {
    const { call, failure } = await startNativeNode(t);
    await call('contacts.add', { address: STRANGER.slice(3), label: 'Ännchen' });
    assert.equal(await failure('contacts.add', { address: STRANGER, label: '' }), 'already-there');
    assert.equal(await failure('contacts.add', { address: 'BM-', label: '' }), 'invalid-address');
    await call('contacts.rename', { address: STRANGER, label: 'Anna' });
    const { contacts, total } = await call('contacts.list', { filter: 'ann' });
    assert.deepEqual([contacts, total], [[{ address: STRANGER, label: 'Anna' }], 1]);
    const { suggestions } = await call('addresses.suggest', { text: 'an' });
    assert.deepEqual(suggestions, [{ address: STRANGER, label: 'Anna', kind: 'contact' }]);
    await call('contacts.remove', { address: STRANGER });
    assert.equal(await failure('contacts.remove', { address: STRANGER }), 'not-found');
    await call('subscriptions.add', { address: OTHER, label: 'news' });
    const changed = { address: OTHER, label: 'old news', enabled: false };
    assert.deepEqual(await call('subscriptions.update', changed), changed);
    assert.equal((await call('subscriptions.list', {})).total, 1);
    await call('subscriptions.remove', { address: OTHER });
    assert.equal(await failure('subscriptions.update', { address: OTHER }), 'not-found');
    await call('senders.add', { list: 'whitelist', address: OTHER });
    await call('senders.update', { list: 'whitelist', address: OTHER, enabled: false });
    await call('senders.remove', { list: 'whitelist', address: OTHER });
    const wrong = await call('addresses.check', { address: 'BM-nothing' });
    assert.equal(wrong.address, undefined);
    assert.notEqual(wrong.status, 'success');
  });

  it('own ones are made, changed, exported with the password, and deleted', async (t) => {
    const { call, failure, me } = await withIdentity(t);
    const made = await call('identities.createFromPassphrase', { passphrase: 'p', count: 2 });
    assert.equal(made.identities.length, 2);
    const again = await call('identities.createFromPassphrase', { passphrase: 'p', count: 2 });
    assert.equal(again.identities.length, 0);
    const page = await call('identities.list', { limit: 2 });
    assert.deepEqual([page.identities.length, page.total], [2, 3]);
    const rest = await call('identities.list', { cursor: page.nextCursor ?? '' });
    assert.equal(rest.identities.length, 1);
    const { label } = await call('identities.update', { address: me, label: 'you' });
    assert.equal(label, 'you');
    const { password } = CREDENTIALS;
    const keys = await call('identities.exportKeys', { address: me, password });
    assert.equal(decodeWif(keys.signingKeyWif).length, 32);
    assert.ok(keys.keysDat.startsWith(`[${me}]`));
    const guess = { address: me, password: 'guess' };
    assert.equal(await failure('identities.exportKeys', guess), 'wrong-password');
    await call('identities.delete', { address: me });
    assert.equal(await failure('identities.get', { address: me }), 'unknown-identity');
    const chan = await call('chans.create', { name: 'general' });
    assert.equal(chan.chan, true);
    assert.equal(await failure('chans.create', { name: 'general' }), 'identity-exists');
    assert.equal(await failure('identities.delete', { address: chan.address }), 'is-a-chan');
    await call('chans.leave', { address: chan.address });
    const wrongName = { name: 'other', address: chan.address };
    assert.equal(await failure('chans.join', wrongName), 'chan-name-mismatch');
    await call('chans.join', { name: 'general', address: chan.address });
    assert.equal((await call('identities.list', { kind: 'chans' })).total, 1);
    const [first] = made.identities;
    assert.equal(await failure('chans.leave', { address: first?.address ?? '' }), 'not-a-chan');
  });
});

describe('the node', { timeout: 600_000 }, () => {
  it('tells about itself and its settings', async (t) => {
    const { call, failure, node } = await startNativeNode(t);
    assert.equal((await call('node.info', {})).testMode, true);
    assert.equal((await call('network.status', {})).status, 'offline');
    assert.deepEqual((await call('network.peers', {})).peers, []);
    assert.equal((await call('network.history', {})).samples.length, 1);
    assert.equal((await call('pow.status', {})).totalJobs, 0);
    const { settings } = await call('settings.list', {});
    const secrets = settings.filter(({ secret }) => secret);
    assert.ok(secrets.length > 0 && secrets.every(({ value }) => value === ''));
    const values = { 'bitmessagesettings.ttl': '7200', 'bitmessagesettings.port': '18444' };
    const { needsRestart } = await call('settings.set', { values });
    assert.deepEqual(needsRestart, ['bitmessagesettings.port']);
    assert.equal(node.settings.integer('bitmessagesettings.ttl'), 7200);
    const wrong = { 'bitmessagesettings.ttl': 'long' };
    assert.equal(await failure('settings.set', { values: wrong }), 'invalid-value');
    assert.equal(await failure('settings.set', { values: { 'a.b': '' } }), 'not-found');
    const fixed = { 'bitmessagesettings.apinotifypath': '/bin/sh' };
    assert.equal(await failure('settings.set', { values: fixed }), 'fixed-setting');
    const document = await call('rpc.discover', {});
    const { methods } = document as { methods: { name: MethodName }[] };
    assert.deepEqual(methods.map(({ name }) => name).sort(), Object.keys(NATIVE_METHODS).sort());
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)];
    const { schemas } = document['components'] as { schemas: object };
    for (const [, reference = ''] of references) {
      assert.ok(Object.hasOwn(schemas, reference.replace('#/components/schemas/', '')), reference);
    }
  });

  it('takes a PyBitmessage over while it runs', async (t) => {
    const source = join(fileURLToPath(projectRoot), 'test/vectors/pybitmessage-datadirs/A');
    const environment = { BITMESSAGE_HOME: source };
    const { call, failure, node } = await startNativeNode(t, { environment });
    assert.equal((await call('takeover.find', {})).directory, source);
    const before = await call('takeover.inspect', { directory: source });
    assert.equal((await call('node.info', {})).identities, 0);
    const report = await call('takeover.start', { directory: source });
    assert.deepEqual(
      report.tallies.map(({ what, found }) => [what, found]),
      before.tallies.map(({ what, found }) => [what, found]),
    );
    const { identities, messages } = await call('node.info', {});
    assert.ok(identities > 0 && messages > 0);
    assert.equal((await call('messages.counts', {})).folders.requests.total, 0);
    assert.equal(node.contacts.list().length, (await node.store.contacts.list()).length);
    assert.equal(node.subscriptions.list().length, (await node.store.subscriptions.list()).length);
    const second = await call('takeover.start', { directory: source });
    assert.ok(second.tallies.every(({ what, taken }) => taken === 0 || what === 'settings'));
    assert.equal(await failure('takeover.start', { directory: 'x' }), 'takeover-failed');
    assert.equal(await failure('takeover.inspect', { directory: '/nowhere' }), 'takeover-failed');
  });
});
