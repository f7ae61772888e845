/** A few rows in every table of the store: what the databases in test/vectors/databases hold. */
import assert from 'node:assert/strict';
import type { OutgoingObject } from '../../src/store/repositories.js';
import type { Store } from '../../src/store/open-store.js';
import { NO_BYTES, utf8 } from '../../src/util/bytes.js';
import {
  ODD_TEXT,
  addressOf,
  bytesOf,
  identityRecord,
  inboxRecord,
  inventoryEntry,
  nodeRecord,
  pubkeyRecord,
  sentRecord,
} from './store-records.js';

const identities = [
  identityRecord(1),
  identityRecord(2, { chan: true, enabled: false, label: utf8('[chan] ä'), extra: {} }),
];
const contacts = [
  { address: addressOf(3), label: ODD_TEXT },
  { address: addressOf(4), label: NO_BYTES },
];
const listed = [
  { address: addressOf(5), label: utf8('five'), enabled: true },
  { address: addressOf(6), label: ODD_TEXT, enabled: false },
];
const inbox = [inboxRecord(1), inboxRecord(2, { sigHash: NO_BYTES, read: true })];
const inboxTrash = [inboxRecord(3, { folder: 'trash', toAddress: '[Broadcast subscribers]' })];
const sent = [sentRecord(1), sentRecord(2, { status: 'toodifficult', reason: 'asks for 10^9' })];
const sentTrash = [sentRecord(3, { folder: 'trash', status: 'ackreceived' })];
const outgoing: OutgoingObject[] = [
  { hash: bytesOf(32, 'out'), object: bytesOf(64, 'out'), publishAtMs: 1_795_000_000_123 },
];
const FEED_POSITION = 41;

const tag = bytesOf(32, 'tag');
const entries = [
  inventoryEntry(1),
  inventoryEntry(2, { type: 1, version: 4, tag, object: new Uint8Array(5000).fill(9) }),
];
const FIRST_SEQ = 42;
const nodes = [nodeRecord(1), nodeRecord(2, { services: 2n ** 64n - 1n, self: true })];
const pubkeys = [pubkeyRecord(1), pubkeyRecord(2, { usedPersonally: true })];

/** Fills an empty store. */
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
  await store.inventory.ensureSeqAbove(FIRST_SEQ - 1);
  for (const entry of entries) await store.inventory.add(entry);
  await store.nodes.replaceAll(nodes);
  for (const record of pubkeys) await store.pubkeys.put(record);
}

export async function assertSampleMail(store: Store): Promise<void> {
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
