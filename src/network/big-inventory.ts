import { randomInt } from '../util/random.js';
import { encodeInventoryVectors } from '../wire/inventory-vectors.js';
import { BIG_INVENTORY_PACKET } from './limits.js';
import type { PeerId, PeerLink } from './peer-link.js';

interface Waiting {
  readonly link: PeerLink;
  readonly hashes: Uint8Array[];
  busy: boolean;
}

/**
 * Tells new peers all that we have, in random order and in several packets: the next one goes out when
 * the peer has taken the one before. [tcp.py:sendBigInv]
 */
export class BigInventory {
  readonly #waiting = new Map<PeerId, Waiting>();
  readonly #mayTell: (hash: Uint8Array) => boolean;

  /** @param mayTell false for objects in their stem phase; asked right before an object is told */
  constructor(mayTell: (hash: Uint8Array) => boolean) {
    this.#mayTell = mayTell;
  }

  /** @param hashes all different; the array is used up */
  send(link: PeerLink, hashes: Uint8Array[]): void {
    this.#waiting.set(link.id, { link, hashes, busy: false });
    this.drained(link.id);
  }

  /** The peer's send buffer has room again. */
  drained(id: PeerId): void {
    const waiting = this.#waiting.get(id);
    if (waiting && !waiting.busy) void this.#sendAll(waiting);
  }

  removePeer(id: PeerId): void {
    this.#waiting.delete(id);
  }

  async #sendAll(waiting: Waiting): Promise<void> {
    const { link, hashes } = waiting;
    waiting.busy = true;
    while (hashes.length > 0 && !link.congested && this.#waiting.get(link.id) === waiting) {
      const told = takeRandom(hashes, BIG_INVENTORY_PACKET).filter(this.#mayTell);
      if (told.length > 0) link.send('inv', encodeInventoryVectors(told));
      if (hashes.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    waiting.busy = false;
    if (hashes.length === 0) this.#waiting.delete(link.id);
  }
}

/** Takes up to `count` random items away. */
function takeRandom<Item>(items: Item[], count: number): Item[] {
  const taken: Item[] = [];
  while (taken.length < count && items.length > 0) {
    const index = randomInt(0, items.length - 1);
    const last = items.pop() as Item;
    const chosen = index === items.length ? last : (items[index] as Item);
    if (index < items.length) items[index] = last;
    taken.push(chosen);
  }
  return taken;
}
