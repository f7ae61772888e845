/**
 * The network layer: connections to other nodes, the exchange of objects and of addresses. This file
 * joins the parts; each of them is in a file of its own.
 */
import type { Socket } from 'node:net';
import { bytesKey } from '../util/bytes.js';
import { Emitter } from '../util/emitter.js';
import type { Service } from '../util/service.js';
import { Connection } from './connection.js';
import type { ConnectionOptions } from './connection-handler.js';
import { connectionInfo, type ConnectionInfo } from './connection-info.js';
import { Discovery } from './discovery.js';
import { listen, type Listener } from './listen.js';
import { Membership } from './membership.js';
import { createParts, type NetworkParts } from './network-parts.js';
import type {
  NetworkCounters,
  NetworkDeps,
  NetworkEvents,
  NetworkStatus,
} from './network-types.js';
import { NETWORK_DEFAULTS, type HostPort, type NetworkOptions } from './options.js';
import { normaliseHost } from './pool.js';
import { isTlsUsable } from './tls.js';

export class Network implements Service {
  readonly events: Emitter<NetworkEvents>;
  readonly #options: NetworkOptions;
  readonly #deps: NetworkDeps;
  readonly #parts: NetworkParts;
  readonly #membership: Membership;
  readonly #discovery: Discovery;
  #listener: Listener | undefined;
  #nextId = 1;
  #state: 'new' | 'running' | 'stopped' = 'new';

