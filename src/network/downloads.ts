import type { Clock, Timer } from '../util/clock.js';
import { Fifo } from './fifo.js';
import {
  FIRST_REQUEST_TIMEOUT_MS,
  MAX_ATTEMPTS,
  MAX_EMPTY_TIMEOUTS,
  MAX_GETDATA,
  MAX_MISSING,
  MAX_MISSING_PER_PEER,
  MAX_OPEN_REQUESTS,
  MAX_SOURCES,
  MIN_OPEN_REQUESTS,
  REQUEST_TIMEOUT_MS,
  WINDOW_GROWS_WITHIN_MS,
} from './limits.js';
import type { PeerId } from './peer-link.js';

export interface DownloadHandlers {
  /** Send `getdata` with these keys, 1 to 1,000, all different. */
  request(peer: PeerId, keys: string[]): void;
  /** The peer did not deliver in time what it had announced. */
  undelivered(peer: PeerId): void;
  /**
   * The peer announced more than may be remembered, and all that was remembered is settled: its list is
   * wanted once more.
   */
  listAgain(peer: PeerId): void;
  /** We do not read what the peer sends: it cannot be late. */
  isHeldBack(peer: PeerId): boolean;
}

/** A hash that somebody announced and that we lack. */
interface Missing {
  /** Peers that announced it, the next one to ask first. */
  sources: Source[];
  asked: Source | undefined;
  attempts: number;
}

interface Source {
  readonly id: PeerId;
  /** Keys announced by this peer and not yet looked at. */
  readonly queue: Fifo<string>;
  /** Keys that another peer did not deliver; they come first. */
  readonly urgent: Fifo<string>;
  /** Open requests with their time, in order of time. */
  readonly requested: Map<string, number>;
  /** Missing hashes that name this peer as a source. */
  offers: number;
  /** It announced hashes that were not remembered and that nobody else may have announced. */
  overflowed: boolean;
  window: number;
  windowSinceMs: number;
  deliveredInWindow: number;
  hasDelivered: boolean;
  emptyTimeouts: number;
  /** Left, or given up: lists of sources may still name it. */
  gone: boolean;
  timer: Timer | undefined;
}

/**
 * Which missing object is requested from whom and when. One open request per hash; whoever announced
 * it, too, is an alternative when the first does not deliver in time or leaves. A peer has only as
 * many open requests as it answers within seconds, so quick peers get most of the work and a silent
 * one delays few objects. Requests go out as soon as something is announced or delivered: there is no
 * polling. Keys are `bytesKey` of inventory hashes.
 * Differs from the reference [downloadthread.py, objectracker.py] where that asks several peers for
 * the same object and polls each second.
 */
export class Downloads {
  readonly #handlers: DownloadHandlers;
  readonly #clock: Clock;
  readonly #missing = new Map<string, Missing>();
  readonly #sources = new Map<PeerId, Source>();
  #isPaused = false;

  constructor(handlers: DownloadHandlers, clock: Clock) {
    this.#handlers = handlers;
    this.#clock = clock;
  }

  /** Nothing is asked for: what is announced is remembered for later. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /**
   * Asks nobody any more; what was asked for is asked for again later, which is no fault of anybody.
   * For a node that can store nothing at the moment.
   */
  pause(): void {
    this.#isPaused = true;
    for (const source of this.#sources.values()) {
      this.#clock.clear(source.timer);
      source.timer = undefined;
      for (const key of source.requested.keys()) {
        const missing = this.#missing.get(key);
        if (!missing) continue;
        missing.asked = undefined;
        missing.attempts--;
        source.urgent.push(key);
      }
      source.requested.clear();
    }
  }

