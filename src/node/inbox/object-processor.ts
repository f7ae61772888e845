/**
 * Follows the feed of accepted objects and lets each have its effect, once. What is done quickly is done
 * in order; what has to be tried with every key waits in a queue, most work first. An object's number
 * is marked as done in the commit that holds its effect, so a stop or crash neither skips nor repeats.
 * Most objects are not for us: their marks are written now and then only; to process some of them
 * again after a crash has no effect.
 */
import { powValue } from '../../objects/difficulty.js';
import type { FeedEntry } from '../../store/repositories.js';
import { toHex } from '../../util/bytes.js';
import type { Timer } from '../../util/clock.js';
import { errorText } from '../../util/errors.js';
import type { Service } from '../../util/service.js';
import { Signal } from '../../util/signal.js';
import type { Opened } from '../decrypt/decrypt-service.js';
import { ignoreRefusal, isMachineFailure } from '../machine-failure.js';
import type { MailContext } from '../mail-dependencies.js';
import type { Effect, ReceivedObject } from './effect.js';
import { FeedWindow } from './feed-window.js';
import type { ObjectDispatch } from './object-dispatch.js';
import { TrialQueue } from './trial-queue.js';

/** Objects read from the store at once; also the most whose mark is not durable. */
const BATCH_OBJECTS = 200;

/** Marks of objects without effect are durable after this time at the latest. */
const POSITION_DELAY_MS = 1_000;

/**
 * The feed is read no further ahead than this: what waits beyond is in the inventory. The marks of
 * that many objects take 16 KiB.
 */
const MAX_SPAN = 131_072;

/** Objects under trial at once: enough to keep the workers busy with batches. */
const MAX_IN_TRIAL = 64;
/** More are taken when so many are left: many at once, so that they make batches. */
const REFILL_AT = MAX_IN_TRIAL / 2;

interface InTrial {
  readonly seq: number;
  readonly received: ReceivedObject;
  readonly openings: Promise<Opened[]>;
}

