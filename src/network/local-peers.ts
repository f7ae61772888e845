import type { Clock } from '../util/clock.js';
import { shuffle } from '../util/random.js';
import { LOCAL_PEER_MS, MAX_LOCAL_PEERS } from './limits.js';
import { hostPortKey, type HostPort } from './options.js';

/** Nodes that announced themselves on the local network, for some minutes. [state.discoveredPeers] */
export class LocalPeers {
  readonly #clock: Clock;
  readonly #peers = new Map<string, { readonly peer: HostPort; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    this.#dropOld();
    return this.#peers.size;
  }

  /** When there are too many, those that came first stay: a flood does not push others out. */
  add(peer: HostPort): void {
    const key = hostPortKey(peer);
    this.#dropOld();
    if (!this.#peers.has(key) && this.#peers.size >= MAX_LOCAL_PEERS) return;
    this.#peers.set(key, { peer, untilMs: this.#clock.monotonicMs() + LOCAL_PEER_MS });
  }

  /** A random one, which has to announce itself again before it comes a second time. */
  take(accepts: (peer: HostPort) => boolean): HostPort | undefined {
    this.#dropOld();
    const found = shuffle([...this.#peers.values()]).find(({ peer }) => accepts(peer))?.peer;
    if (found) this.#peers.delete(hostPortKey(found));
    return found;
  }

  #dropOld(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [key, { untilMs }] of this.#peers) if (untilMs <= nowMs) this.#peers.delete(key);
  }
}
