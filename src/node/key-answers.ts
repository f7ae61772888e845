/**
 * Publishes the public keys of own identities: after their creation and when somebody asks.
 * "Owed" is durable: `lastPubkeySendS` 0 means that the key has to be published, so an answer that a
 * stop or crash interrupted is made at the next start. [objects.md §5, §6.4]
 */
import { encodePubkey } from '../objects/pubkey.js';
import { inventoryHash } from '../objects/object.js';
import { jitteredTtl, PUBKEY_TTL_S } from '../objects/ttl.js';
import { POW_PRIORITY, PowAborted } from '../pow/solver.js';
import type { IdentityRecord } from '../store/repositories.js';
import { errorText } from '../util/errors.js';
import { randomInt } from '../util/random.js';
import type { Service } from '../util/service.js';
import { isMachineFailure } from './machine-failure.js';
import type { Identities } from './identities.js';
import type { MailContext } from './mail-dependencies.js';
import type { Publisher } from './publisher.js';
import type { Stamper } from './stamper.js';

/**
 * A key that was published is in everybody's inventory for this long, so nobody needs to ask:
 * requests within it are ignored. [objectProcessor.py:processgetpubkey]
 */
export const ANSWER_EMBARGO_S = 2_419_200;

/** Clocks that are set right by less do no harm. */
const FUTURE_S = 3_600;

/**
 * In the proof of work all answers are of one owner: strangers who ask for all the keys of a large
 * node take one turn in the round, not one for each identity.
 */
const PUBLIC_KEYS_OWNER = 'public keys';

/** Answers under work at once; the rest waits, so that a thousand new addresses stay harmless. */
const MAX_AT_ONCE = 2;

export class KeyAnswers implements Service {
  readonly #context: MailContext;
  readonly #identities: Identities;
  readonly #stamper: Stamper;
  readonly #publisher: Publisher;
  /** Addresses to answer for and not yet begun, in order. */
  readonly #queue = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  #abort = new AbortController();
  #started = false;

  constructor(
    context: MailContext,
    identities: Identities,
    stamper: Stamper,
    publisher: Publisher,
  ) {
    this.#context = context;
    this.#identities = identities;
    this.#stamper = stamper;
    this.#publisher = publisher;
    identities.onUsable((addresses) => this.#queueOwed(addresses));
  }

  start(): Promise<void> {
    this.#abort = new AbortController();
    this.#started = true;
    this.#queueOwed(this.#identities.list().map(({ address }) => address));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#queue.clear();
    this.#abort.abort(new PowAborted('stopped'));
    await Promise.all(this.#working.values());
  }

  /** Keys being published or waiting for it. */
  get busy(): boolean {
    return this.#queue.size + this.#working.size > 0;
  }

  /**
   * Whether a request for this identity's key is to be answered: not for chans, and not when the
   * key was published within the embargo or is about to be.
   */
  shouldAnswer(identity: IdentityRecord): boolean {
    if (identity.chan || !identity.enabled) return false;
    if (this.#queue.has(identity.address) || this.#working.has(identity.address)) return false;
    const nowS = this.#context.clock.nowS();
    const { lastPubkeySendS: sentS } = identity;
    // In the future: the clock was wrong when it was published, and so was the key's end of life.
    return sentS <= nowS - ANSWER_EMBARGO_S || sentS > nowS + FUTURE_S;
  }

  /** Answers for an own address; the debt (`lastPubkeySendS` 0) has been committed before. */
  answer(address: string): void {
    this.#queue.add(address);
    this.#next();
  }

  #queueOwed(addresses: string[]): void {
    for (const address of addresses) {
      const identity = this.#identities.get(address);
      if (identity?.lastPubkeySendS === 0 && this.shouldAnswer(identity)) this.#queue.add(address);
    }
    this.#next();
  }

  #next(): void {
    if (!this.#started) return;
    for (const address of this.#queue) {
      if (this.#working.size >= MAX_AT_ONCE) return;
      this.#queue.delete(address);
      const work = this.#publishKey(address)
        .catch((error: unknown) => this.#failed(address, error))
        .finally(() => {
          this.#working.delete(address);
          this.#next();
        });
      this.#working.set(address, work);
    }
  }

  #failed(address: string, error: unknown): void {
    if (error instanceof PowAborted || this.#abort.signal.aborted) return;
    if (isMachineFailure(error)) this.#context.fail(error);
    // The debt stays; the next start or the next request tries again.
    this.#context.log.error({ address, error: errorText(error) }, 'publishing a public key failed');
  }

  async #publishKey(text: string): Promise<void> {
    const { clock, settings, patient, events, counters } = this.#context;
    const identity = this.#identities.get(text);
    const address = this.#identities.addressOf(text);
    if (!identity?.enabled || !address) return;
    const publishAtMs = clock.nowMs() + randomInt(0, settings.keyAnswerDelayS * 1000);
    const difficulty = this.#identities.demandedDifficulty(identity);
    const rest = encodePubkey(
      {
        address,
        keyBlock: this.#identities.keyBlockOf(identity, difficulty),
        signingKey: identity.signingKey,
      },
      Math.floor(publishAtMs / 1000) + jitteredTtl(PUBKEY_TTL_S),
    );
    const object = await this.#stamper.stamp(rest, {
      difficulty: settings.minimumDifficulty,
      priority: POW_PRIORITY.pubkey,
      purpose: 'public key',
      owner: PUBLIC_KEYS_OWNER,
      signal: this.#abort.signal,
    });
    if (!this.#identities.get(text)?.enabled) return; // Removed or switched off meanwhile.
    const changes = { lastPubkeySendS: clock.nowS() };
    const outgoing = { hash: inventoryHash(object), object, publishAtMs };
    await patient.journal.commit({ identity: { address: text, changes }, outgoing: [outgoing] });
    this.#identities.mirror(text, changes);
    this.#publisher.publish(outgoing);
    counters.keyAnswersSent += 1;
    events.emit('keyAnswered', { address: text });
  }
}
