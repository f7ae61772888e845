/**
 * The network layer: connections to other nodes, the exchange of objects and of addresses. This file
 * joins the parts; each of them is in a file of its own.
 */
import type { Socket } from 'node:net';
import { bytesKey, keyBytes } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import { Emitter } from '../util/emitter.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import type { ObjectHeader } from '../objects/object.js';
import { encodeInventoryVectors } from '../wire/inventory-vectors.js';
import { SERVICE } from '../wire/limits.js';
import { AddrExchange } from './addr-exchange.js';
import { Announcer } from './announcer.js';
import { antiIntersectionDelayMs } from './anti-intersection.js';
import { BigInventory } from './big-inventory.js';
import { CommandTable } from './commands.js';
import { Connection, type ConnectionHandler, type ConnectionOptions } from './connection.js';
import { connectionInfo, type ConnectionInfo } from './connection-info.js';
import { Dandelion } from './dandelion.js';
import { createDirectDialer, type Dialer } from './dial.js';
import { Doorman } from './doorman.js';
import { Downloads } from './downloads.js';
import type { NetworkInventory } from './inventory.js';
import { listen, type Listener } from './listen.js';
import { NodeKeeper, type NodeBookStore } from './node-keeper.js';
import { ObjectIntake, type IntakeCounters } from './object-intake.js';
import { NETWORK_DEFAULTS, type HostPort, type NetworkOptions } from './options.js';
import { Outbound } from './outbound.js';
import { normaliseHost, Pool } from './pool.js';
import { isTlsUsable } from './tls.js';
import { Uploads } from './uploads.js';

export type { ConnectionInfo };

/** As PyBitmessage's API names them [api.py:HandleClientStatus]. */
export type NetworkStatus =
  | 'notConnected'
  | 'connectedButHaveNotReceivedIncomingConnections'
  | 'connectedAndReceivingIncomingConnections';

/** Sums since the start. */
export interface NetworkCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly sentObjects: number;
  readonly objects: Readonly<IntakeCounters>;
}

export interface NetworkEvents {
  /** A connection was established. */
  peerUp: ConnectionInfo;
  /** An established connection ended. */
  peerDown: ConnectionInfo & { readonly reason: string };
  /** An object of another node is in the inventory now. */
  objectAccepted: { readonly hash: Uint8Array; readonly header: ObjectHeader };
}

export interface NetworkDeps {
  readonly inventory: NetworkInventory;
  readonly nodes: NodeBookStore;
  readonly log: Log;
  readonly clock: Clock;
  /** Default: direct TCP. */
  readonly dialer?: Dialer;
  /** Finds first nodes when none are known, e.g. by DNS; never called when offline. */
  readonly bootstrap?: () => Promise<readonly HostPort[]>;
}

export class Network implements Service {
  readonly events: Emitter<NetworkEvents>;
  readonly #options: NetworkOptions;
  readonly #deps: NetworkDeps;
  readonly #pool: Pool;
  readonly #keeper: NodeKeeper;
  readonly #dandelion: Dandelion;
  readonly #downloads: Downloads;
  readonly #uploads: Uploads;
  readonly #announcer: Announcer;
  readonly #bigInventory: BigInventory;
  readonly #addr: AddrExchange;
  readonly #intake: ObjectIntake;
  readonly #commands: CommandTable;
  readonly #outbound: Outbound;
  readonly #doorman: Doorman;
  readonly #ended = { receivedBytes: 0, sentBytes: 0 };
  #sentObjects = 0;
  #listener: Listener | undefined;
  #nextId = 1;
  #state: 'new' | 'running' | 'stopped' = 'new';

