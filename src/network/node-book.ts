import type { Clock } from '../util/clock.js';
import { randomFraction, randomInt } from '../util/random.js';
import type { AddrEntry } from '../wire/addr.js';
import { ADDRESS_ALIVE_S } from '../wire/limits.js';
import { isGlobalHost, networkGroup } from '../wire/net-addr.js';
import { isOnionHost } from '../wire/onion.js';
import { DEFAULT_NODE_AGE_S, DEFAULT_NODES } from './default-nodes.js';
import {
  BAD_NODE_MAX_AGE_S,
  BAD_NODE_RATING,
  MAX_CHOICE_TRIES,
  NODE_MAX_AGE_S,
  STALE_NODE_S,
} from './limits.js';
import type { KnownNode } from './known-node.js';
import { NodePlaces, NodeTable, type NodeEntry } from './node-table.js';
import { hostPortKey, type HostPort } from './options.js';

/** Change of a rating by one connection, and how far it goes [knownnodes.py]. */
const RATING_STEP = 0.1;
const MAX_RATING = 1;

/** Where nodes come from that objects name, in the place of a peer's network group. */
const OBJECT_SOURCE = 'object';

/** Chance to be chosen at rating 0; grows to certainty at 0.95 [connectionchooser.py]. */
const BASE_CHANCE = 0.05;

/**
 * The nodes we know: what peers tell, how connections went, whom to try next. In memory; whoever owns
 * the book loads and saves it. Two tables: `new` for what others say, `tried` for nodes that we have
 * been connected to; {@link NodePlaces} says why neither can be filled by one peer or network.
 * [knownnodes.py, connectionchooser.py; there a single list that takes no more when it is full]
 */
export class NodeBook {
  readonly #clock: Clock;
  readonly #places: NodePlaces;
  readonly #new = new NodeTable();
  readonly #tried = new NodeTable();
  readonly #byKey = new Map<string, NodeEntry>();
  #changed = false;

  /** @param maxNodes both tables together */
  constructor(maxNodes: number, clock: Clock) {
    this.#clock = clock;
    this.#places = new NodePlaces(maxNodes);
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Nodes that we have been connected to. */
  get triedSize(): number {
    return this.#tried.size;
  }

  /** True once after changes: then it is to be saved. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  list(): KnownNode[] {
    return this.#entries().map(({ node }) => ({ ...node }));
  }

  get(address: HostPort): KnownNode | undefined {
    return this.#byKey.get(hostPortKey(address))?.node;
  }

  /** Nodes of an earlier run. Well rated ones had been connected. */
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
    const { host, port, stream, services, timeS: lastSeenS } = entry;
    return this.#add({ host, port, stream, services, lastSeenS, rating: 0, self: false, source });
  }

  /**
   * An inbound peer, by the port that it says it listens on: worth a dial, but until one succeeds not
   * worth telling others, so it counts as seen some hours ago.
   */
  calledFrom(address: HostPort, stream: number): void {
    const { host, port } = address;
    if (port === 0 || !isGlobalHost(host) || this.get(address)) return;
    const lastSeenS = this.#clock.nowS() - ADDRESS_ALIVE_S;
    this.#add({ host, port, stream, services: 1n, lastSeenS, rating: 0, self: false });
  }

  /**
   * Named by an onionpeer object: worth a dial. Anybody can make such objects, so all of them have the
   * places of one source, and count as seen some hours ago.
   */
  namedByObject({ host, port }: HostPort, stream: number): void {
    if (!isDialable(host)) return;
    const lastSeenS = this.#clock.nowS() - ADDRESS_ALIVE_S;
    const known = this.get({ host, port });
    if (!known) {
      const source = OBJECT_SOURCE;
      this.#add({ host, port, stream, services: 1n, lastSeenS, rating: 0, self: false, source });
    } else if (known.lastSeenS < lastSeenS) this.#touch(known, lastSeenS);
  }

