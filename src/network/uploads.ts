import type { Clock, Timer } from '../util/clock.js';
import { bytesKey, keyBytes } from '../util/bytes.js';
import { Fifo } from './fifo.js';
import {
  MAX_ALL_PENDING_UPLOADS,
  MAX_PENDING_UPLOADS,
  MAX_SERVED_MEMORY,
  MAX_SERVES_PER_OBJECT,
  UPLOAD_BATCH,
  UPLOAD_BATCH_BYTES,
} from './limits.js';
import type { PeerId, PeerLink } from './peer-link.js';
import { RecentCounts } from './recent-counts.js';

export interface UploadSource {
  /** False when `peer` must not know that we have it. */
  mayServe(hash: Uint8Array, peer: PeerId): boolean;
  /** Whether it may not be everywhere yet: new peers wait for it. */
  isFresh(key: string): boolean;
  /** The objects of the first of these, until they have so many bytes, at least of one; undefined for what we do not have. */
  load(hashes: readonly Uint8Array[], maxBytes: number): Promise<(Uint8Array | undefined)[]>;
  /** Anti-intersection delay in milliseconds; 0 = off. */
  delayMs(): number;
  /** Objects are given out; for counters. */
  served(objects: number): void;
}

interface Queue {
  readonly link: PeerLink;
  readonly waiting: Fifo<string>;
  /** Keys of fresh objects that the peer asked for when it was new; they wait until it is not. */
  later: string[];
  /** Hashes taken out of `waiting` that may be served; they come next. */
  batch: Uint8Array[];
  /** Keys in `waiting` and `later`. */
  readonly keys: Set<string>;
  /** How often an object was served, for the latest of them. */
  readonly served: RecentCounts;
  /** It asked for what we do not have: nothing is served before. */
  blockedUntilMs: number;
  /** It has just connected: nothing fresh is served before. */
  newUntilMs: number;
  busy: boolean;
  closed: boolean;
  timer: Timer | undefined;
}

/**
 * Answers `getdata`, one queue per peer. A peer gets nothing for some time after asking for something
 * that we do not have, or that is in its stem phase, and nothing fresh in its first seconds: whoever
 * wants to find out where an object comes from learns nothing from who has it first. Requests of that
 * time wait; the reference drops them, which tells no less and costs a repetition. In the first seconds
 * the reference serves nothing at all; what has been everywhere for long tells nothing, and the list of
 * it is sent at once by both. [uploadthread.py, tcp.py:antiIntersectionDelay]
 */
export class Uploads {
  readonly #source: UploadSource;
  readonly #clock: Clock;
  readonly #queues = new Map<PeerId, Queue>();

