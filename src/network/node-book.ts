import type { Clock } from '../util/clock.js';
import { randomFraction, randomInt, shuffle } from '../util/random.js';
import type { AddrEntry } from '../wire/addr.js';
import { ADDRESS_ALIVE_S } from '../wire/limits.js';
import { isGlobalHost } from '../wire/net-addr.js';
import { isOnionHost } from '../wire/onion.js';
import { DEFAULT_NODE_AGE_S, DEFAULT_NODES } from './default-nodes.js';
import {
  BAD_NODE_MAX_AGE_S,
  BAD_NODE_RATING,
  EVICTION_SAMPLE,
  MAX_CHOICE_TRIES,
  NODE_MAX_AGE_S,
  NODE_SOURCE_SHARE,
} from './limits.js';
import { hostPortKey, type HostPort } from './options.js';

/** One known node; the store's record. */
export interface KnownNode {
  host: string;
  port: number;
  stream: number;
  services: bigint;
  /** When it was last connected or, from others, said to be; unix seconds. */
  lastSeenS: number;
  /** -1..1 */
  rating: number;
  /** Own address: never dialled. */
  self: boolean;
}

/** Change of a rating by one connection, and how far it goes [knownnodes.py]. */
const RATING_STEP = 0.1;
const MAX_RATING = 1;

/** Chance to be chosen at rating 0; grows to certainty at 0.95 [connectionchooser.py]. */
const BASE_CHANCE = 0.05;

/**
 * The nodes we know: what peers tell, how connections went, whom to try next. In memory; whoever owns
 * the book loads and saves it. [knownnodes.py, connectionchooser.py]
 */
export class NodeBook {
  readonly #maxNodes: number;
  readonly #clock: Clock;
  readonly #nodes: KnownNode[] = [];
  readonly #indexOf = new Map<string, number>();
  /** Network group of the peer that told us of a node, and how many each group told. */
  readonly #sourceOf = new Map<string, string>();
  readonly #toldBy = new Map<string, number>();
  #changed = false;

