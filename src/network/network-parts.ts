import type { Duplex } from 'node:stream';
import type { CheckedObject } from '../objects/check.js';
import { bytesKey, keyBytes } from '../util/bytes.js';
import { encodeInventoryVectors } from '../wire/inventory-vectors.js';
import { AddrExchange } from './addr-exchange.js';
import { Announcer } from './announcer.js';
import { FreshObjects } from './fresh-objects.js';
import { antiIntersectionDelayMs } from './anti-intersection.js';
import { BigInventory } from './big-inventory.js';
import { CommandTable } from './commands.js';
import type { Connection } from './connection.js';
import { ConnectionMemory } from './connection-memory.js';
import { Dandelion } from './dandelion.js';
import { BOOTSTRAP_NAMES } from './default-nodes.js';
import { discoveryPolicy, type DiscoveryPolicy } from './discovery-policy.js';
import { Doorman } from './doorman.js';
import { Downloads } from './downloads.js';
import type { NetworkDeps } from './network-types.js';
import { LocalPeers } from './local-peers.js';
import { NodeKeeper } from './node-keeper.js';
import { ObjectIntake } from './object-intake.js';
import type { HostPort, NetworkOptions } from './options.js';
import { Outbound } from './outbound.js';
import { OwnAddresses } from './own-addresses.js';
import { Pool } from './pool.js';
import { PortChecks } from './port-checks.js';
import { ProxyDialer } from './proxy/proxy-dialer.js';
import { RejectionCounts } from './rejections.js';
import { Throttle, type Throttles } from './throttle.js';
import { Uploads } from './uploads.js';

/** The parts that the network layer joins, each of them in a file of its own. */
export interface NetworkParts {
  readonly pool: Pool;
  readonly keeper: NodeKeeper;
  readonly own: OwnAddresses;
  readonly localPeers: LocalPeers;
  readonly doorman: Doorman;
  readonly dandelion: Dandelion;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  readonly announcer: Announcer;
  readonly bigInventory: BigInventory;
  readonly addr: AddrExchange;
  readonly intake: ObjectIntake;
  readonly commands: CommandTable;
  readonly outbound: Outbound;
  readonly throttles: Throttles;
  /** What all connections hold together. */
  readonly memory: ConnectionMemory;
  /** What was not taken, of all peers together. */
  readonly rejections: RejectionCounts;
  /** Objects sent since the start. */
  sentObjects(): number;
}

/** What the parts need of the network that they make up. */
export interface NetworkHooks {
  ownPort(): number;
  accepted(object: CheckedObject): void;
  adopt(socket: Duplex, target: HostPort, trusted: boolean, dialledForMs: number): Connection;
}

/** Makes the parts and joins them; nothing is started. */
export function createParts(
  options: NetworkOptions,
  deps: NetworkDeps,
  hooks: NetworkHooks,
): NetworkParts {
  const { clock, log } = deps;
  const { proxied, proxies } = options;
  if (proxied && !deps.dialer && !proxies.clear && !proxies.onionOnly) {
    throw new TypeError('a network behind a proxy needs to know it');
  }
  const pool = new Pool(options);
  const policy = discoveryPolicy(options);
  const keeper = createKeeper(options, deps, policy, pool);
  const own = new OwnAddresses(options, {
    clock,
    listeningPort: () => hooks.ownPort(),
    isReachable: () => doorman.isReachable,
  });
  const doorman: Doorman = new Doorman(options, {
    pool,
    clock,
    log,
    own,
    ownAddressFound: (address) => keeper.book.markSelf(address),
  });
  const localPeers = new LocalPeers(clock);
  const memory = new ConnectionMemory(() => pool.size);
  const portChecks = new PortChecks();
  const exchange = createExchange(options, deps, { pool, keeper, hooks, portChecks });
  const outbound = new Outbound(options, {
    bootstrapNames: policy.bootstraps && !policy.resolvesNames ? BOOTSTRAP_NAMES : [],
    dialer: deps.dialer ?? new ProxyDialer(options.proxies, { clock, log }),
    pool,
    portChecks,
    book: keeper.book,
    localPeers,
    clock,
    log,
    isRefused: (target) => doorman.isRefused(target),
    adopt: (socket, target, trusted, dialledForMs) =>
      hooks.adopt(socket, target, trusted, dialledForMs),
  });
  const rejections = new RejectionCounts();
  const throttles = {
    download: new Throttle(options.maxDownloadBytesPerS, clock),
    upload: new Throttle(options.maxUploadBytesPerS, clock),
  };
  const shared = { rejections, throttles, memory };
  return { pool, keeper, own, localPeers, doorman, ...exchange, outbound, ...shared };
}

