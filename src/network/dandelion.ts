import type { Clock, Timer } from '../util/clock.js';
import { randomFraction, randomInt } from '../util/random.js';
import { MAX_STEM_OBJECTS, MAX_STEM_OBJECTS_PER_PEER, MAX_STEMS, STEM_EPOCH_MS } from './limits.js';
import type { PeerId } from './peer-link.js';

export interface DandelionOptions {
  /** Chance in percent that a hop passes a stem object on along the stem; 0 = no Dandelion. */
  percent: number;
  /** A stem phase lasts stemFixedMs plus a random time with the mean stemMeanMs, exponential. */
  stemFixedMs: number;
  stemMeanMs: number;
}

export interface DandelionHandlers {
  /** Tell this one peer, and nobody else, that we have these objects (`dinv`). */
  announceStem(child: PeerId, keys: string[]): void;
  /**
   * The stem phase of a held object ended by time or by a circle: tell everybody (`inv`) but `from`,
   * the peer that it came from.
   */
  announceFluff(key: string, from: PeerId | undefined): void;
}

/** Our own objects have this parent. */
const OWN = -1;

interface StemObject {
  readonly key: string;
  readonly parent: PeerId;
  child: PeerId | undefined;
  /** False while it is announced by `dinv` only and not yet received. */
  held: boolean;
  timer: Timer | undefined;
}

/**
 * Dandelion: an object travels along a chain of single peers (stem) before everybody is told (fluff),
 * so that its origin is hard to find. Decisions only: which object is in its stem phase, who is its
 * child, when the phase ends. Keys are `bytesKey` of inventory hashes. [dandelion.py]
 *
 * Differences to the reference: stems are established outbound peers that understand `dinv` only; an
 * object that turns to fluff by chance is announced to everybody; chance never strikes at the origin;
 * an own object without a stem is announced when its time is over.
 */
export class Dandelion {
  readonly #options: DandelionOptions;
  readonly #handlers: DandelionHandlers;
  readonly #clock: Clock;
  readonly #candidates = new Set<PeerId>();
  #stems: PeerId[] = [];
  /** Which stem takes the objects that come from a peer: fixed for an epoch. */
  readonly #childOf = new Map<PeerId, PeerId>();
  readonly #objects = new Map<string, StemObject>();
  readonly #countOf = new Map<PeerId, number>();
  #epochTimer: Timer | undefined;

  constructor(options: DandelionOptions, handlers: DandelionHandlers, clock: Clock) {
    this.#options = options;
    this.#handlers = handlers;
    this.#clock = clock;
  }

  get enabled(): boolean {
    return this.#options.percent > 0;
  }

  get stems(): readonly PeerId[] {
    return this.#stems;
  }

  /** Objects in their stem phase, including those not yet received. */
  get size(): number {
    return this.#objects.size;
  }

  start(): void {
    if (this.enabled)
      this.#epochTimer ??= this.#clock.setInterval(() => this.#newEpoch(), STEM_EPOCH_MS);
  }

