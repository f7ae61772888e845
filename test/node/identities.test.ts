/** Own identities: making, joining, changing, finding them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAddress } from '../../src/objects/address.js';
import { displayText, utf8 } from '../../src/util/bytes.js';
import { MemoryNetwork } from '../support/memory-network.js';

describe('identities', () => {
  it('of a passphrase are the known ones, in each version, and are made once', async (t) => {
    const node = await new MemoryNetwork().node(t, { leadingZeroBytes: 1 });
    const { identities } = node.core;
    const passphrase = utf8('test');
    const made = await identities.createDeterministic({ passphrase, count: 2 });
    assert.deepEqual(made, [
      'BM-2cWFkyuXXFw6d393RGnin2RpSXj8wxtt6F',
      'BM-2cX8TF9vuQZEWvT7UrEeq1HN9dgiSUPLEN',
    ]);
    assert.deepEqual(await identities.createDeterministic({ passphrase, count: 2 }), []);
    const [versionThree = ''] = await identities.createDeterministic({
      passphrase,
      count: 1,
      version: 3,
    });
    const decoded = decodeAddress(versionThree);
    assert.ok(decoded.status === 'success' && decoded.address.version === 3);
    assert.equal(identities.list().length, 3);
    const empty = { passphrase: utf8(''), count: 1 };
    assert.deepEqual(await identities.createDeterministic(empty), [
      'BM-2cV4Fvw18PPMadqK4voZo6zWKUQVJpxhtg',
    ]);
    await assert.rejects(identities.createChan(utf8('')), { code: 'empty-passphrase' });
  });

  it('can be derived without being kept', async (t) => {
    const node = await new MemoryNetwork().node(t);
    const { identities } = node.core;
    const general = await identities.deriveDeterministic(utf8('general'), 4, 1);
    assert.equal(general, 'BM-2cW67GEKkHGonXKZLCzouLLxnLym3azS8r');
    const old = await identities.deriveDeterministic(utf8('general'), 3, 1);
    assert.equal(old, 'BM-2DAV89w336ovy6BUJnfVRD5B9qipFbRgmr');
    assert.equal(identities.list().length, 0);
  });

  it('of a chan are joined by name and address, which must fit', async (t) => {
    const network = new MemoryNetwork();
    const a = await network.node(t);
    const b = await network.node(t);
    const chan = await a.core.identities.createChan(utf8('general'));
    assert.equal(chan, 'BM-2cW67GEKkHGonXKZLCzouLLxnLym3azS8r');
    const record = a.core.identities.get(chan);
    assert.equal(displayText(record?.label ?? utf8('')), '[chan] general');
    assert.equal(record?.chan, true);
    const { identities } = b.core;
    await assert.rejects(identities.joinChan(utf8('genera1'), chan), {
      code: 'chan-name-mismatch',
    });
    await assert.rejects(identities.joinChan(utf8('general'), 'BM-nonsense'), {
      code: 'invalid-address',
    });
    await identities.joinChan(utf8('general'), chan);
    await assert.rejects(identities.joinChan(utf8('general'), chan), { code: 'identity-exists' });
    await assert.rejects(identities.createChan(utf8('general')), { code: 'identity-exists' });
    await identities.leaveChan(chan);
    await assert.rejects(identities.leaveChan(chan), { code: 'unknown-identity' });
    const own = await b.newAddress();
    await assert.rejects(identities.leaveChan(own), { code: 'not-a-chan' });
    await identities.joinChan(utf8('general'), 'BM-2DAV89w336ovy6BUJnfVRD5B9qipFbRgmr');
  });

  it('survive a restart with their changes', async (t) => {
    const node = await new MemoryNetwork().node(t);
    const first = await node.newAddress('first');
    const second = await node.newAddress('second');
    await node.core.identities.rename(first, utf8('renamed'));
    await node.core.identities.setEnabled(second, false);
    assert.equal(await node.core.identities.rename('BM-unknown', utf8('')), false);
    await node.restart();
    const { identities } = node.core;
    assert.deepEqual(
      identities.list().map(({ address }) => address),
      [first, second],
    );
    assert.equal(displayText(identities.get(first)?.label ?? utf8('')), 'renamed');
    assert.equal(identities.get(second)?.enabled, false);
    assert.ok(await identities.remove(second));
    assert.equal(await identities.remove(second), false);
    await node.restart();
    assert.equal(node.core.identities.list().length, 1);
  });

  it('that share their keys both receive, whichever is enabled', async (t) => {
    const network = new MemoryNetwork();
    const a = await network.node(t);
    const b = await network.node(t);
    const anna = await a.newAddress();
    const passphrase = utf8('two versions');
    const options = { passphrase, count: 1 };
    const [three = ''] = await b.core.identities.createDeterministic({ ...options, version: 3 });
    const [four = ''] = await b.core.identities.createDeterministic({ ...options, version: 4 });
    await b.core.identities.setEnabled(three, false);
    const ackData = await a.send(anna, four, 'to version 4');
    await a.untilStatus(ackData, 'ackreceived');
    const [message] = await b.inbox();
    assert.equal(message?.toAddress, four);
  });

  it('demand what the settings say, never less than the network', async (t) => {
    const newIdentityDifficulty = { nonceTrialsPerByte: 7, payloadLengthExtraBytes: 1 };
    const minimumDifficulty = { nonceTrialsPerByte: 2, payloadLengthExtraBytes: 3 };
    const node = await new MemoryNetwork().node(t, { newIdentityDifficulty, minimumDifficulty });
    const address = await node.newAddress();
    const { nonceTrialsPerByte, payloadLengthExtraBytes } = node.core.identities.get(address) ?? {};
    assert.deepEqual([nonceTrialsPerByte, payloadLengthExtraBytes], [7, 3]);
  });
});
