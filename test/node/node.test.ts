/** Two whole nodes in this process, over real sockets on loopback. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { PetrelNode } from '../../src/node/node.js';
import { Settings } from '../../src/node/settings/settings.js';
import { utf8 } from '../../src/util/bytes.js';
import { systemClock } from '../../src/util/clock.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';

const LIMIT_MS = 180_000;

async function startNode(
  t: TestContext,
  dataDir: string,
  peers: PetrelNode[],
  onFailure?: (error: Error) => void,
): Promise<PetrelNode> {
  const settings = Settings.open({
    dataDir,
    overrides: [
      ['bitmessagesettings.extralowdifficulty', 'true'],
      ['bitmessagesettings.port', '0'],
      ['bitmessagesettings.maxcores', '1'],
      ['network.bind', '127.0.0.1'],
      ['network.offline', 'true'],
      ['network.dandelion', '0'],
      [
        'bitmessagesettings.trustedpeer',
        peers.map(({ network }) => `127.0.0.1:${network.port}`).join(','),
      ],
    ],
  });
  const node = new PetrelNode(settings, {
    log: nullLog,
    clock: systemClock,
    ...(onFailure && { onFailure }),
  });
  t.after(() => node.stop());
  await node.start();
  return node;
}

describe('two nodes', { timeout: 600_000 }, () => {
  it('exchange a message, its key and its acknowledgement', async (t) => {
    const b = await startNode(t, tempDir(t), []);
    const a = await startNode(t, tempDir(t), [b]);
    const anna = await a.identities.createRandom({ label: utf8('Anna') });
    const bert = await b.identities.createRandom({ label: utf8('Bert') });
    const ackData = await a.outbox.sendMessage({
      fromAddress: anna,
      toAddress: bert,
      subject: utf8('over sockets'),
      body: utf8('body'),
    });
    await until('an acknowledgement', LIMIT_MS, async () => {
      const row = await a.store.sent.getByAckData(ackData);
      return row?.status === 'ackreceived' ? true : undefined;
    });
    const [message] = await b.store.inbox.list('inbox');
    assert.equal(message?.fromAddress, anna);
    assert.equal(b.counters.messagesReceived, 1);
  });

  it('find everything again after a stop', async (t) => {
    const dataDir = tempDir(t);
    const first = await startNode(t, dataDir, []);
    const address = await first.identities.createRandom({ label: utf8('Anna') });
    await first.outbox.sendMessage({
      fromAddress: address,
      toAddress: address,
      subject: utf8('note'),
      body: utf8('to self'),
    });
    await until('the note', LIMIT_MS, async () =>
      (await first.store.inbox.count()) > 0 ? true : undefined,
    );
    await first.stop();
    const second = await startNode(t, dataDir, []);
    assert.deepEqual(
      second.identities.list().map((identity) => identity.address),
      [address],
    );
    assert.equal(await second.store.inbox.count(), 1);
  });

  it('stop by themselves when their store fails', async (t) => {
    const failed: Error[] = [];
    const node = await startNode(t, tempDir(t), [], (error) => failed.push(error));
    const address = await node.identities.createRandom({ label: utf8('Anna') });
    node.store.journal.commit = () => Promise.reject(new UserError('the disk is full'));
    await node.outbox.sendMessage({
      fromAddress: address,
      toAddress: address,
      subject: utf8('too late'),
      body: utf8('but kept'),
    });
    await until('a failure', LIMIT_MS, () => failed[0]);
    assert.deepEqual(
      failed.map(({ message }) => message),
      ['the disk is full'],
    );
    await assert.rejects(node.store.sent.count(), /closed/);
  });

  it('can be stopped while they start', async (t) => {
    const settings = Settings.open({
      dataDir: tempDir(t),
      overrides: [
        ['bitmessagesettings.port', '0'],
        ['network.bind', '127.0.0.1'],
        ['network.offline', 'true'],
      ],
    });
    const node = new PetrelNode(settings, { log: nullLog, clock: systemClock });
    const started = assert.rejects(node.start(), /while starting/);
    await node.stop();
    await started;
  });

  it('are one per data directory', async (t) => {
    const dataDir = tempDir(t);
    await startNode(t, dataDir, []);
    await assert.rejects(startNode(t, dataDir, []), /another Petrel/);
  });
});
