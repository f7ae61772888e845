import type { Clock, Timer } from '../util/clock.js';
import { TokenBucket } from '../util/token-bucket.js';
import { MAX_THROTTLE_TURN_BYTES, MAX_THROTTLE_TURN_MS } from './limits.js';

/** One connection's part of a {@link Throttle}. */
export interface ThrottleShare {
  /** Bytes that may pass now without waiting; Infinity without a limit. */
  readonly room: number;
  /** It waits for its turn. */
  readonly isWaiting: boolean;
  /** Counts what passed, whether there was room or not. */
  spend(bytes: number): void;
  /** Asks to be called back when there is room. */
  wait(): void;
  /** At the end of the connection. */
  close(): void;
}

export interface Throttles {
  readonly download: Throttle;
  readonly upload: Throttle;
}

/**
 * A limit of bytes per second for all connections in one direction [PyBitmessage: maxdownloadrate,
 * maxuploadrate; asyncore_pollchoose.py]. Everything counts; only what can wait does wait: objects and
 * lists that are sent, and the reading of established connections. Who waits gets turns, one after
 * the other, of some kilobytes each; what a large object takes beyond its turn is missing in the next
 * ones. So nobody has more than others, however quick or large. (Deficit round robin.)
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket | undefined;
  /** Of one turn: no more than a second takes. */
  readonly #turnBytes: number;
  /** In the order of their turns. */
  readonly #waiting = new Set<Share>();
  /** Whose turn it is: when it waits, it is for bytes and not for the others. */
  #turnOf: Share | undefined;
  #timer: Timer | undefined;

  /** @param bytesPerS 0 = no limit */
  constructor(bytesPerS: number, clock: Clock) {
    this.#clock = clock;
    this.#turnBytes = Math.min(MAX_THROTTLE_TURN_BYTES, bytesPerS);
    this.#bucket = bytesPerS > 0 ? new TokenBucket(bytesPerS, clock) : undefined;
  }

  /** @param resume called when a share that waits may go on */
  share(resume: () => void): ThrottleShare {
    return new Share(this, resume);
  }

  /** @internal for shares */
  room(share: Share): number {
    if (!this.#bucket) return Infinity;
    const level = Math.max(0, Math.floor(this.#bucket.level));
    return this.hasOthers(share) ? Math.min(level, Math.max(0, share.turnBytes)) : level;
  }

  /** @internal for shares: somebody else waits */
  hasOthers(share: Share): boolean {
    return this.#waiting.size > (this.#waiting.has(share) ? 1 : 0);
  }

  /** @internal for shares */
  take(bytes: number): void {
    this.#bucket?.take(bytes);
  }

  /** @internal for shares */
  enqueue(share: Share): void {
    if (!this.#bucket) return;
    this.#waiting.add(share);
    if (share === this.#turnOf) {
      this.#stopTimer(); // Nobody has to wait longer for it to use its turn up.
      if (share.turnBytes <= 0) this.#turnOf = undefined;
    }
    this.#schedule(this.#bucket.msUntil(1));
  }

  /** @internal for shares */
  isQueued(share: Share): boolean {
    return this.#waiting.has(share);
  }

  /** @internal for shares */
  remove(share: Share): void {
    this.#waiting.delete(share);
    if (share === this.#turnOf) this.#turnOf = undefined;
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  #schedule(delayMs: number): void {
    if (this.#waiting.size === 0) return;
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#goOn();
    }, delayMs);
  }

  #goOn(): void {
    const waitMs = this.#bucket?.msUntil(1) ?? 0;
    if (waitMs > 0) {
      this.#schedule(waitMs);
      return;
    }
    const share = this.#next();
    if (!share) return;
    this.#turnOf = share;
    this.#waiting.delete(share);
    share.resume();
    // Who does not use its turn up holds up the others for a moment only.
    this.#schedule(MAX_THROTTLE_TURN_MS);
  }

  #next(): Share | undefined {
    if (this.#turnOf && this.#waiting.has(this.#turnOf)) return this.#turnOf;
    for (const share of this.#waiting) {
      share.turnBytes = Math.min(this.#turnBytes, share.turnBytes + this.#turnBytes);
      if (share.turnBytes > 0 || this.#waiting.size === 1) return share;
      // To the end, where this loop comes to it again.
      this.#waiting.delete(share);
      this.#waiting.add(share);
    }
    return undefined;
  }

  #stopTimer(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }
}

class Share implements ThrottleShare {
  readonly #throttle: Throttle;
  readonly resume: () => void;
  /** What is left of its turn while others wait; negative when it took more than its turn. */
  turnBytes = 0;

  constructor(throttle: Throttle, resume: () => void) {
    this.#throttle = throttle;
    this.resume = resume;
  }

  get room(): number {
    return this.#throttle.room(this);
  }

  get isWaiting(): boolean {
    return this.#throttle.isQueued(this);
  }

  spend(bytes: number): void {
    if (this.#throttle.hasOthers(this)) this.turnBytes -= bytes;
    this.#throttle.take(bytes);
  }

  wait(): void {
    this.#throttle.enqueue(this);
  }

  close(): void {
    this.#throttle.remove(this);
  }
}
