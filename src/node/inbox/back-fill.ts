/**
 * Looks for what came before an address was here: when an identity, a chan or a subscription is added or
 * enabled, the objects of the live inventory that were not tried with its keys are tried with them.
 * What is missing is noted in mail.db in the transaction that adds the address, so an import or a
 * crash loses nothing; how far it is goes into the commit with each effect.
 */
import type { BackfillKind, FeedEntry } from '../../store/repositories.js';
import { errorText } from '../../util/errors.js';
import { toHex } from '../../util/bytes.js';
import type { Service } from '../../util/service.js';
import { Signal } from '../../util/signal.js';
import type { Timer } from '../../util/clock.js';
import type { Opened } from '../decrypt/decrypt-service.js';
import { ignoreRefusal, isMachineFailure } from '../machine-failure.js';
import type { MailContext } from '../mail-dependencies.js';
import { groupRanges, type BackFillGroup } from './back-fill-groups.js';
import type { BackFillSource } from './back-fill-sources.js';
import type { Effect, ReceivedObject } from './effect.js';
import type { ObjectDispatch } from './object-dispatch.js';

/** Of the feed, looked through at a time for objects of the types that are wanted. */
const RANGE_SEQS = 20_000;

/** Objects tried at once: new mail, of which there are several times as many, is little held up. */
const CHUNK_OBJECTS = 16;

/** How far it is, is durable after this time at the latest when nothing was found. */
const PROGRESS_PERIOD_MS = 1_000;

/**
 * Addresses that are not loaded yet are looked for again after this time, and random new ones are
 * forgotten together.
 */
const LOOK_AGAIN_MS = 1_000;

export interface BackFillParts {
  readonly context: MailContext;
  readonly dispatch: ObjectDispatch;
  readonly sources: Readonly<Record<BackfillKind, BackFillSource>>;
  /** The last object that may have been tried with the keys as they were until now. */
  readonly readTo: () => number;
}

