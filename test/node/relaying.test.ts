/** What a node relays does not depend on whether it can read it, nor on when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network } from '../../src/network/network.js';
import type { DecryptService, Opened, TrialKey } from '../../src/node/decrypt/decrypt-service.js';
import { tryKeys } from '../../src/node/decrypt/trial.js';
import { MailCore } from '../../src/node/mail-core.js';
import { DEFAULT_MAIL_SETTINGS } from '../../src/node/mail-settings.js';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { EASY, createEasyObject } from '../support/easy-objects.js';
import { EasyPow } from '../support/easy-pow.js';
import { makeCorrespondent, messageFor } from '../support/many-identities.js';
import { inlineAddressMaker, soon } from '../support/memory-network.js';
import { nextEvent, startNetworkNode } from '../support/network-node.js';
import { tempDir } from '../support/temp-store.js';

/** Answers when it is told to. */
class HeldDecrypt implements DecryptService {
  readonly #key: TrialKey;
  readonly #held: (() => void)[] = [];

  constructor(key: TrialKey) {
    this.#key = key;
  }

  setKeys(): void {
    return undefined;
  }

  addKeys(): void {
    return undefined;
  }

  removeKeys(): void {
    return undefined;
  }

  get held(): number {
    return this.#held.length;
  }

  open(_set: string, container: Uint8Array): Promise<Opened[]> {
    return new Promise((resolve) => {
      this.#held.push(() => resolve(tryKeys(container, [this.#key])));
    });
  }

  release(): void {
    for (const answer of this.#held.splice(0)) answer();
  }
}

describe('relaying', () => {
  it('goes on while trial decryption hangs, for objects of ours and of others', async (t) => {
    const clock = systemClock;
    const bert = makeCorrespondent('bert', clock.nowS());
    const store = await openStore({ dataDir: tempDir(t) }, { log: nullLog, clock });
    await store.identities.add([bert.record]);
    const decrypt = new HeldDecrypt({
      id: bert.record.address,
      key: bert.record.encryptionKey,
    });
    const options = {
      port: 0,
      bindHosts: ['127.0.0.1'],
      offline: true,
      minimumDifficulty: EASY,
      announceDelayMs: 0,
      antiIntersection: false,
      dandelionPercent: 0,
    };
    const { inventory, nodes } = store;
    const network = new Network(options, { inventory, nodes, log: nullLog, clock });
    const core = new MailCore(
      { ...DEFAULT_MAIL_SETTINGS, minimumDifficulty: EASY },
      {
        repositories: store,
        pow: new EasyPow(),
        decrypt,
        addressMaker: inlineAddressMaker,
        publish: network,
        log: nullLog,
        clock,
      },
    );
    await network.start();
    await core.start();
    const trustedPeers = [{ host: '127.0.0.1', port: network.port }];
    const from = await startNetworkNode({ trustedPeers });
    const to = await startNetworkNode({ trustedPeers });
    t.after(async () => {
      await Promise.all([from.network.stop(), to.network.stop(), core.stop(), network.stop()]);
      await store.close();
    });
    await soon('connections', () => (network.connections().length === 2 ? true : undefined));

    const ours = messageFor(bert, makeCorrespondent('anna', 1), 'hello', clock.nowS());
    const theirs = createEasyObject(clock.nowS(), { payload: ours.object.slice(22) });
    const arrived = [ours, theirs].map(({ hash }) =>
      nextEvent(to, 'objectAccepted', (event) => Buffer.from(event.hash).equals(hash)),
    );
    for (const { hash, object } of [ours, theirs]) from.publish({ hash, object });
    await Promise.all(arrived);
    await soon('both under trial', () => (decrypt.held === 2 ? true : undefined));
    assert.equal(await store.inbox.count(), 0);
    decrypt.release();
    await soon('the message', async () => ((await store.inbox.count()) > 0 ? true : undefined));
  });
});