  /** @param maxNodes per book; when it is full, a worse entry makes room for a new one */
  constructor(maxNodes: number, clock: Clock) {
    this.#maxNodes = maxNodes;
    this.#clock = clock;
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** True once after changes: then it is to be saved. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  list(): KnownNode[] {
    return this.#nodes.map((node) => ({ ...node }));
  }

  get(address: HostPort): KnownNode | undefined {
    const index = this.#indexOf.get(hostPortKey(address));
    return index === undefined ? undefined : this.#nodes[index];
  }

  load(nodes: readonly KnownNode[]): void {
    for (const node of nodes) this.#add({ ...node, rating: clampRating(node.rating) });
    this.#changed = false;
  }

  addDefaults(stream: number): void {
    const lastSeenS = this.#clock.nowS() - DEFAULT_NODE_AGE_S;
    for (const { host, port } of DEFAULT_NODES) {
      this.#add({ host, port, stream, services: 1n, lastSeenS, rating: 0, self: false });
    }
  }

  /**
   * An entry of a peer's `addr`. Kept when it is of one of our streams, a public address, and seen
   * within the last three hours but not in the future. A known node's time is only raised.
   * @param source network group of the peer: none of them may fill the book with its own friends
   * @returns whether the node is known now
   */
  learn(entry: AddrEntry, streams: readonly number[], source: string): boolean {
    const ageS = this.#clock.nowS() - entry.timeS;
    const isAlive = ageS > 0 && ageS < ADDRESS_ALIVE_S;
    if (!isAlive || !streams.includes(entry.stream)) return false;
    if (entry.port === 0 || !isGlobalHost(entry.host)) return false;
    const known = this.get(entry);
    if (known) {
      if (known.lastSeenS < entry.timeS) this.#touch(known, entry.timeS);
      return true;
    }
    const told = this.#toldBy.get(source) ?? 0;
    if (told >= Math.ceil(this.#maxNodes / NODE_SOURCE_SHARE)) return false;
    const { host, port, stream, services, timeS } = entry;
    const node = { host, port, stream, services, lastSeenS: timeS, rating: 0, self: false };
    if (!this.#add(node)) return false;
    this.#sourceOf.set(hostPortKey(entry), source);
    this.#toldBy.set(source, told + 1);
    return true;
  }

  /** An outbound connection was established: the best proof there is. */
  connected({ host, port }: HostPort, stream: number, services: bigint): void {
    const lastSeenS = this.#clock.nowS();
    const known = this.get({ host, port });
    if (!known) {
      if (!isGlobalHost(host)) return;
      this.#add({ host, port, stream, services, lastSeenS, rating: RATING_STEP, self: false });
      return;
    }
    this.#forgetSource(hostPortKey(known)); // It has proved itself.
    known.services = services;
    this.#rate(known, RATING_STEP);
    this.#touch(known, lastSeenS);
  }

  /** An outbound connection ended before it was established, or the node was of no use. */
  failed(address: HostPort): void {
    const known = this.get(address);
    if (known) this.#rate(known, -RATING_STEP);
  }

  /** An established outbound connection ended. */
  seen(address: HostPort): void {
    const known = this.get(address);
    if (known) this.#touch(known, this.#clock.nowS());
  }

  /** An own address: never chosen. */
  markSelf(address: HostPort): void {
    const known = this.get(address);
    if (!known) return;
    known.self = true;
    known.rating = MAX_RATING;
    this.#changed = true;
  }

  /**
   * A random node to dial, better rated ones more often; undefined when the tries are used up.
   * @param accepts further conditions
   */
  choose(accepts: (node: KnownNode) => boolean): KnownNode | undefined {
    for (let tries = MAX_CHOICE_TRIES; tries > 0 && this.size > 0; tries--) {
      const node = this.#nodes[randomInt(0, this.size - 1)];
      if (!node || node.self) continue;
      const isOnion = isOnionHost(node.host);
      if (!isOnion && !isGlobalHost(node.host)) continue;
      // An onion service that worked is better than any other; who cannot dial it does not accept it.
      const isBest = node.rating >= MAX_RATING || (isOnion && node.rating > 0);
      const chance = isBest ? 1 : BASE_CHANCE / (1 - node.rating);
      if (randomFraction() < chance && accepts(node)) return node;
    }
    return undefined;
  }

  /** Up to `max` random nodes of the stream that may be told to peers [tcp.py:sendAddr]. */
  sample(stream: number, max: number): KnownNode[] {
    const oldestS = this.#clock.nowS() - ADDRESS_ALIVE_S;
    const good = this.#nodes.filter(
      (node) =>
        node.stream === stream &&
        node.lastSeenS > oldestS &&
        node.rating >= 0 &&
        isGlobalHost(node.host),
    );
    return shuffle(good).slice(0, max);
  }

  /** Whether anything but defaults and own addresses is known: else a bootstrap is due. */
  get isEmpty(): boolean {
    return this.#nodes.every((node) => node.self || isDefaultNode(node));
  }

  /** Forgets nodes that were not seen for four weeks, or for three hours if they are badly rated. */
  clean(): void {
    const nowS = this.#clock.nowS();
    for (const node of [...this.#nodes]) {
      if (this.size <= 1) return;
      const ageS = nowS - node.lastSeenS;
      const isBad = node.rating <= BAD_NODE_RATING;
      if (ageS > NODE_MAX_AGE_S || (isBad && ageS > BAD_NODE_MAX_AGE_S)) this.#remove(node);
    }
  }

  #add(node: KnownNode): boolean {
    const key = hostPortKey(node);
    if (this.#indexOf.has(key)) return false;
    if (this.size >= this.#maxNodes && !this.#makeRoom()) return false;
    this.#indexOf.set(key, this.size);
    this.#nodes.push(node);
    this.#changed = true;
    return true;
  }

  /** The worst of some random entries goes, unless all of them have proved good. */
  #makeRoom(): boolean {
    let worst: KnownNode | undefined;
    for (let left = Math.min(EVICTION_SAMPLE, this.size); left > 0; left--) {
      const node = this.#nodes[randomInt(0, this.size - 1)];
      if (!node || node.self || node.rating > 0) continue;
      const isWorse =
        !worst ||
        node.rating < worst.rating ||
        (node.rating === worst.rating && node.lastSeenS < worst.lastSeenS);
      if (isWorse) worst = node;
    }
    if (worst) this.#remove(worst);
    return worst !== undefined;
  }

  #remove(node: KnownNode): void {
    const key = hostPortKey(node);
    const index = this.#indexOf.get(key);
    const last = this.#nodes.pop();
    this.#indexOf.delete(key);
    this.#forgetSource(key);
    this.#changed = true;
    if (index === undefined || !last || last === node) return;
    this.#nodes[index] = last;
    this.#indexOf.set(hostPortKey(last), index);
  }

  #forgetSource(key: string): void {
    const source = this.#sourceOf.get(key);
    if (source === undefined) return;
    this.#sourceOf.delete(key);
    const told = (this.#toldBy.get(source) ?? 1) - 1;
    if (told > 0) this.#toldBy.set(source, told);
    else this.#toldBy.delete(source);
  }

  #rate(node: KnownNode, by: number): void {
    node.rating = clampRating(node.rating + by);
    this.#changed = true;
  }

  #touch(node: KnownNode, lastSeenS: number): void {
    node.lastSeenS = lastSeenS;
    this.#changed = true;
  }
}

/** Two decimals, as the reference stores it; without them steps of 0.1 never add up to 1. */
function clampRating(rating: number): number {
  return Math.round(Math.min(MAX_RATING, Math.max(-MAX_RATING, rating)) * 100) / 100;
}

function isDefaultNode({ host, port }: HostPort): boolean {
  return DEFAULT_NODES.some((node) => node.host === host && node.port === port);
}
