/** Mail between real processes: A and B know only C and reach each other through it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { base64, type PetrelProcess } from '../support/petrel-process.js';
import {
  createPetrelNetwork,
  untilConnected,
  untilInbox,
  untilStatus,
  type PetrelNetwork,
} from '../support/petrel-network.js';

describe('three processes, A - C - B', { timeout: 600_000 }, () => {
  let network: PetrelNetwork;
  let a: PetrelProcess;
  let b: PetrelProcess;
  let c: PetrelProcess;
  let addressA = '';
  let addressB = '';

  before(async () => {
    network = createPetrelNetwork();
    c = await network.start('c');
    [a, b] = await Promise.all([network.start('a', [c]), network.start('b', [c])]);
    await untilConnected(c, 2);
    addressA = await a.createAddress('Anna');
    addressB = await b.createAddress('Bert');
  });

  after(() => network.close());

  it('delivers a message and its acknowledgement', async () => {
    const ackData = await a.send(addressB, addressA, 'first', 'Grüße\nzweite Zeile');
    await untilInbox(b, 'first');
    await untilStatus(a, ackData, 'ackreceived');
    const [message] = await b.inbox();
    assert.equal(message?.fromAddress, addressA);
    assert.equal(message.toAddress, addressB);
    assert.equal(message.message, 'Grüße\nzweite Zeile');
  });

  it('answers with the key that came with the message', async () => {
    const ackData = await b.send(addressA, addressB, 'answer', 'body');
    await untilInbox(a, 'answer');
    await untilStatus(b, ackData, 'ackreceived');
  });

  it('delivers to and from an address of version 3', async () => {
    const passphrase = base64('version three');
    const made = await b.call('createDeterministicAddresses', passphrase, 1, 3, 1);
    const [versionThree = ''] = (made as { addresses: string[] }).addresses;
    const there = await a.send(versionThree, addressA, 'to v3', 'body');
    await untilInbox(b, 'to v3');
    await untilStatus(a, there, 'ackreceived');
    const back = await b.send(addressA, versionThree, 'from v3', 'body');
    await untilInbox(a, 'from v3');
    await untilStatus(b, back, 'ackreceived');
  });

  it('delivers a broadcast to a subscriber and to nobody else', async () => {
    await a.call('addSubscription', addressB, base64('Bert'));
    const ackData = (await b.call(
      'sendBroadcast',
      addressB,
      base64('news'),
      base64('.'),
    )) as string;
    await untilInbox(a, 'news');
    await untilStatus(b, ackData, 'broadcastsent');
    const [news] = (await a.inbox()).filter((message) => message.subject === 'news');
    assert.equal(news?.toAddress, '[Broadcast subscribers]');
    assert.ok((await c.inbox()).every((message) => message.subject !== 'news'));
  });

  it('delivers a chan post to every member, the sender included, once', async () => {
    const name = base64('a chan of three');
    const chan = (await a.call('createChan', name)) as string;
    assert.equal(await b.call('joinChan', name, chan), 'success');
    assert.equal(await c.call('joinChan', name, chan), 'success');
    const ackData = await b.send(chan, addressB, 'post', 'to all');
    await Promise.all([a, b, c].map((node) => untilInbox(node, 'post')));
    await untilStatus(b, ackData, 'msgsentnoackexpected');
  });

  it('delivers a message to oneself at once, once', async () => {
    const ackData = await a.send(addressA, addressA, 'note', 'to self');
    await untilInbox(a, 'note');
    await untilStatus(a, ackData, 'msgsentnoackexpected');
    assert.equal((await a.inbox()).filter((message) => message.subject === 'note').length, 1);
  });

  it('delivers what was sent while the recipient was off-line', async () => {
    assert.equal(await b.stop(), 0);
    const ackData = await a.send(addressB, addressA, 'later', 'body');
    await untilStatus(a, ackData, 'msgsent');
    b = await network.start('b', [c]);
    await untilInbox(b, 'later');
    await untilStatus(a, ackData, 'ackreceived');
  });
});
