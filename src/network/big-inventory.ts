import { randomInt } from '../util/random.js';
import { encodeInventoryVectors } from '../wire/inventory-vectors.js';
import { MAX_SENT_INVENTORY } from './limits.js';
import type { PeerId, PeerLink } from './peer-link.js';

/**
 * Tells new peers all that we have, in random order and in packets of at most 49,999 hashes: the next
 * one goes out when the peer has taken the one before. [tcp.py:sendBigInv]
 */
export class BigInventory {
  readonly #waiting = new Map<PeerId, { link: PeerLink; hashes: Uint8Array[] }>();

  /** @param hashes all different; the array is used up */
  send(link: PeerLink, hashes: Uint8Array[]): void {
    if (hashes.length === 0) return;
    this.#waiting.set(link.id, { link, hashes });
    this.drained(link.id);
  }

  drained(id: PeerId): void {
    const waiting = this.#waiting.get(id);
    while (waiting && waiting.hashes.length > 0 && !waiting.link.congested) {
      const hashes = takeRandom(waiting.hashes, MAX_SENT_INVENTORY);
      waiting.link.send('inv', encodeInventoryVectors(hashes));
    }
    if (waiting?.hashes.length === 0) this.#waiting.delete(id);
  }

  removePeer(id: PeerId): void {
    this.#waiting.delete(id);
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
