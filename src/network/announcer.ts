import type { Clock, Timer } from '../util/clock.js';
import { keyBytes } from '../util/bytes.js';
import { randomFraction, shuffle } from '../util/random.js';
import { encodeInventoryVectors } from '../wire/inventory-vectors.js';
import type { FreshObjects } from './fresh-objects.js';
import { MAX_PENDING_ANNOUNCEMENTS, MAX_SENT_INVENTORY } from './limits.js';
import type { PeerId, PeerLink } from './peer-link.js';

interface Pending {
  readonly link: PeerLink;
  /** Keys that this peer lacks and has not been told. */
  readonly keys: Set<string>;
  timer: Timer | undefined;
  due: boolean;
}

/**
 * Tells peers what objects we have. A fluff announcement reaches each peer after a random time of its
 * own, together with all that came up meanwhile, in random order: neither time nor order shows what
 * came first or from where. A peer that announces an object itself is not told any more.
 * [invthread.py, multiqueue.py: there one random time for all peers]
 */
export class Announcer {
  readonly #maxDelayMs: number;
  readonly #fresh: FreshObjects;
  readonly #clock: Clock;
  readonly #pending = new Map<PeerId, Pending>();

  /**
   * @param maxDelayMs the random time is below this; 0 = at once
   * @param fresh learns what is announced to everybody
   */
  constructor(maxDelayMs: number, fresh: FreshObjects, clock: Clock) {
    this.#maxDelayMs = maxDelayMs;
    this.#fresh = fresh;
    this.#clock = clock;
  }

  addPeer(link: PeerLink): void {
    this.#pending.set(link.id, { link, keys: new Set(), timer: undefined, due: false });
  }

  removePeer(id: PeerId): void {
    this.#clock.clear(this.#pending.get(id)?.timer);
    this.#pending.delete(id);
  }

  stop(): void {
    for (const id of [...this.#pending.keys()]) this.removePeer(id);
  }

  /** `inv` to every peer but those that are known to have it. */
  announce(key: string, haveIt: readonly PeerId[] = []): void {
    this.#fresh.add(key);
    for (const [id, pending] of this.#pending) {
      if (haveIt.includes(id)) continue;
      if (pending.keys.size >= MAX_PENDING_ANNOUNCEMENTS) {
        dropOldest(pending.keys);
        pending.link.reject('dropped-announcement');
      }
      pending.keys.add(key);
      pending.timer ??= this.#clock.setTimeout(
        () => this.#due(pending),
        randomFraction() * this.#maxDelayMs,
      );
    }
  }

  /** `dinv` to one peer, at once. */
  announceStem(id: PeerId, keys: readonly string[]): void {
    const link = this.#pending.get(id)?.link;
    if (link) sendInventory(link, 'dinv', [...keys]);
  }

  /** The peer announced or sent this object: it need not be told. */
  peerHas(id: PeerId, key: string): void {
    this.#pending.get(id)?.keys.delete(key);
  }

  /** The peer's send buffer has room again. */
  drained(id: PeerId): void {
    const pending = this.#pending.get(id);
    if (pending?.due) this.#flush(pending);
  }

  #due(pending: Pending): void {
    pending.timer = undefined;
    pending.due = true;
    if (!pending.link.congested) this.#flush(pending);
  }

  #flush(pending: Pending): void {
    pending.due = false;
    const keys = shuffle([...pending.keys]);
    pending.keys.clear();
    sendInventory(pending.link, 'inv', keys);
  }
}

/** In packets of at most 49,999 different hashes; nothing for an empty list. */
function sendInventory(link: PeerLink, command: 'inv' | 'dinv', keys: string[]): void {
  for (let start = 0; start < keys.length; start += MAX_SENT_INVENTORY) {
    const hashes = keys.slice(start, start + MAX_SENT_INVENTORY).map(keyBytes);
    link.send(command, encodeInventoryVectors(hashes));
  }
}

/** A tenth at once: to find the first key of a Set means to walk over all that was deleted before it. */
function dropOldest(keys: Set<string>): void {
  let left = Math.ceil(keys.size / 10);
  for (const key of keys) {
    if (left-- === 0) return;
    keys.delete(key);
  }
}
