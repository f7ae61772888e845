/**
 * Follows the feed of accepted objects and lets each have its effect: one at a time, in order, once.
 * The position in the feed is committed together with what an object brought about, so a stop or
 * crash neither skips nor repeats. Most objects are not for us: for those the position is written
 * now and then only; processing some of them again after a crash has no effect.
 */
import type { FeedEntry } from '../../store/repositories.js';
import { toHex } from '../../util/bytes.js';
import type { Timer } from '../../util/clock.js';
import { errorText } from '../../util/errors.js';
import type { Service } from '../../util/service.js';
import { isMachineFailure } from '../machine-failure.js';
import type { MailContext } from '../mail-dependencies.js';
import type { Effect } from './effect.js';
import type { ObjectDispatch } from './object-dispatch.js';

/** Objects read from the store at once; also the most whose position is not durable. */
const BATCH_OBJECTS = 200;

/** The position of objects without effect is durable after this time at the latest. */
const POSITION_DELAY_MS = 1_000;

export class ObjectProcessor implements Service {
  readonly #context: MailContext;
  readonly #dispatch: ObjectDispatch;
  #position = 0;
  #committed = 0;
  #stopping = false;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #hasNews = false;
  #isWaiting = false;
  #unsubscribe: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(context: MailContext, dispatch: ObjectDispatch) {
    this.#context = context;
    this.#dispatch = dispatch;
  }

  async start(): Promise<void> {
    const { store } = this.#context;
    this.#stopping = false;
    this.#position = this.#committed = await store.journal.feedPosition();
    // network.db may have lost its end in a crash: what comes now must count as new.
    await store.inventory.ensureSeqAbove(this.#position);
    this.#unsubscribe = store.inventory.onAdded(() => this.#notify());
    this.#running = this.#follow().catch((error: unknown) => {
      if (!this.#stopping) this.#context.fail(error);
    });
  }

  /** Finishes the object under work; what comes after it is left for the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    this.#notify();
    await this.#running;
    this.#context.clock.clear(this.#timer);
    this.#timer = undefined;
    await this.#commitPosition();
  }

  /** Sequence number up to which objects have had their effect. */
  get position(): number {
    return this.#position;
  }

  /** Whether an object is under work or waits to be. */
  get busy(): boolean {
    return !this.#isWaiting || this.#hasNews;
  }

  #isStopping(): boolean {
    return this.#stopping;
  }

  #notify(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  /** The loop. A batch could be opened in parallel here, as long as effects keep the order. */
  async #follow(): Promise<void> {
    const { inventory } = this.#context.store;
    while (!this.#stopping) {
      this.#hasNews = false;
      const entries = await inventory.readFeed(this.#position, BATCH_OBJECTS);
      for (const entry of entries) {
        if (!(await this.#processEntry(entry))) break;
      }
      if (this.#position - this.#committed >= BATCH_OBJECTS) await this.#commitPosition();
      else this.#commitPositionLater();
      if (entries.length === 0) await this.#news();
    }
  }

  #news(): Promise<void> {
    this.#isWaiting = true;
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        this.#isWaiting = false;
        resolve();
      };
      if (this.#hasNews) this.#wake();
    });
  }

  /** False when the object has to be processed again later: the node is stopping. */
  async #processEntry(entry: FeedEntry): Promise<boolean> {
    if (this.#stopping) return false;
    let effects: Effect[] = [];
    try {
      effects = await this.#dispatch.effectsOf(entry);
    } catch (error) {
      if (this.#isStopping()) return false;
      if (isMachineFailure(error)) throw error;
      this.#context.counters.deadLetters += 1;
      const hash = toHex(entry.hash);
      this.#context.log.error({ hash, error: errorText(error) }, 'object skipped: it failed');
    }
    await this.#commit(effects, entry.seq);
    this.#position = entry.seq;
    this.#context.counters.objectsProcessed += 1;
    return true;
  }

  /** The position belongs to the last effect: those before it are harmless to repeat. */
  async #commit(effects: Effect[], seq: number): Promise<void> {
    for (const [index, { changes, after }] of effects.entries()) {
      const isLast = index === effects.length - 1;
      const commit = isLast ? { ...changes, feedPosition: seq } : changes;
      const result = await this.#context.store.journal.commit(commit);
      if (isLast) this.#committed = Math.max(this.#committed, seq);
      await after?.(result);
    }
  }

  #commitPositionLater(): void {
    if (this.#timer || this.#committed >= this.#position) return;
    this.#timer = this.#context.clock.setTimeout(() => {
      this.#timer = undefined;
      if (!this.#stopping) void this.#commitPosition().catch(this.#context.fail);
    }, POSITION_DELAY_MS);
  }

  async #commitPosition(): Promise<void> {
    if (this.#committed >= this.#position) return;
    const feedPosition = this.#position;
    await this.#context.store.journal.commit({ feedPosition });
    this.#committed = Math.max(this.#committed, feedPosition);
  }
}
