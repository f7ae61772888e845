import { shuffle } from '../util/random.js';
import { encodeInventoryVectors } from '../wire/inventory-vectors.js';
import { INVENTORY_HASH_BYTES } from '../wire/limits.js';
import { BIG_INVENTORY_PACKET, MAX_SENT_INVENTORY } from './limits.js';
import type { PeerId, PeerLink } from './peer-link.js';

/** Gives the hashes held that begin with that byte, all different. */
export type HashList = (firstByte: number) => readonly Uint8Array[];

interface Waiting {
  readonly link: PeerLink;
  readonly list: HashList;
  /** First bytes of the hashes not told yet, in random order. */
  readonly firstBytes: number[];
  busy: boolean;
}

const FIRST_BYTES = 256;

/**
 * Tells new peers all that we have, in several packets: the next one goes out when the peer has taken
 * the one before. The hashes are looked up for each packet, so a slow peer costs no memory; by first
 * bytes in random order and in random order within a packet, which tells nothing of when an object
 * came. [tcp.py:sendBigInv]
 */
export class BigInventory {
  readonly #waiting = new Map<PeerId, Waiting>();
  readonly #mayTell: (hash: Uint8Array) => boolean;

  /** @param mayTell false for objects in their stem phase; asked right before an object is told */
  constructor(mayTell: (hash: Uint8Array) => boolean) {
    this.#mayTell = mayTell;
  }

  send(link: PeerLink, list: HashList): void {
    const firstBytes = shuffle(Array.from({ length: FIRST_BYTES }, (_, byte) => byte));
    this.#waiting.set(link.id, { link, list, firstBytes, busy: false });
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
    const { link, firstBytes } = waiting;
    waiting.busy = true;
    while (firstBytes.length > 0 && !link.congested && this.#waiting.get(link.id) === waiting) {
      this.#sendSome(waiting);
      if (firstBytes.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    waiting.busy = false;
    if (firstBytes.length === 0) this.#waiting.delete(link.id);
  }

  #sendSome({ link, list, firstBytes }: Waiting): void {
    const told: Uint8Array[] = [];
    const wanted = Math.min(BIG_INVENTORY_PACKET, link.room / INVENTORY_HASH_BYTES);
    while (told.length < wanted) {
      const firstByte = firstBytes.pop();
      if (firstByte === undefined) break;
      for (const hash of list(firstByte)) if (this.#mayTell(hash)) told.push(hash);
    }
    shuffle(told);
    for (let start = 0; start < told.length; start += MAX_SENT_INVENTORY) {
      link.send('inv', encodeInventoryVectors(told.slice(start, start + MAX_SENT_INVENTORY)));
    }
  }
}
