/**
 * Many whole network layers in one process, on one fake clock, with linked sockets for cables. Nodes
 * have public addresses of their own; connections can be refused and cut; what goes over the cables
 * can be read.
 */
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Dialer } from '../../src/network/dial.js';
import type { listen } from '../../src/network/listen.js';
import { HANDSHAKE_TIMEOUT_MS } from '../../src/network/limits.js';
import { Network } from '../../src/network/network.js';
import { hostPortKey, type HostPort, type NetworkOptions } from '../../src/network/options.js';
import { bytesKey } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { randomInt, shuffle } from '../../src/util/random.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import type { Packet } from '../../src/wire/packet.js';
import { EASY, createEasyObject } from './easy-objects.js';
import { FakeClock } from './fake-clock.js';
import { createLinkedSockets } from './linked-sockets.js';
import { MemoryInventory, MemoryNodeStore } from './memory-inventory.js';

const PORT = 8444;

/** The network layer asks no more of a socket than what these have. */
function asSocket(end: Duplex): Socket {
  return end as unknown as Socket;
}

/** Other nodes that each node has heard of at its first start. */
const FIRST_KNOWN = 12;

export interface SimulatedNode {
  readonly host: string;
  readonly network: Network;
  readonly inventory: MemoryInventory;
}

interface Cable {
  readonly from: string;
  readonly to: string;
  readonly ends: readonly Duplex[];
}

/** A packet on its way, the sender's and the receiver's host. */
export type Watcher = (from: string, to: string, packet: Packet, nowMs: number) => void;

export class SimulatedInternet {
  readonly clock = new FakeClock();
  readonly nodes: SimulatedNode[] = [];
  readonly #options: Partial<NetworkOptions>;
  readonly #acceptors = new Map<string, (socket: Socket) => void>();
  readonly #stores = new Map<string, MemoryNodeStore>();
  readonly #cables = new Set<Cable>();
  readonly #watcher: Watcher | undefined;
  #isCut: (from: string, to: string) => boolean = () => false;
  #nextPort = 20_000;

  constructor(options: Partial<NetworkOptions> = {}, watcher?: Watcher) {
    this.#options = options;
    this.#watcher = watcher;
  }

  /** Each in a network group of its own: 20.x, 21.x … */
  static hostOf(index: number): string {
    return `${20 + (index % 80)}.${1 + Math.floor(index / 80)}.0.1`;
  }

  /** Starts `count` nodes that know some of each other. */
  async grow(count: number): Promise<void> {
    const hosts = Array.from({ length: count }, (_, index) => SimulatedInternet.hostOf(index));
    for (const host of hosts) {
      const others = shuffle(hosts.filter((one) => one !== host)).slice(0, FIRST_KNOWN);
      await this.start(host, others);
    }
  }

  /** Starts a node, or starts it again with the nodes it knew and an empty inventory. */
  async start(
    host: string,
    known: readonly string[] = [],
    options: Partial<NetworkOptions> = {},
  ): Promise<SimulatedNode> {
    const inventory = new MemoryInventory();
    const store = this.#stores.get(host) ?? new MemoryNodeStore();
    this.#stores.set(host, store);
    const lastSeenS = this.clock.nowS() - 60;
    const about = { port: PORT, stream: 1, services: 1n, lastSeenS, rating: 0, self: false };
    if (store.nodes.length === 0) store.nodes = known.map((one) => ({ host: one, ...about }));
    const network = new Network(
      { tls: false, minimumDifficulty: EASY, bindHosts: [host], ...this.#options, ...options },
      {
        inventory,
        nodes: store,
        log: nullLog,
        clock: this.clock,
        dialer: this.#dialerOf(host),
        listen: this.#listenerOf(host),
      },
    );
    await network.start();
    const node = { host, network, inventory };
    this.nodes.push(node);
    return node;
  }

  /** Ends a node without a word to anybody but closed connections. */
  async kill(node: SimulatedNode): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    await node.network.stop();
    this.#cut(({ from, to }) => from === node.host || to === node.host);
  }