function createKeeper(
  { maxNodes, streams }: NetworkOptions,
  { nodes, clock, log, bootstrap }: NetworkDeps,
  { bootstraps, resolvesNames }: DiscoveryPolicy,
  pool: Pool,
): NodeKeeper {
  return new NodeKeeper(
    { maxNodes, stream: streams[0] ?? 1, bootstraps },
    {
      store: nodes,
      clock,
      log,
      ...(bootstrap && resolvesNames && { bootstrap }),
      anchors: () => pool.anchors(),
    },
  );
}

type Exchange = Omit<
  NetworkParts,
  | 'pool'
  | 'keeper'
  | 'own'
  | 'localPeers'
  | 'doorman'
  | 'outbound'
  | 'rejections'
  | 'throttles'
  | 'memory'
>;

interface ExchangeParts {
  readonly pool: Pool;
  readonly keeper: NodeKeeper;
  readonly hooks: NetworkHooks;
  readonly portChecks: PortChecks;
}

/** The parts that objects and their hashes go through. */
function createExchange(
  options: NetworkOptions,
  { inventory, clock, log }: NetworkDeps,
  { pool, keeper, hooks, portChecks }: ExchangeParts,
): Exchange {
  const fresh = new FreshObjects(clock);
  const announcer = new Announcer(options.announceDelayMs, fresh, clock);
  const dandelion = createDandelion(options, announcer, clock);
  const bigInventory = new BigInventory((hash) => !dandelion.isStem(bytesKey(hash)));
  const downloads = new Downloads(
    {
      request: (peer, keys) =>
        pool.get(peer)?.send('getdata', encodeInventoryVectors(keys.map(keyBytes))),
      undelivered: (peer) => pool.get(peer)?.fault('undelivered'),
      // A peer sends its list at the begin of a connection only.
      listAgain: (peer) => pool.get(peer)?.close('to get the rest of its list next time'),
      isHeldBack: (peer) => pool.get(peer)?.isHeldBack ?? false,
    },
    clock,
  );
  let sentObjects = 0;
  const uploads = new Uploads(
    {
      mayServe: (hash, peer) => dandelion.mayServe(bytesKey(hash), peer),
      load: (hashes, maxBytes) => inventory.getMany(hashes, maxBytes),
      isFresh: (key) => fresh.has(key),
      delayMs: () => (options.antiIntersection ? antiIntersectionDelayMs(keeper.book.size) : 0),
      served: (objects) => (sentObjects += objects),
    },
    clock,
  );
  const addr = new AddrExchange(options, keeper.book, clock);
  const { minimumDifficulty: minimum, streams, acceptMismatch } = options;
  const joined = { inventory, downloads, dandelion, announcer, clock, log };
  const intake = new ObjectIntake(
    { minimum, streams, acceptMismatch },
    { ...joined, accepted: (object) => hooks.accepted(object) },
  );
  const commands = new CommandTable({
    ...joined,
    uploads,
    addr,
    intake,
    portCheck: ({ remote, version }) =>
      options.portCheck && portChecks.add({ host: remote.host, port: version?.senderPort ?? 0 }),
  });
  return {
    dandelion,
    downloads,
    uploads,
    announcer,
    bigInventory,
    addr,
    intake,
    commands,
    sentObjects: () => sentObjects,
  };
}

function createDandelion(
  { sendOutgoing, dandelionPercent, stemFixedMs, stemMeanMs }: NetworkOptions,
  announcer: Announcer,
  clock: NetworkDeps['clock'],
): Dandelion {
  return new Dandelion(
    { percent: sendOutgoing ? dandelionPercent : 0, stemFixedMs, stemMeanMs },
    {
      announceStem: (child, keys) => announcer.announceStem(child, keys),
      announceFluff: (key, from) => announcer.announce(key, from === undefined ? [] : [from]),
    },
    clock,
  );
}