  constructor(source: UploadSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  addPeer(link: PeerLink): void {
    const queue: Queue = {
      link,
      waiting: new Fifo(),
      later: [],
      batch: [],
      keys: new Set(),
      served: new RecentCounts(MAX_SERVED_MEMORY),
      blockedUntilMs: 0,
      newUntilMs: this.#clock.monotonicMs() + this.#source.delayMs(),
      busy: false,
      closed: false,
      timer: undefined,
    };
    this.#queues.set(link.id, queue);
  }

  removePeer(id: PeerId): void {
    const queue = this.#queues.get(id);
    if (!queue) return;
    queue.closed = true;
    this.#clock.clear(queue.timer);
    this.#queues.delete(id);
  }

  /** Requests not served yet, of all peers. */
  get size(): number {
    let size = 0;
    for (const { waiting, later, batch } of this.#queues.values()) {
      size += waiting.size + later.length + batch.length;
    }
    return size;
  }

  /** The peer asked for these; those above the limit are ignored. */
  request(id: PeerId, hashes: readonly Uint8Array[]): void {
    const queue = this.#queues.get(id);
    if (!queue) return;
    const share = Math.floor(MAX_ALL_PENDING_UPLOADS / this.#queues.size);
    const max = Math.min(MAX_PENDING_UPLOADS, share);
    for (const hash of hashes) {
      const key = bytesKey(hash);
      if (queue.keys.has(key)) continue;
      if (queue.waiting.size + queue.later.length >= max) {
        queue.link.reject('surplus-request');
        continue;
      }
      queue.keys.add(key);
      queue.waiting.push(key);
    }
    this.#wake(queue);
  }

  /** The peer's send buffer has room again. */
  drained(id: PeerId): void {
    const queue = this.#queues.get(id);
    if (queue) this.#wake(queue);
  }

  stop(): void {
    for (const id of [...this.#queues.keys()]) this.removePeer(id);
  }

  #wake(queue: Queue): void {
    if (queue.busy) return;
    queue.busy = true;
    void this.#serve(queue);
  }

  async #serve(queue: Queue): Promise<void> {
    try {
      this.#takeLater(queue);
      while (!queue.closed && hasWork(queue) && !queue.link.congested) {
        const waitMs = queue.blockedUntilMs - this.#clock.monotonicMs();
        if (waitMs > 0) {
          this.#wakeLater(queue, waitMs);
          return;
        }
        await this.#serveBatch(queue);
      }
    } finally {
      queue.busy = false;
    }
  }

  #wakeLater(queue: Queue, delayMs: number): void {
    queue.timer ??= this.#clock.setTimeout(() => {
      queue.timer = undefined;
      this.#wake(queue);
    }, delayMs);
  }

  /** What was too fresh for a new peer waits no longer than the peer is new. */
  #takeLater(queue: Queue): void {
    if (queue.later.length === 0) return;
    const waitMs = queue.newUntilMs - this.#clock.monotonicMs();
    if (waitMs > 0) {
      this.#wakeLater(queue, waitMs);
      return;
    }
    for (const key of queue.later) queue.waiting.push(key);
    queue.later = [];
  }

  async #serveBatch(queue: Queue): Promise<void> {
    const { link } = queue;
    if (queue.batch.length === 0 && !this.#takeBatch(queue)) this.#refused(queue);
    this.#takeLater(queue);
    if (queue.batch.length === 0) return;
    const loaded = await this.#load(queue.batch, Math.min(UPLOAD_BATCH_BYTES, link.room));
    if (queue.closed) return;
    queue.batch = queue.batch.slice(loaded.length);
    const objects = loaded.filter((object) => object !== undefined);
    for (const object of objects) link.send('object', object);
    this.#source.served(objects.length);
    if (objects.length < loaded.length) this.#refused(queue);
  }

  /** The next hashes into the batch; false when there was one that must not be served. */
  #takeBatch(queue: Queue): boolean {
    let [taken, refused] = [0, 0];
    while (taken++ < UPLOAD_BATCH) {
      const key = queue.waiting.shift();
      if (key === undefined) break;
      if (this.#source.isFresh(key) && this.#clock.monotonicMs() < queue.newUntilMs) {
        queue.later.push(key);
        continue;
      }
      queue.keys.delete(key);
      if (!this.#mayServeAgain(queue, key)) continue;
      const hash = keyBytes(key);
      if (this.#source.mayServe(hash, queue.link.id)) queue.batch.push(hash);
      else refused++;
    }
    return refused === 0;
  }

  #refused(queue: Queue): void {
    this.#block(queue);
    queue.link.fault('unknown-object');
  }

  /** What cannot be read is treated like what is not there; the store has logged why. */
  #load(hashes: readonly Uint8Array[], maxBytes: number): Promise<(Uint8Array | undefined)[]> {
    return this.#source.load(hashes, maxBytes).catch(() => hashes.map(() => undefined));
  }

  #mayServeAgain(queue: Queue, key: string): boolean {
    if (queue.served.count(key) <= MAX_SERVES_PER_OBJECT) return true;
    queue.link.reject('repeated-request');
    return false;
  }

  #block(queue: Queue): void {
    const delayMs = this.#source.delayMs();
    if (delayMs > 0) queue.blockedUntilMs = this.#clock.monotonicMs() + delayMs;
  }
}

function hasWork({ waiting, batch }: Queue): boolean {
  return waiting.size > 0 || batch.length > 0;
}
