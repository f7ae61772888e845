/** Tells the network of our own onion service by onionpeer objects. [singleWorker.py:sendOnionPeerObj] */
import { decodeHeader, inventoryHash, tagOf, withNonce } from '../objects/object.js';
import { encodeOnionPeer, type OnionPeer } from '../objects/onionpeer.js';
import { jitteredTtl, ONIONPEER_TTL_S } from '../objects/ttl.js';
import { OBJECT_TYPE } from '../objects/types.js';
import { POW_PRIORITY, PowAborted } from '../pow/solver.js';
import { errorText } from '../util/errors.js';
import type { Service } from '../util/service.js';
import { isMachineFailure } from './machine-failure.js';
import type { MailContext } from './mail-dependencies.js';
import type { Publisher } from './publisher.js';
import type { Stamper } from './stamper.js';

/** The only stream of the live network. */
const STREAM = 1;

const PURPOSE = 'onion service';

export class OnionAnnouncer implements Service {
  readonly #context: MailContext;
  readonly #stamper: Stamper;
  readonly #publisher: Publisher;
  #abort = new AbortController();
  #isStarted = false;
  #running: Promise<void> | undefined;

  constructor(context: MailContext, stamper: Stamper, publisher: Publisher) {
    this.#context = context;
    this.#stamper = stamper;
    this.#publisher = publisher;
  }

  start(): Promise<void> {
    this.#abort = new AbortController();
    this.#isStarted = true;
    this.announce();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#abort.abort(new PowAborted('stopped'));
    await this.#running;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** To be called now and then: publishes an object when the network has none (any more). */
  announce(): void {
    const peer = this.#context.settings.ownOnion;
    if (!peer || !this.#isStarted || this.#running) return;
    this.#running = this.#publish(peer)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  #failed(error: unknown): void {
    if (error instanceof PowAborted || this.#abort.signal.aborted) return;
    if (isMachineFailure(error)) this.#context.fail(error);
    this.#context.log.error({ error: errorText(error) }, 'announcing the onion service failed');
  }

  async #publish(peer: OnionPeer): Promise<void> {
    const { patient, settings, clock, log } = this.#context;
    const expiresS = clock.nowS() + jitteredTtl(ONIONPEER_TTL_S);
    const rest = encodeOnionPeer(peer, { expiresS, stream: STREAM });
    if (await this.#isAnnounced(rest)) return;
    const object = await this.#stamper.stamp(rest, {
      difficulty: settings.minimumDifficulty,
      priority: POW_PRIORITY.other,
      purpose: PURPOSE,
      owner: PURPOSE,
      signal: this.#abort.signal,
    });
    const outgoing = { hash: inventoryHash(object), object, publishAtMs: clock.nowMs() };
    await patient.journal.commit({ outgoing: [outgoing] });
    this.#publisher.publish(outgoing);
    log.info({ ...peer }, 'onion service announced');
  }

  /** Whether an object that says the same, whoever made it, is still in the inventory. */
  async #isAnnounced(rest: Uint8Array): Promise<boolean> {
    const { store, clock } = this.#context;
    const unstamped = withNonce(0n, rest);
    const tag = tagOf(decodeHeader(unstamped), unstamped);
    const objects = await store.inventory.findByTag(OBJECT_TYPE.onionpeer, tag);
    return objects.some((object) => decodeHeader(object).expiresS > clock.nowS());
  }
}
