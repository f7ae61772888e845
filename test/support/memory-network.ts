/**
 * Mail cores that exchange objects without sockets: real stores in temporary directories, real
 * cryptography, one fake clock, easy proof of work. What one announces is given to all others that
 * are on-line, as it is after a synchronisation.
 */
import { rmSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { createRandomKeys, deterministicKeys } from '../../src/crypto/keys.js';
import { MailCore } from '../../src/node/mail-core.js';
import type { AddressMaker } from '../../src/node/address-maker.js';
import type { DecryptService, Opened, TrialKey } from '../../src/node/decrypt/decrypt-service.js';
import { tryKeys } from '../../src/node/decrypt/trial.js';
import type { MailDependencies } from '../../src/node/mail-dependencies.js';
import { DEFAULT_MAIL_SETTINGS, type MailSettings } from '../../src/node/mail-settings.js';
import { checkObject } from '../../src/objects/check.js';
import { ObjectError } from '../../src/objects/errors.js';
import { tagOf } from '../../src/objects/object.js';
import type { InboxRecord, SentRecord, SentStatus } from '../../src/store/repositories.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { utf8 } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { EasyPow } from './easy-pow.js';
import { FakeClock } from './fake-clock.js';
import { tempDir } from './temp-store.js';

/** Lower than in test mode: the work of a month's time to live takes milliseconds. */
const EASY = { nonceTrialsPerByte: 1, payloadLengthExtraBytes: 1 };

/** How often a condition is asked; the store works in real time, whatever the fake clock says. */
const POLL_MS = 2;

/** So many looks in a row must find nobody at work: messages cross between threads in between. */
const CALM_LOOKS = 3;

/** Period of the cleaner's passes. */
const PASS_STEP_S = 7_380;

/** A step between cores takes milliseconds; a machine under load gets this long. */
const STEP_LIMIT_MS = 120_000;

/** Resolves with the first value of `ask` that is not undefined. */
export async function soon<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const endMs = Date.now() + STEP_LIMIT_MS;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > endMs) throw new Error(`not within ${STEP_LIMIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Trial decryption in this thread. */
export class InlineDecrypt implements DecryptService {
  readonly #sets = new Map<string, readonly TrialKey[]>();

  setKeys(set: string, keys: readonly TrialKey[]): void {
    this.#sets.set(set, keys);
  }

  addKeys(set: string, keys: readonly TrialKey[]): void {
    this.#sets.set(set, [...(this.#sets.get(set) ?? []), ...keys]);
  }

  removeKeys(set: string, ids: readonly string[]): void {
    this.#sets.set(
      set,
      (this.#sets.get(set) ?? []).filter(({ id }) => !ids.includes(id)),
    );
  }

  open(set: string, container: Uint8Array): Promise<Opened[]> {
    return Promise.resolve(tryKeys(container, this.#sets.get(set) ?? []));
  }
}

export const inlineAddressMaker: AddressMaker = {
  random: (options) => Promise.resolve(createRandomKeys(options)),
  deterministic: ({ passphrase, count, leadingZeroBytes }) => {
    const keys = deterministicKeys(passphrase, { leadingZeroBytes });
    return Promise.resolve(Array.from({ length: count }, () => keys.next().value));
  },
};

export class MemoryNetwork {
  readonly clock = new FakeClock();
  readonly nodes: MemoryNode[] = [];

  /** Starts a node; with a test's context everything is removed after the test. */
  async node(t: TestContext, settings: Partial<MailSettings> = {}): Promise<MemoryNode> {
    const node = new MemoryNode(this, settings);
    t.after(() => node.remove());
    await node.start();
    this.nodes.push(node);
    return node;
  }

  /** Gives an object to all others that are on-line. */
  async deliver(from: MemoryNode, hash: Uint8Array): Promise<void> {
    const object = from.isOnline ? await from.store.inventory.get(hash) : undefined;
    if (!object) return;
    for (const node of this.nodes) {
      if (node !== from && node.isOnline) await node.take(object);
    }
  }

  /** Until nothing is under work anywhere; held proof of work counts as work. */
  async quiet(): Promise<void> {
    let calm = 0;
    await soon('quiet', () => {
      calm = this.nodes.some((node) => node.busy) ? 0 : calm + 1;
      return calm > CALM_LOOKS ? true : undefined;
    });
  }

  /** Lets time pass in steps, so that what falls due happens at its time. */
  async pass(durationS: number, stepS = PASS_STEP_S): Promise<void> {
    for (let leftS = durationS; leftS > 0; leftS -= stepS) {
      await this.clock.advance(Math.min(leftS, stepS) * 1000);
      await this.quiet();
    }
  }

  /** Lets everybody who is on-line have what the others hold. */
  async synchronise(): Promise<void> {
    for (const node of this.nodes.filter((one) => one.isOnline)) {
      for (const hash of node.store.inventory.list(1, this.clock.nowS())) {
        await this.deliver(node, hash);
      }
    }
  }
}

export class MemoryNode {
  readonly settings: Mutable<MailSettings>;
  readonly pow = new EasyPow();
  /** Hashes of everything this node announced. */
  readonly announced: Uint8Array[] = [];
  readonly failures: unknown[] = [];
  isOnline = false;
  store!: Store;
  core!: MailCore;
  #isRunning = false;
  readonly #network: MemoryNetwork;
  readonly #dataDir = tempDir();
  readonly #deliveries = new Set<Promise<void>>();

  constructor(network: MemoryNetwork, settings: Partial<MailSettings>) {
    this.#network = network;
    this.settings = {
      ...DEFAULT_MAIL_SETTINGS,
      minimumDifficulty: EASY,
      newIdentityDifficulty: EASY,
      ackDelayS: 0,
      keyAnswerDelayS: 0,
      leadingZeroBytes: 0,
      ...settings,
    };
  }

  /** Opens the store and starts the core on it; on-line when done. */
  async start(): Promise<void> {
    const { clock } = this.#network;
    this.store = await openStore({ dataDir: this.#dataDir }, { log: nullLog, clock });
    const dependencies: MailDependencies = {
      repositories: this.store,
      pow: this.pow,
      decrypt: new InlineDecrypt(),
      addressMaker: inlineAddressMaker,
      publish: { announce: (hash) => this.#announce(hash) },
      log: nullLog,
      clock,
      onFailure: (error) => this.failures.push(error),
    };
    this.core = new MailCore(this.settings, dependencies);
    await this.core.start();
    this.#isRunning = true;
    this.isOnline = true;
  }

  /** Stops the core and closes the store, as a node that is switched off. */
  async stop(): Promise<void> {
    this.isOnline = false;
    this.#isRunning = false;
    await this.core.stop();
    await Promise.all(this.#deliveries);
    await this.store.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
    await this.#network.synchronise();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  /** An object from the network: checked as the network layer does, then into the inventory. */
  async take(object: Uint8Array): Promise<boolean> {
    try {
      const { header, hash } = checkObject(object, {
        nowS: this.#network.clock.nowS(),
        minimum: this.settings.minimumDifficulty,
        streams: [1],
      });
      const { type, version, stream, expiresS } = header;
      const tag = tagOf(header, object);
      return await this.store.inventory.add({ hash, type, version, stream, expiresS, tag, object });
    } catch (error) {
      if (!(error instanceof ObjectError)) throw error;
      return false;
    }
  }

  newAddress(label = 'test'): Promise<string> {
    return this.core.identities.createRandom({ label: utf8(label) });
  }

  /** Queues a message in simple encoding. */
  send(
    fromAddress: string,
    toAddress: string,
    subject: string,
    ttlS = 4 * 86_400,
  ): Promise<Uint8Array> {
    const body = utf8(`body of ${subject}`);
    return this.core.outbox.sendMessage({
      fromAddress,
      toAddress,
      subject: utf8(subject),
      body,
      ttlS,
    });
  }

  async row(ackData: Uint8Array): Promise<SentRecord> {
    const row = await this.store.sent.getByAckData(ackData);
    if (!row) throw new Error('no such row');
    return row;
  }

  async untilStatus(ackData: Uint8Array, wanted: SentStatus): Promise<SentRecord> {
    let seen = '';
    try {
      return await soon(`status ${wanted}`, async () => {
        const row = await this.row(ackData);
        seen = `${row.status} ${row.reason}`;
        return row.status === wanted ? row : undefined;
      });
    } catch (error) {
      throw new Error(`status stayed ${seen} instead of ${wanted}`, { cause: error });
    }
  }

  inbox(): Promise<InboxRecord[]> {
    return this.store.inbox.list('inbox');
  }

  untilInbox(count: number): Promise<InboxRecord[]> {
    return soon(`${count} messages in the inbox`, async () => {
      const messages = await this.inbox();
      return messages.length >= count ? messages : undefined;
    });
  }

  /** Whether something is under work in this node or on its way from it. */
  get busy(): boolean {
    return this.#isRunning && (this.core.busy || this.#deliveries.size > 0);
  }

  #announce(hash: Uint8Array): void {
    this.announced.push(hash);
    const delivery = this.#network
      .deliver(this, hash)
      .catch((error: unknown) => void this.failures.push(error))
      .finally(() => this.#deliveries.delete(delivery));
    this.#deliveries.add(delivery);
  }
}