  constructor(options: Partial<NetworkOptions>, deps: NetworkDeps) {
    this.#options = { ...NETWORK_DEFAULTS, ...options };
    this.#deps = deps;
    this.events = new Emitter((error) => deps.log.error({ err: error }, 'event handler failed'));
    this.#parts = createParts(this.#options, deps, {
      ownPort: () => this.port,
      accepted: ({ hash, header }) => this.events.emit('objectAccepted', { hash, header }),
      adopt: (socket, target, trusted, dialledForMs) =>
        this.#adopt({ socket, inbound: false, remote: target, trusted, dialledForMs }),
    });
    this.#discovery = new Discovery(this.#options, {
      ...deps,
      localPeers: this.#parts.localPeers,
      own: this.#parts.own,
      listeningPort: () => this.#listener?.port,
    });
    this.#membership = new Membership(this.#options, this.#parts, {
      ...deps,
      events: this.events,
    });
  }

  /** @throws UserError when no port can be had */
  async start(): Promise<void> {
    if (this.#state !== 'new') throw new TypeError('a network is started once');
    this.#state = 'running';
    const { tls } = this.#options;
    this.#parts.doorman.tls = tls && (await isTlsUsable(this.#deps.clock));
    this.#parts.doorman.dandelion = this.#parts.dandelion.enabled;
    if (tls && !this.#parts.doorman.tls) {
      this.#deps.log.warn('TLS does not work here: connections are plain');
    }
    await this.#parts.keeper.start();
    await this.#listen();
    if (this.#isStopped()) return;
    this.#parts.dandelion.start();
    this.#parts.outbound.start();
    await this.#discovery.start();
  }

  async #listen(): Promise<void> {
    const { listen: accepts, bindHosts: hosts, port, portFixed } = this.#options;
    if (!accepts || this.#isStopped()) return;
    const open = this.#deps.listen ?? listen;
    const listener = await open({ hosts, port, portFixed }, (socket) => this.#accept(socket));
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
    this.#parts.keeper.noteAnchors();
    this.#parts.outbound.stop();
    for (const connection of this.#parts.pool.all()) connection.close('stopping');
    this.#parts.dandelion.stop();
    this.#parts.downloads.stop();
    this.#parts.uploads.stop();
    this.#parts.announcer.stop();
    await this.#discovery.stop();
    await this.#listener?.close();
    await this.#parts.keeper.stop();
  }

  /** The port listened on; the wanted one while not listening. */
  get port(): number {
    return this.#listener?.port ?? this.#options.port;
  }

  get isListening(): boolean {
    return this.#listener !== undefined;
  }

  /**
   * Publishes an own object: along a stem first, or to everybody at once when Dandelion is off. To be
   * called right before or after the object is added to the inventory, without waiting in between:
   * until then a new peer would be told about it.
   */
  announce(hash: Uint8Array, stream: number): void {
    if (this.#state === 'stopped' || !this.#options.streams.includes(stream)) return;
    const key = bytesKey(hash);
    this.#parts.downloads.arrived(key, undefined);
    if (!this.#parts.dandelion.addOwn(key)) this.#parts.announcer.announce(key);
  }

  /** An onionpeer object, which anybody can make, says that there is a node. */
  learnOnionPeer(address: HostPort, stream: number): void {
    const { own, keeper, outbound } = this.#parts;
    if (!this.#options.streams.includes(stream) || own.isOwn(address)) return;
    if (!outbound.canReach(address.host)) return;
    this.#deps.log.debug({ ...address }, 'node named by an object');
    keeper.book.namedByObject(address, stream);
  }

  /**
   * Whether objects of others can be stored. While they cannot, none is asked for or taken; those that
   * peers tell of are remembered and asked for afterwards.
   */
  set takesObjects(takes: boolean) {
    const { downloads } = this.#parts;
    if (takes === !downloads.isPaused || this.#state === 'stopped') return;
    if (takes) downloads.resume();
    else downloads.pause();
  }

  /** Whether our clock can be relied on; if not, nobody is to blame for objects of the wrong time. */
  set isTimeSure(isSure: boolean) {
    this.#parts.intake.isTimeSure = isSure;
  }

  /**
   * The clock of the machine was set. What it refused before is asked for again: peers send their list
   * at the begin of a connection only.
   */
  clockJumped(): void {
    const { intake, doorman, outbound, pool } = this.#parts;
    doorman.clockJumped();
    outbound.forgetFailures();
    if (!intake.clockJumped() || this.#state !== 'running') return;
    for (const connection of pool.all())
      connection.close('the clock was set: to get its list again');
  }

  connections(): ConnectionInfo[] {
    return this.#parts.pool.all().map(connectionInfo);
  }

  status(): NetworkStatus {
    if (this.#parts.pool.count(({ established }) => established) === 0) return 'notConnected';
    return this.#parts.doorman.isReachable
      ? 'connectedAndReceivingIncomingConnections'
      : 'connectedButHaveNotReceivedIncomingConnections';
  }

  /** Objects known to exist that we do not have yet. */
  pendingDownloads(): number {
    return this.#parts.downloads.size;
  }

  /** Objects that peers asked for and have not got yet. */
  pendingUploads(): number {
    return this.#parts.uploads.size;
  }

  /** Seconds that our clock is behind (above 0) or ahead of most peers'; undefined when it is right. */
  get clockOffsetS(): number | undefined {
    return this.#parts.doorman.clockOffsetS;
  }

  /** Networks that told their time lately, and how far the middle one is ahead of ours, in seconds. */
  get clockComparison(): { witnesses: number; medianS: number | undefined } {
    return this.#parts.doorman.clockComparison;
  }

  /** Nodes known, own address included. */
  get knownNodes(): number {
    return this.#parts.keeper.book.size;
  }

  get counters(): NetworkCounters {
    const { counters } = this.#parts.intake;
    const objects = { ...counters, refused: { ...counters.refused } };
    return {
      ...this.#membership.traffic,
      sentObjects: this.#parts.sentObjects(),
      objects,
      rejections: this.#parts.rejections.list(),
    };
  }

  // ---------------------------------------------------------------- connections

  #accept(socket: Socket): void {
    const host = normaliseHost(socket.remoteAddress ?? '');
    const local = { host: normaliseHost(socket.localAddress ?? ''), port: this.port };
    const refusal = this.#parts.doorman.acceptRefusal(host, local);
    if (refusal) this.#parts.rejections.add(refusal);
    if (refusal || host === '' || this.#isStopped()) {
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
    const { rejections, throttles, memory } = this.#parts;
    const connection = new Connection({ ...options, id }, this.#membership, {
      clock,
      log,
      rejections,
      throttles,
      memory,
    });
    this.#parts.pool.add(connection);
    connection.start();
    return connection;
  }
}