export class BackFill implements Service {
  readonly #parts: BackFillParts;
  readonly #work = new Signal();
  /** New identities that nobody can have written to. */
  readonly #fresh = new Set<string>();
  #isStopping = false;
  #stopped: Promise<undefined> = Promise.resolve(undefined);
  #endWaiting: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(parts: BackFillParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    this.#isStopping = false;
    this.#stopped = new Promise((resolve) => {
      this.#endWaiting = () => resolve(undefined);
    });
    this.#work.set();
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#isStopping) this.#parts.context.fail(error);
    });
    return Promise.resolve();
  }

  /** What is missing is gone on with at the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endWaiting();
    this.#work.set();
    await this.#running;
    this.#parts.context.clock.clear(this.#timer);
    this.#timer = undefined;
    // To try them with earlier mail after all, at the next start, is only work.
    await ignoreRefusal(this.#forgetFresh());
  }

  get busy(): boolean {
    return this.#running !== undefined && !this.#work.isAwaited;
  }

  /** Addresses begin to work: what they have missed is looked for. */
  wake(): void {
    this.#work.set();
  }

  /** Identities that were made at random just now: there is nothing to look for. */
  skip(addresses: readonly string[]): void {
    for (const address of addresses) this.#fresh.add(address);
    this.#lookLater();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const group = await this.#nextGroup();
      if (group) await this.#fill(group);
      else await this.#work.wait();
    }
  }

  async #nextGroup(): Promise<BackFillGroup | undefined> {
    const { context, sources, readTo } = this.#parts;
    const { backfill } = context.patient;
    await this.#forgetFresh();
    for (const kind of ['subscription', 'identity'] as const) {
      const isOpen = (range: { kind: string; untilSeq: number | undefined }): boolean =>
        range.kind === kind && range.untilSeq === undefined;
      const open = (await backfill.list()).filter(isOpen).map(({ address }) => address);
      // Only those whose keys are in use: others come along later, with a later end.
      const usable = open.filter((address) => sources[kind].isUsable(address));
      if (usable.length > 0) await backfill.settle(kind, usable, readTo());
    }
    const groups = groupRanges(await backfill.list());
    const ready = groups.filter(({ kind, addresses }) =>
      addresses.every((address) => sources[kind].isUsable(address)),
    );
    if (ready.length < groups.length) this.#lookLater();
    return ready[0];
  }

  /** One pass over what a group has missed. */
  async #fill(group: BackFillGroup): Promise<void> {
    const { context, sources } = this.#parts;
    const { kind, addresses, untilSeq } = group;
    const source = sources[kind];
    source.begin(addresses);
    context.log.info({ kind, addresses: addresses.length, untilSeq }, 'looking for earlier mail');
    const progress = new Progress(context, group);
    try {
      for (let after = group.doneSeq; after < untilSeq && !this.#isStopping;) {
        const to = Math.min(untilSeq, after + RANGE_SEQS);
        const { inventory } = context.store;
        const entries = await inventory.readFeedOf(source.types, after, to, CHUNK_OBJECTS);
        if (!(await this.#tryAll(entries, source, progress))) return;
        const last = entries.at(-1)?.seq ?? to;
        after = entries.length < CHUNK_OBJECTS ? to : last;
        await progress.reached(after);
      }
    } finally {
      source.end();
    }
  }

  /** False when the node is stopping. */
  async #tryAll(
    entries: readonly FeedEntry[],
    source: BackFillSource,
    progress: Progress,
  ): Promise<boolean> {
    const all = entries.map((entry) => this.#parts.dispatch.received(entry));
    const opened = all.map((received) => source.open(received));
    for (const openings of opened) openings.catch(() => undefined); // Seen when its turn comes.
    for (const [i, received] of all.entries()) {
      const openings = opened[i] ?? Promise.resolve([]);
      const effect = await this.#effectOf(received, openings, source);
      if (this.#isStopping) return false;
      if (effect) await progress.commit(effect, entries[i]?.seq ?? 0);
    }
    return true;
  }

  async #effectOf(
    received: ReceivedObject,
    openings: Promise<Opened[]>,
    source: BackFillSource,
  ): Promise<Effect | undefined> {
    try {
      const result = await Promise.race([openings, this.#stopped]);
      return result && (await source.receive(received, result));
    } catch (error) {
      if (this.#isStopping) return undefined;
      if (isMachineFailure(error)) throw error;
      const text = { hash: toHex(received.hash), error: errorText(error) };
      this.#parts.context.log.error(text, 'earlier object skipped: it failed');
      return undefined;
    }
  }

  async #forgetFresh(): Promise<void> {
    const fresh = [...this.#fresh];
    if (fresh.length === 0) return;
    await this.#parts.context.patient.backfill.forget('identity', fresh);
    for (const address of fresh) this.#fresh.delete(address);
  }

  #lookLater(): void {
    this.#timer ??= this.#parts.context.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#work.set();
    }, LOOK_AGAIN_MS);
  }
}

/** How far a group is, in the store and here. */
class Progress {
  readonly #context: MailContext;
  readonly #group: BackFillGroup;
  #doneSeq: number;
  #committedMs: number;

  constructor(context: MailContext, group: BackFillGroup) {
    this.#context = context;
    this.#group = group;
    this.#doneSeq = group.doneSeq;
    this.#committedMs = context.clock.monotonicMs();
  }

  async commit({ changes, after }: Effect, toSeq: number): Promise<void> {
    const result = await this.#store(changes, toSeq);
    await after?.(result);
  }

  /** Everything up to there was tried. */
  async reached(toSeq: number): Promise<void> {
    const passedMs = this.#context.clock.monotonicMs() - this.#committedMs;
    if (toSeq >= this.#group.untilSeq || passedMs >= PROGRESS_PERIOD_MS)
      await this.#store({}, toSeq);
  }

  async #store(
    changes: Effect['changes'],
    toSeq: number,
  ): ReturnType<MailContext['store']['journal']['commit']> {
    const { kind, untilSeq } = this.#group;
    const backfill = { kind, untilSeq, doneSeq: this.#doneSeq, toSeq };
    this.#doneSeq = toSeq;
    this.#committedMs = this.#context.clock.monotonicMs();
    return this.#context.patient.journal.commit({ ...changes, backfill });
  }
}
