import {
  HELD_PACKET_BYTES,
  MAX_HELD_BYTES,
  MAX_UNSENT_BYTES,
  MIN_SEND_SHARE_BYTES,
  SEND_HIGH_WATER_BYTES,
} from './limits.js';

/** A connection, as far as its memory goes. */
export interface MemoryHolder {
  /** Ends it, because all together hold too much. */
  giveWay(): void;
}

/**
 * Memory that all connections share: each alone may hold a packet of the largest size that is not
 * complete yet, and some megabytes that its peer does not read. Hundreds of hostile ones must not.
 */
export class ConnectionMemory {
  readonly #connections: () => number;
  /** Bytes that each of them holds of a large packet, those that began first in front. */
  readonly #held = new Map<MemoryHolder, number>();
  #heldBytes = 0;

  /** @param connections how many there are */
  constructor(connections: () => number) {
    this.#connections = connections;
  }

  /** Bytes held of packets that are not complete, but for small ones. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * A connection holds so many bytes of an unfinished packet now, 0 at its end. When all together hold
   * too much, the one gives way that has been waiting for the rest of its packet longest.
   */
  hold(holder: MemoryHolder, bytes: number): void {
    this.#heldBytes -= this.#held.get(holder) ?? 0;
    if (bytes <= HELD_PACKET_BYTES) {
      this.#held.delete(holder);
      return;
    }
    this.#heldBytes += bytes;
    this.#held.set(holder, bytes);
    while (this.#heldBytes > MAX_HELD_BYTES) {
      const [first] = this.#held.keys();
      if (!first) return;
      this.hold(first, 0);
      first.giveWay();
    }
  }

  /** Unsent bytes above which nothing more is queued for a peer: less when there are many. */
  get sendShareBytes(): number {
    const share = Math.floor(MAX_UNSENT_BYTES / Math.max(1, this.#connections()));
    return Math.min(SEND_HIGH_WATER_BYTES, Math.max(MIN_SEND_SHARE_BYTES, share));
  }
}
