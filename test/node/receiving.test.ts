/** What is refused, what is shown, and what becomes of it. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { NETWORK_MINIMUM } from '../../src/objects/difficulty.js';
import { decodeAddress, type Address } from '../../src/objects/address.js';
import { ackObjectWithoutNonce, ackPacket, createAckData } from '../../src/objects/ack.js';
import { encodeMsg, type MsgContent } from '../../src/objects/msg.js';
import { solveObject } from '../../src/pow/solve-object.js';
import type { IdentityRecord } from '../../src/store/repositories.js';
import { displayText, NO_BYTES, utf8 } from '../../src/util/bytes.js';
import { EasyPow } from '../support/easy-pow.js';
import { createCorrespondents, type Correspondents } from '../support/correspondents.js';
import { type MemoryNode } from '../support/memory-network.js';

const DAY_S = 86_400;

function addressOf(text: string): Address {
  const decoded = decodeAddress(text);
  assert.equal(decoded.status, 'success');
  assert.ok('address' in decoded);
  return decoded.address;
}

function setUp(t: TestContext): Promise<Correspondents> {
  return createCorrespondents(t);
}

function identity(node: MemoryNode, address: string): IdentityRecord {
  const record = node.core.identities.get(address);
  assert.ok(record);
  return record;
}

/** A message object made by hand, with what the outbox would never send. */
async function forged(
  { network, a, b, anna, bert }: Correspondents,
  changes: Partial<MsgContent> = {},
): Promise<Uint8Array> {
  const sender = identity(a, anna);
  const recipient = identity(b, bert);
  const content: MsgContent = {
    sender: { ...addressOf(anna), signingKey: sender.signingKey },
    keyBlock: {
      bitfield: 1,
      signingKey: publicKeyOf(sender.signingKey),
      encryptionKey: publicKeyOf(sender.encryptionKey),
      difficulty: NETWORK_MINIMUM,
    },
    destinationRipe: addressOf(bert).ripe,
    recipientEncryptionKey: publicKeyOf(recipient.encryptionKey),
    encoding: 2,
    message: utf8('Subject:forged\nBody:body'),
    ackPacket: NO_BYTES,
    stream: 1,
    ...changes,
  };
  const nowS = network.clock.nowS();
  return solveObject(new EasyPow(), encodeMsg(content, nowS + 3600), {
    difficulty: b.settings.minimumDifficulty,
    nowS,
    priority: 0,
    purpose: 'test',
  });
}