  /** Asks for everything that is missing. */
  resume(): void {
    this.#isPaused = false;
    for (const source of this.#sources.values()) this.#ask(source);
  }

  /** Hashes known to exist and not yet received. */
  get size(): number {
    return this.#missing.size;
  }

  /** Open requests to that peer. */
  openRequests(peer: PeerId): number {
    return this.#sources.get(peer)?.requested.size ?? 0;
  }

  has(key: string): boolean {
    return this.#missing.has(key);
  }

  addPeer(id: PeerId): void {
    this.#sources.set(id, {
      id,
      queue: new Fifo(),
      urgent: new Fifo(),
      requested: new Map(),
      offers: 0,
      overflowed: false,
      window: MIN_OPEN_REQUESTS,
      windowSinceMs: this.#clock.monotonicMs(),
      deliveredInWindow: 0,
      hasDelivered: false,
      emptyTimeouts: 0,
      gone: false,
      timer: undefined,
    });
  }

  /** What was to come from this peer is asked of others that announced it, or forgotten. */
  removePeer(id: PeerId): void {
    const source = this.#sources.get(id);
    if (!source) return;
    this.#sources.delete(id);
    this.#clock.clear(source.timer);
    this.#abandonOffers(source);
  }

  /**
   * A peer announced hashes that we lack; the caller has sorted out those we have and those refused.
   * @returns how many were not remembered because of the limits
   */
  offer(id: PeerId, keys: readonly string[]): number {
    const source = this.#sources.get(id);
    if (!source || source.gone) return keys.length;
    let ignored = 0;
    for (const key of keys) if (!this.#remember(source, key)) ignored++;
    this.#ask(source);
    return ignored;
  }

  /**
   * An object arrived (whether valid or not), from that peer or, with undefined, from elsewhere.
   * @returns the peers that had announced it
   */
  arrived(key: string, from: PeerId | undefined): PeerId[] {
    const missing = this.#missing.get(key);
    if (!missing) return [];
    this.#missing.delete(key);
    for (const source of missing.sources) source.offers--;
    for (const source of missing.sources) this.#checkSettled(source);
    const { asked } = missing;
    asked?.requested.delete(key);
    const deliverer = from === undefined ? undefined : this.#sources.get(from);
    if (deliverer) this.#countDelivery(deliverer);
    if (deliverer) this.#askWhenHalfFree(deliverer);
    if (asked && asked !== deliverer) this.#askWhenHalfFree(asked);
    return missing.sources.map((source) => source.id);
  }

  stop(): void {
    for (const source of this.#sources.values()) this.#clock.clear(source.timer);
    this.#sources.clear();
    this.#missing.clear();
  }

  #checkSettled(source: Source): void {
    if (source.offers > 0 || !source.overflowed) return;
    source.overflowed = false;
    this.#handlers.listAgain(source.id);
  }

  #remember(source: Source, key: string): boolean {
    let missing = this.#missing.get(key);
    if (!missing) {
      const isFull = this.#missing.size >= MAX_MISSING;
      if (source.offers >= MAX_MISSING_PER_PEER || (isFull && !this.#makeRoom(source))) {
        source.overflowed = true;
        return false;
      }
      missing = { sources: [], asked: undefined, attempts: 0 };
      this.#missing.set(key, missing);
    } else if (missing.sources.includes(source)) {
      return true;
    } else if (source.offers >= MAX_MISSING_PER_PEER || !makeSourceRoom(missing, source)) {
      return false;
    }
    missing.sources.push(source);
    source.offers++;
    source.queue.push(key);
    return true;
  }

  /**
   * The list is full: a peer with less than its share of it gets a place of the one with most, whose
   * latest offer is forgotten. A few that announce what does not exist must not shut the others out.
   */
  #makeRoom(source: Source): boolean {
    if (source.offers >= MAX_MISSING / this.#sources.size) return false;
    let largest = source;
    for (const other of this.#sources.values()) if (other.offers > largest.offers) largest = other;
    for (let key = largest.queue.pop(); key !== undefined; key = largest.queue.pop()) {
      const missing = this.#missing.get(key);
      if (!missing || missing.asked || missing.sources.length > 1) continue;
      largest.overflowed = true;
      this.#forget(key, missing);
      return true;
    }
    return false;
  }

  /** Not for every single delivery a request: that would be a packet per object. */
  #askWhenHalfFree(source: Source): void {
    if (source.requested.size <= source.window / 2) this.#ask(source);
  }

  #ask(source: Source): void {
    if (this.#isPaused) return;
    const keys: string[] = [];
    while (source.requested.size + keys.length < source.window && keys.length < MAX_GETDATA) {
      const key = source.urgent.shift() ?? source.queue.shift();
      if (key === undefined) break;
      const missing = this.#missing.get(key);
      // Arrived meanwhile, or somebody else is asked: this peer stays an alternative.
      if (!missing || missing.asked || !missing.sources.includes(source)) continue;
      missing.asked = source;
      missing.attempts++;
      keys.push(key);
    }
    if (keys.length === 0) return;
    const nowMs = this.#clock.monotonicMs();
    for (const key of keys) source.requested.set(key, nowMs);
    this.#armTimer(source);
    this.#handlers.request(source.id, keys);
  }

  #countDelivery(source: Source): void {
    source.hasDelivered = true;
    source.emptyTimeouts = 0;
    if (++source.deliveredInWindow < source.window) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - source.windowSinceMs <= WINDOW_GROWS_WITHIN_MS) {
      source.window = Math.min(MAX_OPEN_REQUESTS, source.window * 2);
    }
    source.windowSinceMs = nowMs;
    source.deliveredInWindow = 0;
  }

  #timeoutMs(source: Source): number {
    if (source.hasDelivered) return REQUEST_TIMEOUT_MS;
    return Math.min(REQUEST_TIMEOUT_MS, FIRST_REQUEST_TIMEOUT_MS * 2 ** source.emptyTimeouts);
  }

  /** One timer per peer, for its oldest request; deliveries do not touch it. */
  #armTimer(source: Source): void {
    if (source.timer) return;
    const oldest = source.requested.values().next();
    if (oldest.done) return;
    const waitMs = oldest.value + this.#timeoutMs(source) - this.#clock.monotonicMs();
    source.timer = this.#clock.setTimeout(() => {
      source.timer = undefined;
      this.#expire(source);
      this.#armTimer(source);
    }, waitMs);
  }

  #expire(source: Source): void {
    if (this.#handlers.isHeldBack(source.id)) {
      const nowMs = this.#clock.monotonicMs();
      for (const key of source.requested.keys()) source.requested.set(key, nowMs);
      return;
    }
    const beforeMs = this.#clock.monotonicMs() - this.#timeoutMs(source);
    const late: string[] = [];
    for (const [key, atMs] of source.requested) {
      if (atMs > beforeMs) break;
      late.push(key);
    }
    if (late.length === 0) return;
    // Early silence is normal (see FIRST_REQUEST_TIMEOUT_MS) and no fault.
    if (this.#timeoutMs(source) === REQUEST_TIMEOUT_MS) this.#handlers.undelivered(source.id);
    if (source.gone) return; // That was one fault too many: its requests are with others already.
    source.emptyTimeouts++;
    source.window = Math.max(MIN_OPEN_REQUESTS, Math.floor(source.window / 2));
    source.windowSinceMs = this.#clock.monotonicMs();
    source.deliveredInWindow = 0;
    const toAsk = new Set<Source>([source]);
    for (const key of late) {
      source.requested.delete(key);
      const next = this.#passOn(key, source);
      if (next) toAsk.add(next);
    }
    if (source.emptyTimeouts >= MAX_EMPTY_TIMEOUTS) this.#abandonOffers(source);
    for (const next of toAsk) this.#ask(next);
  }

  /** A request failed: the next peer in line gets it; the same one only when it is the only one. */
  #passOn(key: string, failed: Source): Source | undefined {
    const missing = this.#missing.get(key);
    if (!missing) return undefined;
    missing.asked = undefined;
    if (missing.attempts >= MAX_ATTEMPTS) {
      this.#forget(key, missing);
      return undefined;
    }
    const others = missing.sources.filter((source) => source !== failed && !source.gone);
    missing.sources = [...others, failed];
    // First one that has shown that it delivers.
    const next = others.find(({ hasDelivered }) => hasDelivered) ?? others[0] ?? failed;
    if (next === failed) next.queue.push(key);
    else next.urgent.push(key);
    return next;
  }

  #forget(key: string, missing: Missing): void {
    this.#missing.delete(key);
    for (const source of missing.sources) source.offers--;
  }

  /** The peer is no source any more; what only it had is forgotten, the rest goes to the others. */
  #abandonOffers(source: Source): void {
    source.gone = true;
    const keys = [...source.requested.keys(), ...source.urgent.drain(), ...source.queue.drain()];
    source.requested.clear();
    const toAsk = new Set<Source>();
    for (const key of keys) {
      const missing = this.#missing.get(key);
      if (!missing) continue;
      missing.sources = missing.sources.filter((other) => !other.gone);
      if (missing.asked === source) missing.asked = undefined;
      const next = missing.sources[0];
      if (!next) this.#missing.delete(key);
      else if (!missing.asked) {
        next.urgent.push(key);
        toAsk.add(next);
      }
    }
    for (const next of toAsk) this.#ask(next);
  }
}

/**
 * Whether one more peer is remembered for this hash. Peers that announce everything and deliver nothing
 * could take all places and keep an object from us: one that has delivered takes the place of such.
 */
function makeSourceRoom(missing: Missing, newcomer: Source): boolean {
  if (missing.sources.length < MAX_SOURCES) return true;
  if (!newcomer.hasDelivered) return false;
  const useless = missing.sources.findIndex(
    (source) => !source.hasDelivered && source !== missing.asked,
  );
  const [replaced] = useless < 0 ? [] : missing.sources.splice(useless, 1);
  if (replaced) replaced.offers--;
  return replaced !== undefined;
}
