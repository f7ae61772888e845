/** What has to be done from time to time. [node.md §4, §6, §17] */
import type { Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Service } from '../util/service.js';
import { StorageError } from '../store/storage-error.js';
import { isMachineFailure } from './machine-failure.js';
import type { MailContext } from './mail-dependencies.js';
import type { OnionAnnouncer } from './onion-announcer.js';
import type { Outbox } from './outbox/outbox.js';

/** The cleaner looks at the time this often; also the delay of the first pass after the start. */
const TICK_MS = 300_000;

/** Time between two passes, of a clock that nobody can set. [singleCleaner.py] */
const PASS_PERIOD_MS = 7_380_000;

/** Objects are kept this long after their end, so that they are not fetched again. */
const INVENTORY_GRACE_S = 10_800;

/** Keys of people we do not write to. */
const UNUSED_PUBKEY_LIFE_S = 2_419_200;

export class Cleaner implements Service {
  readonly #context: MailContext;
  readonly #outbox: Outbox;
  readonly #onion: OnionAnnouncer;
  #timer: Timer | undefined;
  #nextPassMs = 0;
  #running: Promise<void> | undefined;

  constructor(context: MailContext, outbox: Outbox, onion: OnionAnnouncer) {
    this.#context = context;
    this.#outbox = outbox;
    this.#onion = onion;
  }

  start(): Promise<void> {
    this.#nextPassMs = 0;
    this.#timer = this.#context.clock.setInterval(() => this.#tick(), TICK_MS);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#context.clock.clear(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  #tick(): void {
    const { clock, conditions, storage } = this.#context;
    const nowMs = clock.monotonicMs();
    // By a wrong clock all would be expired; a disk that takes nothing takes no removal either.
    if (!conditions.isTimeSure || !conditions.canStore) return;
    if (this.#running || nowMs < this.#nextPassMs) return;
    this.#nextPassMs = nowMs + PASS_PERIOD_MS;
    this.#running = this.#pass(clock.nowS())
      .catch((error: unknown) => {
        if (error instanceof StorageError) {
          this.#nextPassMs = 0;
          storage.failed(error);
          return;
        }
        if (isMachineFailure(error)) this.#context.fail(error);
        this.#context.log.error({ error: errorText(error) }, 'cleaning failed');
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #pass(nowS: number): Promise<void> {
    const { store, log } = this.#context;
    const objects = await store.inventory.removeExpired(nowS - INVENTORY_GRACE_S);
    const keys = await store.pubkeys.removeUnusedBefore(nowS - UNUSED_PUBKEY_LIFE_S);
    if (objects + keys > 0) log.debug({ objects, keys }, 'expired data removed');
    this.#onion.announce();
    await this.#outbox.resend();
  }
}
