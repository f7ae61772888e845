/** Every way a message can take, from core to core. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeHeader } from '../../src/objects/object.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { displayText, utf8 } from '../../src/util/bytes.js';
import { MemoryNetwork, type MemoryNode } from '../support/memory-network.js';

async function pair(
  t: Parameters<MemoryNetwork['node']>[0],
): Promise<[MemoryNetwork, MemoryNode, MemoryNode]> {
  const network = new MemoryNetwork();
  return [network, await network.node(t), await network.node(t)];
}

async function ofVersion(node: MemoryNode, version: number): Promise<string> {
  const passphrase = utf8(`version ${version}`);
  const [address] = await node.core.identities.createDeterministic({
    passphrase,
    count: 1,
    version,
  });
  assert.ok(address);
  return address;
}

async function announcedTypes(node: MemoryNode): Promise<number[]> {
  const objects = await Promise.all(node.announced.map((hash) => node.store.inventory.get(hash)));
  return objects.map((object) => (object ? decodeHeader(object).type : -1));
}

describe('sending', () => {
  for (const version of [2, 3, 4]) {
    it(`reaches and is answered by an address of version ${version}`, async (t) => {
      const [network, a, b] = await pair(t);
      const anna = await a.newAddress();
      // Made on b only after a asked, so that the request is answered and not the inventory.
      b.isOnline = false;
      const other = await ofVersion(b, version);
      await network.quiet();
      const ackData = await a.send(anna, other, 'there');
      await a.untilStatus(ackData, 'awaitingpubkey');
      b.isOnline = true;
      await network.synchronise();
      await b.untilInbox(1);
      await a.untilStatus(ackData, 'ackreceived');
      const back = await b.send(other, anna, 'back');
      await a.untilInbox(1);
      await b.untilStatus(back, 'ackreceived');
      // The key that came with the message was enough: nobody asked for it.
      assert.ok(!(await announcedTypes(b)).includes(OBJECT_TYPE.getpubkey));
    });
  }

  it('asks once for two messages to the same stranger and sends both', async (t) => {
    const [network, a, b] = await pair(t);
    b.isOnline = false;
    const anna = await a.newAddress();
    const bert = await b.newAddress();
    const first = await a.send(anna, bert, 'first');
    const second = await a.send(anna, bert, 'second');
    await a.untilStatus(first, 'awaitingpubkey');
    const waiting = await a.untilStatus(second, 'awaitingpubkey');
    assert.equal(waiting.retryNumber, 0);
    b.isOnline = true;
    await network.synchronise();
    await b.untilInbox(2);
    await a.untilStatus(first, 'ackreceived');
    await a.untilStatus(second, 'ackreceived');
    const requests = (await announcedTypes(a)).filter((type) => type === OBJECT_TYPE.getpubkey);
    assert.equal(requests.length, 1);
  });

  it('takes a key that is in the inventory already', async (t) => {
    const [network, a, b] = await pair(t);
    const bert = await b.newAddress();
    await network.quiet();
    const anna = await a.newAddress();
    const ackData = await a.send(anna, bert, 'at once');
    await a.untilStatus(ackData, 'ackreceived');
    assert.ok(!(await announcedTypes(a)).includes(OBJECT_TYPE.getpubkey));
    const key = await a.store.pubkeys.get(bert);
    assert.equal(key?.usedPersonally, true);
  });

  it('delivers to oneself at once, once, without an acknowledgement', async (t) => {
    const [network, a, b] = await pair(t);
    const anna = await a.newAddress();
    const ackData = await a.send(anna, anna, 'note');
    const row = await a.untilStatus(ackData, 'msgsentnoackexpected');
    const [note] = await a.untilInbox(1);
    assert.equal(displayText(note?.subject ?? utf8('')), 'note');
    assert.deepEqual(note?.msgid, row.msgid);
    await network.quiet();
    assert.equal((await a.inbox()).length, 1);
    assert.equal((await b.inbox()).length, 0);
    assert.ok(b.store.inventory.has(row.msgid)); // It travels like any other.
  });

  it('brings a chan post to every member once, the sender included', async (t) => {
    const [network, a, b] = await pair(t);
    const name = utf8('general chat');
    const chan = await a.core.identities.createChan(name);
    await b.core.identities.joinChan(name, chan);
    const bert = await b.newAddress();
    const ackData = await b.send(bert, chan, 'post');
    await b.untilStatus(ackData, 'msgsentnoackexpected');
    const [seen] = await a.untilInbox(1);
    assert.equal(seen?.fromAddress, bert);
    assert.equal(seen.toAddress, chan);
    const fromChan = await a.send(chan, chan, 'anonymous');
    await a.untilStatus(fromChan, 'msgsentnoackexpected');
    await b.untilInbox(2);
    await network.quiet();
    assert.equal((await a.inbox()).length, 2);
    assert.equal((await b.inbox()).length, 2);
    // A chan has no pubkey object: only Bert's was published.
    const types = [...(await announcedTypes(a)), ...(await announcedTypes(b))];
    assert.equal(types.filter((type) => type === OBJECT_TYPE.pubkey).length, 1);
  });

  for (const version of [2, 3, 4]) {
    it(`brings a broadcast of a version ${version} address to its subscribers only`, async (t) => {
      const [network, a, b] = await pair(t);
      const c = await network.node(t);
      const sender = await ofVersion(b, version);
      await a.core.books.subscriptions.add({ address: sender, label: utf8('b'), enabled: true });
      await c.core.books.subscriptions.add({ address: sender, label: utf8('b'), enabled: false });
      const ackData = await b.core.outbox.sendBroadcast({
        fromAddress: sender,
        subject: utf8('news'),
        body: utf8('to all'),
      });
      await b.untilStatus(ackData, 'broadcastsent');
      const [news] = await a.untilInbox(1);
      assert.equal(news?.toAddress, '[Broadcast subscribers]');
      assert.equal(news.fromAddress, sender);
      await network.quiet();
      assert.equal((await a.inbox()).length, 1);
      assert.equal((await b.inbox()).length, 0);
      assert.equal((await c.inbox()).length, 0);
    });
  }

  it('shows own broadcasts to who subscribes to himself', async (t) => {
    const [network, a] = await pair(t);
    const anna = await a.newAddress();
    await a.core.books.subscriptions.add({ address: anna, label: utf8('me'), enabled: true });
    const subject = utf8('diary');
    await a.core.outbox.sendBroadcast({ fromAddress: anna, subject, body: utf8('.') });
    await a.untilInbox(1);
    await network.quiet();
    assert.equal((await a.inbox()).length, 1);
  });

  for (const encoding of [1, 2, 3]) {
    it(`sends encoding ${encoding}`, async (t) => {
      const [, a, b] = await pair(t);
      const anna = await a.newAddress();
      const bert = await b.newAddress();
      const [subject, body] = [utf8('Grüße'), utf8('zwei\nZeilen')];
      const mail = { fromAddress: anna, toAddress: bert, subject, body, encoding };
      await a.core.outbox.sendMessage(mail);
      const [message] = await b.untilInbox(1);
      assert.equal(message?.encoding, encoding);
      assert.ok(displayText(message.body).endsWith('zwei\nZeilen'));
    });
  }

  for (const ackStealthLevel of [0, 1, 2]) {
    it(`is acknowledged at stealth level ${ackStealthLevel}`, async (t) => {
      const network = new MemoryNetwork();
      const a = await network.node(t, { ackStealthLevel });
      const b = await network.node(t);
      const anna = await a.newAddress();
      const bert = await b.newAddress();
      const ackData = await a.send(anna, bert, 'stealth');
      await a.untilStatus(ackData, 'ackreceived');
      assert.ok(ackStealthLevel === 2 ? ackData.length >= 364 : ackData.length === 38);
    });
  }

  it('expects no acknowledgement of who sends none', async (t) => {
    const [network, a, b] = await pair(t);
    const anna = await a.newAddress();
    const bert = await b.newAddress();
    await b.core.identities.update(bert, { dontSendAck: true });
    // The key that was published at first says otherwise; this message brings the new one.
    const back = await b.send(bert, anna, 'my key');
    await b.untilStatus(back, 'ackreceived');
    const ackData = await a.send(anna, bert, 'no receipt');
    await a.untilStatus(ackData, 'msgsentnoackexpected');
    await b.untilInbox(1);
    await network.quiet();
    assert.equal(b.core.counters.acksPublished, 0);
  });

  it('does not send to who wants a readable address, unless willing to', async (t) => {
    const [network, a, b] = await pair(t);
    const anna = await a.newAddress();
    const bert = await b.newAddress();
    await network.quiet();
    const ackData = await a.send(anna, bert, 'first');
    await a.untilStatus(ackData, 'ackreceived');
    const known = await a.store.pubkeys.get(bert);
    assert.ok(known);
    const mobile = known.keyBlock.slice();
    mobile[5] = 3; // vi version, vi stream, then the bitfield: its last byte.
    await a.store.pubkeys.put({ ...known, keyBlock: mobile });
    const held = await a.send(anna, bert, 'second');
    await network.quiet();
    const row = await a.row(held);
    assert.equal(row.status, 'msgqueued');
    assert.match(row.reason, /readable/);
    a.settings.willinglySendToMobile = true;
    await a.core.outbox.resend();
    await a.untilStatus(held, 'ackreceived');
  });

  it('reports a message that is too large for an object instead of keeping it', async (t) => {
    const network = new MemoryNetwork();
    const a = await network.node(t, { ackStealthLevel: 2 });
    const b = await network.node(t);
    const anna = await a.newAddress();
    const bert = await b.newAddress();
    await network.quiet();
    const mail = { fromAddress: anna, toAddress: bert, subject: utf8(''), ttlS: 3600 };
    const ackData = await a.core.outbox.sendMessage({ ...mail, body: new Uint8Array(261_644) });
    const row = await a.untilStatus(ackData, 'badkey');
    assert.match(row.reason, /too large/);
  });

  it('keeps a message of a disabled sender until he is enabled again', async (t) => {
    const [network, a, b] = await pair(t);
    b.isOnline = false;
    const anna = await a.newAddress();
    const bert = await b.newAddress();
    const ackData = await a.send(anna, bert, 'patience');
    await a.untilStatus(ackData, 'awaitingpubkey');
    await a.core.identities.setEnabled(anna, false);
    await assert.rejects(a.send(anna, bert, 'never'), { code: 'identity-disabled' });
    b.isOnline = true;
    await network.synchronise();
    await network.quiet();
    const held = await a.row(ackData);
    assert.equal(held.status, 'msgqueued');
    assert.match(held.reason, /disabled/);
    await a.core.identities.setEnabled(anna, true);
    await a.untilStatus(ackData, 'ackreceived');
  });
});
