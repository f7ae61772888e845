/**
 * A few rows in every table of the store, with addresses that a node takes: what the databases in
 * test/vectors/upgrades hold. Those were written by old programs: the rows stay as they are.
 */
import assert from 'node:assert/strict';
import { encodeAddress } from '../../src/objects/address.js';
import type { MailboxTarget } from '../../src/store/mailbox/mailbox-repository.js';
import type { Store } from '../../src/store/open-store.js';
import type {
  InboxRecord,
  OutgoingObject,
  SentRecord,
  SentStatus,
} from '../../src/store/repositories.js';
import { NO_BYTES, utf8 } from '../../src/util/bytes.js';
import { testIdentity } from '../objects/identities.js';
import {
  ODD_TEXT,
  bytesOf,
  identityRecord,
  inboxRecord,
  inventoryEntry,
  nodeRecord,
  pubkeyRecord,
  sentRecord,
} from './store-records.js';

const [own, chan, friend, feed, listedOne, stranger] = [
  ...['own', 'chan', 'friend', 'feed', 'listed', 'stranger'].map((name) => {
    const { address, signingKey, encryptionKey } = testIdentity(`sample ${name}`, 4);
    return { address: encodeAddress(address), signingKey, encryptionKey };
  }),
] as [Keys, Keys, Keys, Keys, Keys, Keys];

interface Keys {
  readonly address: string;
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
}

const identities = [
  identityRecord(1, { ...own, label: utf8('own') }),
  identityRecord(2, { ...chan, chan: true, enabled: false, label: utf8('[chan] ä'), extra: {} }),
];
const contacts = [
  { address: friend.address, label: ODD_TEXT },
  { address: feed.address, label: NO_BYTES },
];
const listed = [
  { address: feed.address, label: utf8('a feed'), enabled: true },
  { address: listedOne.address, label: ODD_TEXT, enabled: false },
];

const received = (n: number, changes: Partial<InboxRecord> = {}): InboxRecord =>
  inboxRecord(n, { toAddress: own.address, fromAddress: friend.address, ...changes });
const inbox = [
  received(1),
  received(2, { sigHash: NO_BYTES, read: true }),
  received(3, { toAddress: chan.address, subject: utf8('to the chan') }),
  received(4, { toAddress: '[Broadcast subscribers]', fromAddress: feed.address }),
  received(5, { fromAddress: stranger.address, subject: utf8('Re: findable words') }),
];
const inboxTrash = [received(6, { folder: 'trash' })];

const STATES: readonly SentStatus[] = [
  ...(['msgqueued', 'doingpubkeypow', 'awaitingpubkey', 'doingmsgpow', 'forcepow'] as const),
  ...(['msgsent', 'msgsentnoackexpected', 'ackreceived', 'toodifficult', 'badkey'] as const),
];
const BROADCAST_STATES: readonly SentStatus[] = [
  ...(['broadcastqueued', 'doingbroadcastpow', 'broadcastsent'] as const),
];
const written = (n: number, changes: Partial<SentRecord>): SentRecord =>
  sentRecord(n, { fromAddress: own.address, toAddress: friend.address, ...changes });
const sent = [
  ...STATES.map((status, index) => {
    const reason = status === 'toodifficult' ? 'asks for 10^9' : '';
    return written(index + 1, { status, reason, retryNumber: index % 3 });
  }),
  ...BROADCAST_STATES.map((status, index) =>
    written(index + 21, { status, toAddress: '[Broadcast subscribers]' }),
  ),
];
const sentTrash = [written(30, { folder: 'trash', status: 'ackreceived' })];
const outgoing: OutgoingObject[] = [
  { hash: bytesOf(32, 'out'), object: bytesOf(64, 'out'), publishAtMs: 1_795_000_000_123 },
];
const FEED_POSITION = 41;

const draft = {
  id: 'draft-1',
  savedS: 1_795_000_100,
  kind: 'message' as const,
  fromAddress: own.address,
  recipients: [friend.address, stranger.address],
  subject: 'half written',
  body: 'to be gone on with',
  ttlS: undefined,
  inReplyTo: undefined,
};
const session = {
  tokenHash: bytesOf(32, 'token'),
  loginMac: bytesOf(32, 'login'),
  createdS: 1_795_000_000,
  lastUsedS: 1_795_000_001,
};
const labelled: MailboxTarget = {
  keys: [{ direction: 'in', id: received(1).msgid }],
  threads: [],
};