  /** Cuts all cables between hosts of which this is true, and lets no new ones be made. */
  partition(isCut: (from: string, to: string) => boolean): void {
    this.#isCut = isCut;
    this.#cut(({ from, to }) => isCut(from, to));
  }

  heal(): void {
    this.#isCut = () => false;
  }

  /**
   * A new object of that node.
   * @param onMade told the key before anybody hears of the object
   * @returns its key
   */
  publish(node: SimulatedNode, onMade: (key: string) => void = () => undefined): string {
    const { hash, object } = createEasyObject(this.clock.nowS());
    const key = bytesKey(hash);
    onMade(key);
    const expiresS = this.clock.nowS() + 3_600;
    const tag = new Uint8Array(0);
    void node.inventory.add({ hash, type: 2, version: 1, stream: 1, expiresS, tag, object });
    node.network.announce(hash, 1);
    return key;
  }

  /** Lets time pass until it holds; throws when it does not within the limit. @returns seconds */
  async until(what: string, limitS: number, holds: () => boolean): Promise<number> {
    for (let passedS = 0; passedS < limitS; passedS++) {
      if (holds()) return passedS;
      await this.clock.advance(1_000);
    }
    throw new Error(`not within ${limitS} s: ${what}`);
  }

  random(): SimulatedNode {
    const node = this.nodes[randomInt(0, this.nodes.length - 1)];
    if (!node) throw new Error('no node is running');
    return node;
  }

  /** Nodes that have all of these objects. */
  countWithAll(keys: readonly string[]): number {
    return this.nodes.filter(({ inventory }) => keys.every((key) => inventory.entries.has(key)))
      .length;
  }

  async close(): Promise<void> {
    for (const node of [...this.nodes]) await this.kill(node);
  }

  #dialerOf(from: string): Dialer {
    return {
      reach: () => 'now',
      timeoutMs: () => HANDSHAKE_TIMEOUT_MS,
      dial: async (target) => {
        await new Promise((resolve) => setImmediate(resolve));
        const accept = this.#acceptors.get(hostPortKey(target));
        if (!accept || this.#isCut(from, target.host)) throw new Error('unreachable');
        const [near, far] = this.#lay(from, target);
        setImmediate(() => accept(asSocket(far)));
        return asSocket(near);
      },
    };
  }

  #listenerOf(host: string): typeof listen {
    return ({ port }, accept) => {
      const key = hostPortKey({ host, port });
      this.#acceptors.set(key, accept);
      return Promise.resolve({
        port,
        close: () => {
          this.#acceptors.delete(key);
          return Promise.resolve();
        },
      });
    };
  }

  #lay(from: string, to: HostPort): [Duplex, Duplex] {
    const [near, far] = createLinkedSockets();
    const port = this.#nextPort++;
    Object.assign(far, { remoteAddress: from, remotePort: port, localAddress: to.host });
    const cable = { from, to: to.host, ends: [near, far] };
    this.#cables.add(cable);
    near.once('close', () => this.#cables.delete(cable));
    if (this.#watcher) {
      this.#watch(near, from, to.host);
      this.#watch(far, to.host, from);
    }
    return [near, far];
  }

  /** Reads what is written into this end. */
  #watch(end: Duplex, from: string, to: string): void {
    const decoder = new FrameDecoder();
    const write = end.write.bind(end) as (chunk: Uint8Array, ...rest: unknown[]) => boolean;
    end.write = (chunk: Uint8Array, ...rest: unknown[]): boolean => {
      decoder.push(chunk);
      for (let packet = decoder.next(); packet; packet = decoder.next()) {
        this.#watcher?.(from, to, packet, this.clock.nowMs());
      }
      return write(chunk, ...rest);
    };
  }

  #cut(isCut: (cable: Cable) => boolean): void {
    for (const cable of [...this.#cables]) {
      if (!isCut(cable)) continue;
      this.#cables.delete(cable);
      for (const end of cable.ends) end.destroy();
    }
  }
}
