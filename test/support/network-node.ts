/** Whole network layers on loopback. */
import { Network } from '../../src/network/network.js';
import type { NetworkEvents } from '../../src/network/network-types.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { systemClock, type Clock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { EASY, createEasyObject, type EasyObject } from './easy-objects.js';
import { createLoopbackDialer, type LoopbackDialer } from './loopback-dialer.js';
import { MemoryInventory, MemoryNodeStore } from './memory-inventory.js';

export interface NetworkNode {
  readonly network: Network;
  readonly inventory: MemoryInventory;
  readonly nodes: MemoryNodeStore;
  readonly dialer: LoopbackDialer;
  readonly clock: Clock;
  /** Adds a new object of its own and announces it. */
  publish(object?: EasyObject): EasyObject;
}

/**
 * A started network layer on 127.0.0.1 with a port of its own, offline, without delays; objects of
 * {@link createEasyObject} are good enough.
 * @param options with `proxies` it dials as they say, otherwise loopback only
 * @param prepare puts into its inventory and its book of nodes what it has from the begin
 */
export async function startNetworkNode(
  options: Partial<NetworkOptions> = {},
  clock: Clock = systemClock,
  prepare: (inventory: MemoryInventory, nodes: MemoryNodeStore) => void = () => undefined,
): Promise<NetworkNode> {
  const inventory = new MemoryInventory();
  const nodes = new MemoryNodeStore();
  prepare(inventory, nodes);
  const dialer = createLoopbackDialer(clock);
  const network = new Network(
    {
      port: 0,
      bindHosts: ['127.0.0.1'],
      offline: true,
      minimumDifficulty: EASY,
      announceDelayMs: 0,
      antiIntersection: false,
      dandelionPercent: 0,
      ...options,
    },
    { inventory, nodes, log: nullLog, clock, ...(!options.proxies && { dialer }) },
  );
  await network.start();
  return {
    network,
    inventory,
    nodes,
    dialer,
    clock,
    publish(made = createEasyObject(clock.nowS())) {
      addObject(inventory, made, clock.nowS() + 3_600);
      network.announce(made.hash, 1);
      return made;
    },
  };
}

/** Puts an object into an inventory, as a node does with its own. */
export function addObject(
  inventory: MemoryInventory,
  { hash, object }: EasyObject,
  expiresS: number,
): void {
  const tag = new Uint8Array(0);
  void inventory.add({ hash, type: 2, version: 1, stream: 1, expiresS, tag, object });
}

/** How long a test waits for what should happen within milliseconds on loopback. */
const EVENT_LIMIT_MS = 60_000;

/** Resolves with the next event of that name which `accepts` (default: any). */
export function nextEvent<Name extends keyof NetworkEvents>(
  { network }: NetworkNode,
  name: Name,
  accepts: (event: NetworkEvents[Name]) => boolean = () => true,
): Promise<NetworkEvents[Name]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      off();
      reject(new Error(`no event ${name}`));
    }, EVENT_LIMIT_MS);
    const off = network.events.on(name, (event) => {
      if (!accepts(event)) return;
      off();
      clearTimeout(timer);
      resolve(event);
    });
  });
}