  constructor(options: Partial<NetworkOptions>, deps: NetworkDeps) {
    this.#options = { ...NETWORK_DEFAULTS, ...options };
    this.#deps = deps;
    const { clock, log, inventory } = deps;
    const { streams, announceDelayMs, minimumDifficulty, acceptMismatch } = this.#options;
    this.events = new Emitter((error) => log.error({ err: error }, 'event handler failed'));
    this.#pool = new Pool(this.#options);
    this.#keeper = new NodeKeeper(
      {
        maxNodes: this.#options.maxNodes,
        stream: streams[0] ?? 1,
        offline: this.#options.offline,
      },
      { ...deps, store: deps.nodes },
    );
    this.#doorman = new Doorman(this.#options, {
      pool: this.#pool,
      clock,
      log,
      ownPort: () => this.port,
      ownAddressFound: (address) => this.#keeper.book.markSelf(address),
    });
    this.#announcer = new Announcer(announceDelayMs, clock);
    this.#dandelion = this.#createDandelion();
    this.#bigInventory = new BigInventory((hash) => !this.#dandelion.isStem(bytesKey(hash)));
    this.#downloads = new Downloads(
      {
        request: (peer, keys) =>
          this.#pool.get(peer)?.send('getdata', encodeInventoryVectors(keys.map(keyBytes))),
        undelivered: (peer) => this.#pool.get(peer)?.fault('undelivered'),
      },
      clock,
    );
    this.#uploads = new Uploads(
      {
        load: (hash, peer) => this.#load(hash, peer),
        delayMs: () => this.#uploadDelayMs(),
        served: (objects) => (this.#sentObjects += objects),
      },
      clock,
    );
    this.#addr = new AddrExchange(this.#options, this.#keeper.book, clock);
    this.#intake = new ObjectIntake(
      { minimum: minimumDifficulty, streams, acceptMismatch },
      {
        inventory,
        downloads: this.#downloads,
        dandelion: this.#dandelion,
        announcer: this.#announcer,
        clock,
        log,
        accepted: ({ hash, header }) => this.events.emit('objectAccepted', { hash, header }),
      },
    );
    this.#commands = new CommandTable({
      inventory,
      downloads: this.#downloads,
      uploads: this.#uploads,
      dandelion: this.#dandelion,
      announcer: this.#announcer,
      addr: this.#addr,
      intake: this.#intake,
      log,
    });
    this.#outbound = new Outbound(this.#options, {
      dialer: deps.dialer ?? createDirectDialer(clock),
      pool: this.#pool,
      book: this.#keeper.book,
      clock,
      log,
      isRefused: (target) => this.#doorman.isRefused(target),
      adopt: (socket, target, trusted, dialledForMs) =>
        this.#adopt({ socket, inbound: false, remote: target, trusted, dialledForMs }),
    });
  }

  /** @throws UserError when no port can be had */
  async start(): Promise<void> {
    if (this.#state !== 'new') throw new TypeError('a network is started once');
    this.#state = 'running';
    const { tls } = this.#options;
    this.#doorman.tls = tls && (await isTlsUsable(this.#deps.clock));
    this.#doorman.dandelion = this.#dandelion.enabled;
    if (tls && !this.#doorman.tls) {
      this.#deps.log.warn('TLS does not work here: connections are plain');
    }
    await this.#keeper.start();
    await this.#listen();
    if (this.#isStopped()) return;
    this.#dandelion.start();
    this.#outbound.start();
  }

  async #listen(): Promise<void> {
    const { listen: accepts, bindHosts: hosts, port, portFixed } = this.#options;
    if (!accepts || this.#isStopped()) return;
    const listener = await listen({ hosts, port, portFixed }, (socket) => this.#accept(socket));
    if (this.#isStopped()) {
      await listener.close();
      return;
    }
    this.#listener = listener;
    this.#deps.log.info({ port: this.port, hosts }, 'listening');
  }

  /** A method: the state may change while something is awaited. */
  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  async stop(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'stopped';
    this.#outbound.stop();
    for (const connection of this.#pool.all()) connection.close('stopping');
    this.#dandelion.stop();
    this.#downloads.stop();
    this.#uploads.stop();
    this.#announcer.stop();
    await this.#listener?.close();
    await this.#keeper.stop();
  }

  /** The port listened on; the wanted one while not listening. */
  get port(): number {
    return this.#listener?.port ?? this.#options.port;
  }

  /**
   * Publishes an own object: along a stem first, or to everybody at once when Dandelion is off. To be
   * called right before or after the object is added to the inventory, without waiting in between:
   * until then a new peer would be told about it.
   */
  announce(hash: Uint8Array, stream: number): void {
    if (this.#state === 'stopped' || !this.#options.streams.includes(stream)) return;
    const key = bytesKey(hash);
    this.#downloads.arrived(key, undefined);
    if (!this.#dandelion.addOwn(key)) this.#announcer.announce(key);
  }

  connections(): ConnectionInfo[] {
    return this.#pool.all().map(connectionInfo);
  }

  status(): NetworkStatus {
    if (this.#pool.count(({ established }) => established) === 0) return 'notConnected';
    return this.#doorman.isReachable
      ? 'connectedAndReceivingIncomingConnections'
      : 'connectedButHaveNotReceivedIncomingConnections';
  }

  /** Objects known to exist that we do not have yet. */
  pendingDownloads(): number {
    return this.#downloads.size;
  }

  /** Objects that peers asked for and have not got yet. */
  pendingUploads(): number {
    return this.#uploads.size;
  }

  /** Nodes known, own address included. */
  get knownNodes(): number {
    return this.#keeper.book.size;
  }

  get counters(): NetworkCounters {
    let { receivedBytes, sentBytes } = this.#ended;
    for (const { traffic } of this.#pool.all()) {
      receivedBytes += traffic.receivedBytes;
      sentBytes += traffic.sentBytes;
    }
    const { counters } = this.#intake;
    const objects = { ...counters, refused: { ...counters.refused } };
    return { receivedBytes, sentBytes, sentObjects: this.#sentObjects, objects };
  }

  #createDandelion(): Dandelion {
    const { sendOutgoing, dandelionPercent, stemFixedMs, stemMeanMs } = this.#options;
    return new Dandelion(
      { percent: sendOutgoing ? dandelionPercent : 0, stemFixedMs, stemMeanMs },
      {
        announceStem: (child, keys) => this.#announcer.announceStem(child, keys),
        announceFluff: (keys) => {
          for (const key of keys) this.#announcer.announce(key);
        },
      },
      this.#deps.clock,
    );
  }

  // ---------------------------------------------------------------- connections

  #accept(socket: Socket): void {
    const host = normaliseHost(socket.remoteAddress ?? '');
    const local = { host: normaliseHost(socket.localAddress ?? ''), port: this.port };
    if (this.#isStopped() || !this.#doorman.mayAccept(host, local)) {
      socket.destroy();
      return;
    }
    const remote = { host, port: socket.remotePort ?? 0 };
    this.#adopt({ socket, inbound: true, remote, trusted: false });
  }

  #adopt(options: Omit<ConnectionOptions, 'id'>): Connection {
    const id = this.#nextId++;
    const { clock } = this.#deps;
    const { remote, inbound } = options;
    const log = this.#deps.log.child({ peer: id, host: remote.host, port: remote.port, inbound });
    const connection = new Connection({ ...options, id }, this.#handler, { clock, log });
    this.#pool.add(connection);
    connection.start();
    return connection;
  }

  readonly #handler: ConnectionHandler = {
    ownVersion: (connection) => this.#doorman.ownVersion(connection),
    refusal: (connection, version) => this.#doorman.refusal(connection, version),
    established: (connection) => this.#established(connection),
    packet: (connection, packet) => this.#commands.handle(connection, packet),
    drained: ({ id }) => {
      this.#uploads.drained(id);
      this.#bigInventory.drained(id);
      this.#announcer.drained(id);
    },
    closed: (connection, reason, banned) => this.#closed(connection, reason, banned),
    tlsUnusable: (connection) => this.#doorman.offerPlainOnly(connection),
  };

  #established(connection: Connection): void {
    const { id, inbound, services, version } = connection;
    this.#doorman.established(connection);
    this.#downloads.addPeer(id);
    this.#uploads.addPeer(connection);
    this.#announcer.addPeer(connection);
    const info = connectionInfo(connection);
    this.#deps.log.debug({ ...info, services: String(services) }, 'peer established');
    this.events.emit('peerUp', info);
    if (!inbound) this.#outbound.established(connection);
    if (!connection.established) return; // One too many.
    if (!inbound && (services & SERVICE.dandelion) !== 0n) this.#dandelion.addCandidate(id);
    const own = this.#doorman.isReachable ? this.#options.ownHosts : [];
    this.#addr.greet(connection, version?.streams ?? [], own);
    this.#sendInventory(connection);
  }

  #sendInventory(connection: Connection): void {
    const nowS = this.#deps.clock.nowS();
    const hashes: Uint8Array[] = [];
    for (const stream of this.#options.streams) {
      if (!connection.version?.streams.includes(stream)) continue;
      for (const hash of this.#deps.inventory.list(stream, nowS)) hashes.push(hash);
    }
    this.#bigInventory.send(connection, hashes);
  }

  #closed(connection: Connection, reason: string, banned: boolean): void {
    const { id, remote, inbound, traffic } = connection;
    this.#pool.remove(connection);
    this.#ended.receivedBytes += traffic.receivedBytes;
    this.#ended.sentBytes += traffic.sentBytes;
    if (banned) this.#doorman.ban(remote.host);
    if (!inbound) this.#outbound.closed(connection);
    if (!connection.wasEstablished) return;
    this.#bigInventory.removePeer(id);
    this.#announcer.removePeer(id);
    this.#uploads.removePeer(id);
    this.#addr.removePeer(id);
    this.#dandelion.removePeer(id);
    this.#downloads.removePeer(id);
    this.events.emit('peerDown', { ...connectionInfo(connection), reason });
  }

  // ---------------------------------------------------------------- questions

  #load(hash: Uint8Array, peer: number): Promise<Uint8Array | undefined> {
    const mayServe = this.#dandelion.mayServe(bytesKey(hash), peer);
    return mayServe ? this.#deps.inventory.get(hash) : Promise.resolve(undefined);
  }

  #uploadDelayMs(): number {
    return this.#options.antiIntersection ? antiIntersectionDelayMs(this.knownNodes) : 0;
  }
}