describe('receiving', () => {
  it('takes a message made by hand', async (t) => {
    const setup = await setUp(t);
    await setup.b.take(await forged(setup));
    const [message] = await setup.b.untilInbox(1);
    assert.equal(displayText(message?.subject ?? NO_BYTES), 'forged');
  });

  it('drops what was encrypted to somebody else first (surreptitious forwarding)', async (t) => {
    const setup = await setUp(t);
    const { a, b, anna, network } = setup;
    await b.take(await forged(setup, { destinationRipe: addressOf(anna).ripe }));
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
    assert.equal(await b.store.pubkeys.get(anna), undefined);
    assert.equal((await a.inbox()).length, 0);
  });

  it('drops a bad signature', async (t) => {
    const setup = await setUp(t);
    const { b, bert, anna, network } = setup;
    const signingKey = identity(b, bert).signingKey;
    await b.take(await forged(setup, { sender: { ...addressOf(anna), signingKey } }));
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
  });

  it('shows a message once, however often its object is wrapped anew', async (t) => {
    const setup = await setUp(t);
    const { b, network } = setup;
    const object = await forged(setup);
    await b.take(object);
    await b.untilInbox(1);
    // Another nonce makes another object with the same signature.
    let nonce = 1_000_000n;
    const taken = b.store.inventory.size;
    while (b.store.inventory.size === taken) {
      const again = new Uint8Array(object);
      new DataView(again.buffer).setBigUint64(0, nonce++);
      await b.take(again);
    }
    await network.quiet();
    assert.equal((await b.inbox()).length, 1);
    assert.equal(b.core.counters.messagesProcessed, 2);
    assert.equal(b.core.counters.messagesReceived, 1);
  });

  it('keeps the key of encoding 0 and shows nothing', async (t) => {
    const setup = await setUp(t);
    const { b, anna, network } = setup;
    await b.take(await forged(setup, { encoding: 0 }));
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
    assert.ok(await b.store.pubkeys.get(anna));
  });

  it('says so when it does not know the encoding', async (t) => {
    const setup = await setUp(t);
    await setup.b.take(await forged(setup, { encoding: 77 }));
    const [message] = await setup.b.untilInbox(1);
    assert.equal(displayText(message?.subject ?? NO_BYTES), 'Unknown encoding');
    assert.equal(message?.encoding, 77);
  });

  it('drops an extended message that cannot be read', async (t) => {
    const setup = await setUp(t);
    await setup.b.take(await forged(setup, { encoding: 3, message: utf8('not deflated') }));
    await setup.network.quiet();
    assert.equal((await setup.b.inbox()).length, 0);
  });

  it('does not publish an acknowledgement that the network would refuse', async (t) => {
    const setup = await setUp(t);
    const { b, network } = setup;
    const nowS = network.clock.nowS();
    const { minimumDifficulty: difficulty } = b.settings;
    const stamped = (ackData: Uint8Array, expiresS: number): Promise<Uint8Array> =>
      solveObject(new EasyPow(), ackObjectWithoutNonce(ackData, expiresS), {
        difficulty,
        nowS,
        priority: 0,
        purpose: 'test',
      });
    const good = await stamped(createAckData(0, 1), nowS + DAY_S);
    const refused = [
      await stamped(createAckData(0, 7), nowS + DAY_S), // A stream that is not ours.
      await stamped(createAckData(0, 1), nowS - DAY_S), // Expired.
      await stamped(createAckData(0, 1), nowS + 40 * DAY_S), // Lives too long.
      await stamped(Uint8Array.of(0, 0, 0, 3, 5, 1, 1, 2, 3), nowS + DAY_S), // A broadcast.
      good.subarray(0, 20), // Cut.
    ];
    const before = b.announced.length;
    for (const object of refused) {
      await b.take(await forged(setup, { ackPacket: ackPacket(object) }));
    }
    await b.untilInbox(refused.length);
    await network.quiet();
    assert.equal(b.announced.length, before);
    await b.take(await forged(setup, { ackPacket: ackPacket(good) }));
    await b.untilInbox(refused.length + 1);
    await network.quiet();
    assert.equal(b.announced.length, before + 1);
    assert.equal(b.core.counters.acksPublished, 1);
  });

  it('refuses who is on the blacklist, and does not take his key', async (t) => {
    const { a, b, anna, bert, network } = await setUp(t);
    const entry = { address: anna, label: utf8('spam'), enabled: true };
    await b.core.books.blacklist.add(entry);
    const ackData = await a.send(anna, bert, 'spam');
    await a.untilStatus(ackData, 'msgsent');
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
    assert.equal(await b.store.pubkeys.get(anna), undefined);
    assert.equal((await a.row(ackData)).status, 'msgsent');
    await b.core.books.blacklist.update(anna, { enabled: false });
    const second = await a.send(anna, bert, 'not spam');
    await a.untilStatus(second, 'ackreceived');
  });

  it('in whitelist mode takes messages of listed senders only', async (t) => {
    const { a, b, anna, bert, network } = await setUp(t);
    b.settings.listMode = 'white';
    await b.core.books.contacts.add({ address: anna, label: utf8('known, but not listed') });
    const first = await a.send(anna, bert, 'first');
    await a.untilStatus(first, 'msgsent');
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
    await b.core.books.whitelist.add({ address: anna, label: utf8('listed'), enabled: true });
    const second = await a.send(anna, bert, 'second');
    await a.untilStatus(second, 'ackreceived');
    assert.equal((await b.inbox()).length, 1);
  });

  it('opens nothing for a disabled identity', async (t) => {
    const { a, b, anna, bert, network } = await setUp(t);
    await b.core.identities.setEnabled(bert, false);
    const ackData = await a.send(anna, bert, 'nobody home');
    await a.untilStatus(ackData, 'msgsent');
    await network.quiet();
    assert.equal((await b.inbox()).length, 0);
    assert.equal(await b.store.pubkeys.get(anna), undefined);
  });

  it('sends what a mailing list receives to its subscribers', async (t) => {
    const { a, b, anna, bert, network } = await setUp(t);
    const mailingListName = utf8('birds');
    await b.core.identities.update(bert, { mailingList: true, mailingListName });
    await a.core.books.subscriptions.add({ address: bert, label: utf8('birds'), enabled: true });
    const mail = { fromAddress: anna, toAddress: bert, encoding: 2 };
    await a.core.outbox.sendMessage({ ...mail, subject: utf8('Re: petrels'), body: utf8('seen') });
    const [post] = await a.untilInbox(1);
    assert.equal(displayText(post?.subject ?? NO_BYTES), '[birds] petrels');
    assert.match(
      displayText(post?.body ?? NO_BYTES),
      new RegExp(
        `^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC   ` +
          `Message ostensibly from ${anna}:\\n\\nseen$`,
      ),
    );
    await network.quiet();
    assert.equal((await b.inbox()).length, 1);
    assert.equal((await b.store.sent.list('sent')).length, 1);
  });

  it('goes on after an object whose processing fails', async (t) => {
    const setup = await setUp(t);
    const { b, network } = setup;
    const put = b.store.pubkeys.put.bind(b.store.pubkeys);
    b.store.pubkeys.put = () => Promise.reject(new Error('a defect'));
    await b.take(await forged(setup));
    await network.quiet();
    assert.equal(b.core.counters.deadLetters, 1);
    b.store.pubkeys.put = put;
    await b.take(await forged(setup, { message: utf8('Subject:next\nBody:') }));
    const [message] = await b.untilInbox(1);
    assert.equal(displayText(message?.subject ?? NO_BYTES), 'next');
  });
});