const tag = bytesOf(32, 'tag');
const entries = [
  inventoryEntry(1),
  inventoryEntry(2, { type: 1, version: 4, tag, object: new Uint8Array(5000).fill(9) }),
];
const FIRST_SEQ = 42;
const nodes = [nodeRecord(1), nodeRecord(2, { services: 2n ** 64n - 1n, self: true })];
const pubkeys = [friend, stranger].map(({ address }, index) =>
  pubkeyRecord(index, { address, usedPersonally: index === 1 }),
);

/** Fills an empty store, also one of an older program: tables that it does not know are left out. */
export async function addSampleRows(store: Store): Promise<void> {
  await store.identities.add(identities);
  for (const record of contacts) await store.contacts.add(record);
  for (const record of listed) {
    await store.subscriptions.add(record);
    await store.blacklist.add(record);
    await store.whitelist.add(record);
  }
  for (const record of [...inbox, ...inboxTrash]) await store.journal.commit({ inbox: record });
  for (const record of [...sent, ...sentTrash]) await store.sent.add(record);
  await store.journal.commit({ outgoing, feedPosition: FEED_POSITION });
  const { drafts, sessions, mailbox } = store as Partial<Store>;
  await drafts?.put(draft, 10);
  await sessions?.put(session);
  await mailbox?.label(labelled, { starred: true, archived: true });
  await store.inventory.ensureSeqAbove(FIRST_SEQ - 1);
  for (const entry of entries) await store.inventory.add(entry);
  await store.nodes.replaceAll(nodes);
  for (const record of pubkeys) await store.pubkeys.put(record);
}

/** @param schema version of mail.db when the rows were written */
export async function assertSampleMail(store: Store, schema: number): Promise<void> {
  assert.deepEqual(await store.identities.list(), identities);
  assert.deepEqual(await store.contacts.list(), contacts);
  for (const list of [store.subscriptions, store.blacklist, store.whitelist]) {
    assert.deepEqual(await list.list(), listed);
  }
  assert.deepEqual(await store.inbox.list('inbox'), inbox);
  assert.deepEqual(await store.inbox.list('trash'), inboxTrash);
  assert.deepEqual(await store.sent.list('sent'), sent);
  assert.deepEqual(await store.sent.list('trash'), sentTrash);
  assert.deepEqual(await store.journal.listOutgoing(), outgoing);
  assert.equal(await store.journal.feedPosition(), FEED_POSITION);
  await assertMailbox(store, schema >= 3);
}

/** What came with schema 3: conversations, labels, drafts, log-ins, search. */
async function assertMailbox(store: Store, wasThere: boolean): Promise<void> {
  assert.deepEqual(await store.drafts.list(undefined, 10), wasThere ? [draft] : []);
  assert.deepEqual(await store.sessions.list(), wasThere ? [session] : []);
  const first = await store.mailbox.get({ direction: 'in', id: received(1).msgid });
  assert.deepEqual([first?.starred, first?.archived], [wasThere, wasThere]);
  // Nobody knew the stranger; mail that was there before requests were stays where it was.
  const letter = await store.mailbox.get({ direction: 'in', id: received(5).msgid });
  assert.equal(letter?.place, wasThere ? 'request' : 'direct');
  const { folders } = await store.mailbox.counts();
  assert.equal(folders.trash.total, inboxTrash.length + sentTrash.length);
  while ((await store.search.index(100)) > 0);
  const found = await store.search.find({
    query: 'findable',
    scope: { folder: 'all' },
    limit: 10,
  });
  assert.deepEqual(
    found?.rows.map(({ id }) => id),
    [received(5).msgid],
  );
}

export async function assertSampleNetwork(store: Store): Promise<void> {
  assert.equal(store.inventory.size, entries.length);
  assert.deepEqual(
    await store.inventory.readFeed(0, 10),
    entries.map(({ hash, object }, index) => ({ seq: FIRST_SEQ + index, hash, object })),
  );
  const [, tagged] = entries;
  assert.deepEqual(await store.inventory.findByTag(1, tag), [tagged?.object]);
  const unexpired = store.inventory.list(1, inventoryEntry(1).expiresS);
  assert.deepEqual(unexpired, [tagged?.hash]);
  assert.deepEqual(await store.nodes.list(), nodes);
  for (const record of pubkeys) assert.deepEqual(await store.pubkeys.get(record.address), record);
}