  stop(): void {
    this.#clock.clear(this.#epochTimer);
    this.#epochTimer = undefined;
    for (const object of this.#objects.values()) this.#clock.clear(object.timer);
    this.#objects.clear();
  }

  /** An outbound peer with NODE_DANDELION was established. */
  addCandidate(peer: PeerId): void {
    if (!this.enabled) return;
    this.#candidates.add(peer);
    this.#fillStems();
  }

  /** A connection ended, whichever it was. */
  removePeer(peer: PeerId): void {
    this.#candidates.delete(peer);
    this.#childOf.delete(peer);
    for (const [parent, child] of this.#childOf) if (child === peer) this.#childOf.delete(parent);
    for (const object of this.#objects.values())
      if (object.child === peer) object.child = undefined;
    this.#stems = this.#stems.filter((stem) => stem !== peer);
    this.#fillStems();
  }

  /** True while the object must not be mentioned to anybody but its child. */
  isStem(key: string): boolean {
    return this.#objects.has(key);
  }

  /** Whether `peer` may have this object, or even know that we have it. */
  mayServe(key: string, peer: PeerId): boolean {
    const object = this.#objects.get(key);
    return object === undefined || object.child === peer;
  }

  /** An own object. True: it is in its stem phase now. False: everybody is to be told. */
  addOwn(key: string): boolean {
    if (!this.enabled) return false;
    if (this.#objects.has(key)) return true;
    const object = this.#add(key, OWN);
    object.held = true;
    if (object.child !== undefined) this.#handlers.announceStem(object.child, [key]);
    return true;
  }

  /**
   * A peer announced an object by `dinv` that we lack. False when it is not to be fetched: Dandelion
   * is off or too many objects are in their stem phase; it will come by `inv` later.
   */
  expect(key: string, parent: PeerId): boolean {
    if (!this.enabled) return false;
    if (this.#objects.has(key)) return true;
    if (this.#objects.size >= MAX_STEM_OBJECTS) return false;
    if ((this.#countOf.get(parent) ?? 0) >= MAX_STEM_OBJECTS_PER_PEER) return false;
    this.#add(key, parent);
    return true;
  }

  /** An object that we do not have yet was announced by `inv`: it is known to all already. */
  forgetExpected(key: string): void {
    const object = this.#objects.get(key);
    if (object && !object.held) this.#remove(object);
  }

  /** An object of others is in the inventory now. True: stem phase. False: everybody is to be told. */
  received(key: string): boolean {
    const object = this.#objects.get(key);
    if (!object) return false;
    if (randomInt(1, 100) > this.#options.percent) {
      this.#remove(object);
      return false;
    }
    object.held = true;
    this.#restartTimer(object);
    if (object.child !== undefined) this.#handlers.announceStem(object.child, [key]);
    return true;
  }

  /** The object came again while in its stem phase: it went in a circle, or others know it already. */
  receivedAgain(key: string): void {
    const object = this.#objects.get(key);
    if (object?.held) this.#fluff(object);
  }

  #add(key: string, parent: PeerId): StemObject {
    const child = this.#chooseChild(parent);
    const object: StemObject = { key, parent, child, held: false, timer: undefined };
    this.#objects.set(key, object);
    this.#countOf.set(parent, (this.#countOf.get(parent) ?? 0) + 1);
    this.#restartTimer(object);
    return object;
  }

  #remove(object: StemObject): void {
    this.#clock.clear(object.timer);
    this.#objects.delete(object.key);
    const left = (this.#countOf.get(object.parent) ?? 1) - 1;
    if (left > 0) this.#countOf.set(object.parent, left);
    else this.#countOf.delete(object.parent);
  }

  #fluff(object: StemObject): void {
    this.#remove(object);
    const { key, parent, held } = object;
    if (held) this.#handlers.announceFluff(key, parent === OWN ? undefined : parent);
  }

  #restartTimer(object: StemObject): void {
    this.#clock.clear(object.timer);
    const randomMs = -Math.log(1 - randomFraction()) * this.#options.stemMeanMs;
    object.timer = this.#clock.setTimeout(
      () => this.#fluff(object),
      this.#options.stemFixedMs + randomMs,
    );
  }

  #chooseChild(parent: PeerId): PeerId | undefined {
    const known = this.#childOf.get(parent);
    if (known !== undefined) return known;
    const possible = this.#stems.filter((stem) => stem !== parent);
    const child = possible[randomInt(0, possible.length - 1)];
    if (child !== undefined) this.#childOf.set(parent, child);
    return child;
  }

  #newEpoch(): void {
    this.#stems = [];
    this.#childOf.clear();
    this.#fillStems();
  }

  #fillStems(): void {
    const free = [...this.#candidates].filter((peer) => !this.#stems.includes(peer));
    while (this.#stems.length < MAX_STEMS && free.length > 0) {
      this.#stems.push(...free.splice(randomInt(0, free.length - 1), 1));
    }
    if (this.#stems.length > 0) this.#adoptOrphans();
  }

  /** Objects that lost their child, or never had one, get one of the stems there are now. */
  #adoptOrphans(): void {
    const announced = new Map<PeerId, string[]>();
    for (const object of this.#objects.values()) {
      if (object.child !== undefined) continue;
      object.child = this.#chooseChild(object.parent);
      if (object.child === undefined) continue;
      this.#restartTimer(object);
      if (!object.held) continue;
      const keys = announced.get(object.child);
      if (keys) keys.push(object.key);
      else announced.set(object.child, [object.key]);
    }
    for (const [child, keys] of announced) this.#handlers.announceStem(child, keys);
  }
}