  /** An outbound connection was established: the best proof there is. */
  connected({ host, port }: HostPort, stream: number, services: bigint): void {
    const lastSeenS = this.#clock.nowS();
    const entry = this.#byKey.get(hostPortKey({ host, port }));
    if (!entry) {
      if (!isDialable(host)) return;
      this.#add({ host, port, stream, services, lastSeenS, rating: RATING_STEP, self: false });
      return;
    }
    entry.node.services = services;
    this.#rate(entry.node, RATING_STEP);
    this.#touch(entry.node, lastSeenS);
    if (entry.table === this.#new) this.#promote(entry);
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
    if (!known || known.self) return;
    known.self = true;
    known.rating = MAX_RATING;
    this.#changed = true;
  }

  /** The nodes to dial first at the next start; all others are none any more. */
  setAnchors(addresses: readonly HostPort[]): void {
    const keys = new Set(addresses.map(hostPortKey));
    for (const { node } of this.#entries()) {
      const isAnchor = keys.has(hostPortKey(node));
      if (isAnchor === (node.anchor === true)) continue;
      this.#changed = true;
      if (isAnchor) node.anchor = true;
      else delete node.anchor;
    }
  }

  anchors(): HostPort[] {
    return this.#entries()
      .filter(({ node }) => node.anchor && !node.self && isDialable(node.host))
      .map(({ node: { host, port } }) => ({ host, port }));
  }

  /**
   * A random node to dial, better rated ones more often; undefined when the tries are used up. Each
   * table is drawn from half the time, however full: a flood of new nodes does not outweigh old peers.
   * @param accepts further conditions
   * @param onionOnly draw from the onion services, of which there may be a few among thousands
   */
  choose(accepts: (node: KnownNode) => boolean, onionOnly = false): KnownNode | undefined {
    const onions = onionOnly
      ? this.#entries().filter(({ node }) => isOnionHost(node.host))
      : undefined;
    for (let tries = MAX_CHOICE_TRIES; tries > 0 && this.size > 0; tries--) {
      const node = (onions ? onions[randomInt(0, onions.length - 1)] : this.#draw())?.node;
      if (!node || node.self) continue;
      // An onion service that worked is better than any other; who cannot dial it does not accept it.
      const isBest = node.rating >= MAX_RATING || (isOnionHost(node.host) && node.rating > 0);
      const chance = isBest ? 1 : BASE_CHANCE / (1 - node.rating);
      if (randomFraction() < chance && isDialable(node.host) && accepts(node)) return node;
    }
    return undefined;
  }

  #draw(): NodeEntry | undefined {
    const [first, second] = randomInt(0, 1) ? [this.#tried, this.#new] : [this.#new, this.#tried];
    return first.random() ?? second.random();
  }

  /** Up to `max` random nodes of the stream that may be told to peers [tcp.py:sendAddr]. */
  sample(stream: number, max: number): KnownNode[] {
    const oldestS = this.#clock.nowS() - ADDRESS_ALIVE_S;
    const isGood = (node: KnownNode): boolean =>
      node.stream === stream &&
      !node.self && // What is told of us, and when, is decided elsewhere.
      node.lastSeenS > oldestS &&
      node.rating >= 0 &&
      isGlobalHost(node.host);
    // Drawn one by one: looking at all of 20,000 for some hundred takes too long.
    const left = this.#entries();
    const found: KnownNode[] = [];
    while (left.length > 0 && found.length < max) {
      const index = randomInt(0, left.length - 1);
      const last = left.pop();
      const drawn = index === left.length ? last : left[index];
      if (last && index < left.length) left[index] = last;
      if (drawn && isGood(drawn.node)) found.push(drawn.node);
    }
    return found;
  }

  /** Whether nothing but defaults and own addresses is known: then a bootstrap is due. */
  get isEmpty(): boolean {
    return this.#entries().every(({ node }) => node.self || isDefaultNode(node));
  }

  /** Forgets nodes that were not seen for four weeks, or for three hours if they are badly rated. */
  clean(): void {
    const nowS = this.#clock.nowS();
    for (const entry of this.#entries()) {
      if (this.size <= 1) return;
      const ageS = nowS - entry.node.lastSeenS;
      const isBad = entry.node.rating <= BAD_NODE_RATING;
      if (ageS > NODE_MAX_AGE_S || (isBad && ageS > BAD_NODE_MAX_AGE_S)) this.#remove(entry);
    }
  }

  #entries(): NodeEntry[] {
    return [...this.#tried.entries, ...this.#new.entries];
  }

  #add(node: KnownNode): boolean {
    if (this.#byKey.has(hostPortKey(node))) return false;
    if (node.rating > 0 && this.#place(node, this.#tried, this.#places.triedSlots(node)))
      return true;
    const source = node.source ?? networkGroup(node.host);
    return this.#place(node, this.#new, this.#places.newSlots(node, source));
  }

  /** Puts a node into one of its slots unless better ones are there. */
  #place(node: KnownNode, table: NodeTable, slots: readonly number[]): boolean {
    const slot =
      slots.find((one) => !table.at(one)) ??
      slots.find((one) => isReplaceable(table.at(one)?.node, node));
    if (slot === undefined) return false;
    const occupant = table.at(slot);
    if (occupant) this.#remove(occupant);
    this.#byKey.set(hostPortKey(node), table.add(node, slot));
    this.#changed = true;
    return true;
  }

  /** From new to tried, if a slot there can be had; else it stays. */
  #promote(entry: NodeEntry): void {
    if (!this.#place(entry.node, this.#tried, this.#places.triedSlots(entry.node))) return;
    entry.table.remove(entry);
  }

  #remove(entry: NodeEntry): void {
    entry.table.remove(entry);
    this.#byKey.delete(hostPortKey(entry.node));
    this.#changed = true;
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

/**
 * Who has a slot keeps it while it is good or fresh: whoever wants it cannot push others out by coming
 * in numbers. It goes when it is rated worse, or was not seen for long before the other one was.
 */
function isReplaceable(occupant: KnownNode | undefined, by: KnownNode): boolean {
  if (!occupant || occupant.self) return false;
  const isStale = by.lastSeenS - occupant.lastSeenS > STALE_NODE_S;
  if (occupant.rating > 0) return isStale && by.rating > 0;
  return occupant.rating < by.rating || by.lastSeenS - occupant.lastSeenS > ADDRESS_ALIVE_S;
}

function isDialable(host: string): boolean {
  return isGlobalHost(host) || isOnionHost(host);
}

/** Two decimals, as the reference stores it; without them steps of 0.1 never add up to 1. */
function clampRating(rating: number): number {
  return Math.round(Math.min(MAX_RATING, Math.max(-MAX_RATING, rating)) * 100) / 100;
}

function isDefaultNode({ host, port }: HostPort): boolean {
  return DEFAULT_NODES.some((node) => node.host === host && node.port === port);
}