export class ObjectProcessor implements Service {
  readonly #context: MailContext;
  readonly #dispatch: ObjectDispatch;
  #window = new FeedWindow({ seq: 0, doneAbove: new Uint8Array() });
  readonly #queue: TrialQueue;
  /** Under trial, in the order in which they were taken from the queue. */
  #inTrial: InTrial[] = [];
  /** There is something to read, or room for it. */
  readonly #news = new Signal();
  /** There is something to try, or room for it. */
  readonly #work = new Signal();
  /** Something is under trial. */
  readonly #results = new Signal();
  #isStopping = false;
  #stopped: Promise<undefined> = Promise.resolve(undefined);
  #endWaiting: () => void = () => undefined;
  #running: Promise<unknown> | undefined;
  #unmarked = 0;
  /** A commit of marks has its turn to come. */
  #areMarksWaiting = false;
  /** Settles when the last commit that was asked for is done or has failed. */
  #lastCommit: Promise<unknown> = Promise.resolve();
  #unsubscribe: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(context: MailContext, dispatch: ObjectDispatch) {
    this.#context = context;
    this.#dispatch = dispatch;
    this.#queue = new TrialQueue(context.store.inventory);
  }

  async start(): Promise<void> {
    const { inventory, journal } = this.#context.store;
    this.#isStopping = false;
    this.#stopped = new Promise((resolve) => {
      this.#endWaiting = () => resolve(undefined);
    });
    this.#window = new FeedWindow(await journal.feedProgress());
    // network.db may have lost its end in a crash: what comes now must count as new.
    await inventory.ensureSeqAbove(this.#window.highest);
    this.#unsubscribe = inventory.onAdded(() => this.#news.set());
    const loops = [this.#readFeed(), this.#beginTrials(), this.#finishTrials()];
    this.#running = Promise.all(
      loops.map((loop) =>
        loop.catch((error: unknown) => {
          if (!this.#isStopping) this.#context.fail(error);
        }),
      ),
    );
  }

  /** Finishes the effect under work; what is being tried is left for the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe?.();
    this.#endWaiting();
    this.#news.set();
    this.#work.set();
    this.#results.set();
    await this.#running;
    this.#inTrial = [];
    this.#queue.clear();
    this.#context.clock.clear(this.#timer);
    this.#timer = undefined;
    await ignoreRefusal(this.#commitMarks());
  }

  /** Sequence number up to which all objects have had their effect. */
  get position(): number {
    return this.#window.position;
  }

  /** The last object that may have been tried with the keys as they were until now. */
  get readTo(): number {
    return this.#window.readTo;
  }

  /** Objects that wait for trial decryption or are under it. */
  get waiting(): number {
    return this.#queue.size + this.#inTrial.length;
  }

  /** Whether an object is under work or waits to be. */
  get busy(): boolean {
    return !this.#news.isAwaited || this.#hasTrials;
  }

  get #hasTrials(): boolean {
    return this.waiting > 0 || !this.#work.isAwaited;
  }

  /** A function: the compiler takes a field to stay as it was looked at before. */
  #isEnding(): boolean {
    return this.#isStopping;
  }

  async #readFeed(): Promise<void> {
    const { inventory } = this.#context.store;
    while (!this.#isStopping) {
      const hasRoom = !this.#queue.isFull && this.#window.span < MAX_SPAN;
      const from = this.#window.readTo;
      const entries = hasRoom ? await inventory.readFeed(from, BATCH_OBJECTS) : [];
      for (const entry of entries) {
        if (this.#isEnding()) return;
        if (this.#window.read(entry.seq)) await this.#begin(entry);
      }
      this.#marksChanged();
      if (entries.length === 0) await this.#news.wait();
    }
  }

  /** Does what is quick, and queues what has to be tried. */
  async #begin(entry: FeedEntry): Promise<void> {
    const { seq, object } = entry;
    await this.#guarded(entry, async () => {
      const received = this.#dispatch.received(entry);
      const ack = await this.#dispatch.acknowledges(received);
      if (!this.#dispatch.needsTrial(received)) {
        await this.#finish(seq, [ack, await this.#dispatch.handle(received)]);
        return;
      }
      if (ack) await this.#commit(ack);
      this.#queue.add(seq, received, Number(powValue(object)));
      this.#work.set();
    });
  }

  async #beginTrials(): Promise<void> {
    while (!this.#isStopping) {
      const isLow = this.#inTrial.length <= REFILL_AT;
      if (isLow && this.#queue.size > 0) await this.#refill();
      else await this.#work.wait();
    }
  }

  async #finishTrials(): Promise<void> {
    while (!this.#isStopping) {
      const next = this.#inTrial[0];
      if (next) await this.#finishTrial(next);
      else await this.#results.wait();
    }
  }

  async #refill(): Promise<void> {
    const { found, gone } = await this.#queue.take(MAX_IN_TRIAL - this.#inTrial.length);
    for (const seq of gone) this.#done(seq); // Expired while it waited.
    for (const { seq, received } of found) {
      const openings = this.#dispatch.open(received);
      openings.catch(() => undefined); // Seen when its turn comes.
      this.#inTrial.push({ seq, received, openings });
    }
    this.#results.set();
    this.#news.set(); // There may be room again.
  }

  async #finishTrial({ seq, received, openings }: InTrial): Promise<void> {
    await this.#guarded({ seq, ...received }, async () => {
      const result = await Promise.race([openings, this.#stopped]);
      if (!result || this.#isStopping) return;
      await this.#finish(seq, [await this.#dispatch.opened(received, result)]);
    });
    if (this.#isStopping) return;
    this.#inTrial.shift();
    this.#work.set();
    this.#news.set(); // The position may have moved on.
    this.#marksChanged();
  }

  /** A failure of the object is told, and the object done with; one of the machine ends everything. */
  async #guarded({ seq, hash }: FeedEntry, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#isStopping) return;
      if (isMachineFailure(error)) throw error;
      this.#context.counters.deadLetters += 1;
      const text = { hash: toHex(hash), error: errorText(error) };
      this.#context.log.error(text, 'object skipped: it failed');
      this.#done(seq);
    }
  }

  /** The mark belongs to the last effect: those before it are harmless to repeat. */
  async #finish(seq: number, all: readonly (Effect | undefined)[]): Promise<void> {
    const effects = all.filter((effect) => effect !== undefined);
    const last = effects.pop();
    for (const effect of effects) await this.#commit(effect);
    if (last) await this.#commit(last, seq);
    else this.#done(seq);
  }

  /** @param doneSeq the object that is done with this effect */
  async #commit({ changes, after }: Effect, doneSeq?: number): Promise<void> {
    const { journal } = this.#context.patient;
    const result = await this.#inTurn(() => {
      if (doneSeq === undefined) return journal.commit(changes);
      this.#done(doneSeq);
      return journal.commit({ ...changes, ...this.#takeMarks() });
    });
    await after?.(result);
  }

  /**
   * One commit after the other: the marks of a later one tell that the effects of earlier ones are
   * durable, and one of these may be waiting for a disk that is full.
   */
  #inTurn<Result>(commit: () => Promise<Result>): Promise<Result> {
    const turn = this.#lastCommit.then(commit);
    this.#lastCommit = turn.catch(() => undefined);
    return turn;
  }

  #done(seq: number): void {
    this.#window.done(seq);
    this.#unmarked += 1;
    this.#context.counters.objectsProcessed += 1;
  }

  #takeMarks(): Marks {
    this.#unmarked = 0;
    const { seq, doneAbove } = this.#window.progress();
    return { feedPosition: seq, doneAbove };
  }

  /** Makes marks durable that no effect has taken along, when they are many, else after a while. */
  #marksChanged(): void {
    if (this.#unmarked >= BATCH_OBJECTS) void this.#commitMarks().catch(this.#context.fail);
    else if (this.#unmarked > 0 && !this.#isStopping) {
      this.#timer ??= this.#context.clock.setTimeout(() => {
        this.#timer = undefined;
        if (!this.#isStopping) void this.#commitMarks().catch(this.#context.fail);
      }, POSITION_DELAY_MS);
    }
  }

  async #commitMarks(): Promise<void> {
    if (this.#areMarksWaiting) return;
    this.#areMarksWaiting = true;
    await this.#inTurn(async () => {
      this.#areMarksWaiting = false;
      if (this.#unmarked > 0) await this.#context.patient.journal.commit(this.#takeMarks());
    });
  }
}

interface Marks {
  readonly feedPosition: number;
  readonly doneAbove: Uint8Array;
}
