import { hash } from 'node:crypto';
import { toHex } from '../util/bytes.js';
import { randomBytes, randomInt } from '../util/random.js';
import { networkGroup } from '../wire/net-addr.js';
import {
  NEW_BUCKET_SHARE,
  NODE_BUCKET_SLOTS,
  NODE_SLOT_TRIES,
  TRIED_BUCKET_SHARE,
  TRIED_NODES_SHARE,
} from './limits.js';
import type { KnownNode } from './known-node.js';
import { hostPortKey } from './options.js';

/** Hex digits that a place is made of: 32 bits. */
const NUMBER_DIGITS = 8;

/** A node at its place in a table. */
export interface NodeEntry {
  readonly node: KnownNode;
  table: NodeTable;
  slot: number;
  /** Place in the table's list. */
  index: number;
}

/** Nodes in numbered slots, one each; any of them can be drawn at random. */
export class NodeTable {
  readonly #slots = new Map<number, NodeEntry>();
  readonly #list: NodeEntry[] = [];

  get size(): number {
    return this.#list.length;
  }

  get entries(): readonly NodeEntry[] {
    return this.#list;
  }

  at(slot: number): NodeEntry | undefined {
    return this.#slots.get(slot);
  }

  random(): NodeEntry | undefined {
    return this.size === 0 ? undefined : this.#list[randomInt(0, this.size - 1)];
  }

  /** The slot has to be free. */
  add(node: KnownNode, slot: number): NodeEntry {
    const entry = { node, table: this, slot, index: this.size };
    this.#list.push(entry);
    this.#slots.set(slot, entry);
    return entry;
  }

  remove(entry: NodeEntry): void {
    this.#slots.delete(entry.slot);
    const last = this.#list.pop();
    if (!last || last === entry) return;
    last.index = entry.index;
    this.#list[entry.index] = last;
  }
}

/**
 * Where a node belongs. Each table is cut into buckets of some slots, and a secret of this run decides
 * which slot is a node's, so that nobody can aim. What the peers of one network group tell reaches
 * only some of the buckets of new nodes, and of these one per group of the nodes told; the nodes of
 * one group reach only some of the buckets of tried ones. So neither one liar nor one network can fill
 * a table. (The idea is that of Bitcoin's address manager.)
 */
export class NodePlaces {
  readonly #secret = toHex(randomBytes(32));
  readonly #slotsPerBucket: number;
  readonly #newBuckets: number;
  readonly #triedBuckets: number;

  /** @param maxNodes at least 1; both tables together hold at most so many */
  constructor(maxNodes: number) {
    // Small books get small buckets, so that there are several.
    const slots = Math.min(NODE_BUCKET_SLOTS, Math.max(1, Math.floor(Math.sqrt(maxNodes) / 2)));
    this.#slotsPerBucket = slots;
    this.#triedBuckets = Math.floor(maxNodes / TRIED_NODES_SHARE / slots);
    this.#newBuckets = Math.floor(maxNodes / slots) - this.#triedBuckets;
  }

  /** Possible slots among the new nodes of one that peers of this network group told of. */
  newSlots(node: KnownNode, source: string): number[] {
    const reach = Math.ceil(this.#newBuckets / NEW_BUCKET_SHARE);
    const group = networkGroup(node.host);
    const within = this.#number('new', source, group) % reach;
    const bucket = this.#number('new bucket', source, String(within)) % this.#newBuckets;
    return this.#slots('new', bucket, node);
  }

  /** Possible slots among the tried nodes; none when the book is too small to have such a table. */
  triedSlots(node: KnownNode): number[] {
    if (this.#triedBuckets === 0) return [];
    const reach = Math.ceil(this.#triedBuckets / TRIED_BUCKET_SHARE);
    const within = this.#number('tried', hostPortKey(node)) % reach;
    const group = networkGroup(node.host);
    const bucket = this.#number('tried bucket', group, String(within)) % this.#triedBuckets;
    return this.#slots('tried', bucket, node);
  }

  /** A few that follow each other: with a single one a third of a full `addr` would get lost. */
  #slots(table: string, bucket: number, node: KnownNode): number[] {
    const place = this.#number(table, String(bucket), hostPortKey(node));
    const size = this.#slotsPerBucket;
    return Array.from(
      { length: Math.min(NODE_SLOT_TRIES, size) },
      (_, index) => bucket * size + ((place + index) % size),
    );
  }

  #number(...parts: readonly string[]): number {
    const digest = hash('sha256', `${this.#secret}\n${parts.join('\n')}`);
    return Number.parseInt(digest.slice(0, NUMBER_DIGITS), 16);
  }
}
