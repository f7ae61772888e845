import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import { networkGroup } from '../wire/net-addr.js';
import { randomInt } from '../util/random.js';
import type { Connection } from './connection.js';
import type { Dialer } from './dial.js';
import { ExpiringMap } from './expiring-map.js';
import {
  BOOTSTRAP_TIMEOUT_MS,
  DIAL_BACKOFF_MS,
  DIALS_PER_MISSING,
  HANDSHAKE_TIMEOUT_MS,
  MAX_BACKOFF_MEMORY,
  MAX_DIAL_BACKOFF_MS,
  MAX_PROXY_DIALS,
  POOL_TICK_MS,
  TRUSTED_REDIAL_MS,
} from './limits.js';
import type { LocalPeers } from './local-peers.js';
import type { NodeBook } from './node-book.js';
import { hostPortKey, type HostPort, type NetworkOptions } from './options.js';
import type { Pool } from './pool.js';
import type { PortChecks } from './port-checks.js';
import { ProxyError } from './proxy/proxy-error.js';

export interface OutboundDeps {
  readonly dialer: Dialer;
  readonly pool: Pool;
  readonly portChecks: PortChecks;
  readonly book: NodeBook;
  readonly localPeers: LocalPeers;
  readonly clock: Clock;
  readonly log: Log;
  /** Dialled by name when no node is known, for the addresses that they tell. */
  readonly bootstrapNames: readonly HostPort[];
  /** Not to be dialled: own address, refused host. */
  isRefused(target: HostPort): boolean;
  /** Makes a connection of a dialled socket and adds it to the pool. */
  adopt(socket: Socket, target: HostPort, trusted: boolean, dialledForMs: number): Connection;
}

type OutboundOptions = Pick<
  NetworkOptions,
  'trustedPeers' | 'offline' | 'proxied' | 'proxies' | 'sendOutgoing' | 'maxOutbound'
>;

interface TrustedPeer {
  readonly target: HostPort;
  failures: number;
  timer: Timer | undefined;
}

interface Failures {
  readonly count: number;
  /** Of the clock that nobody sets, as the next one. */
  readonly failedAtMs: number;
  readonly retryAtMs: number;
}

/**
 * Failures of this machine: no network, no file handle. They say nothing about the one who was dialled.
 */
const OWN_FAILURES: ReadonlySet<string | undefined> = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'EAI_AGAIN',
]);

/**
 * Dials. With trusted peers: these and nobody else, again and again. Otherwise random nodes of the
 * book until there are enough established ones, at most one per network group.
 * [connectionpool.py:loop]
 */
export class Outbound {
  readonly #options: OutboundOptions;
  readonly #deps: OutboundDeps;
  readonly #trusted: TrustedPeer[];
  /** Targets being dialled, the TCP connection not being open yet. */
  readonly #dialling = new Map<string, HostPort>();
  readonly #failed: ExpiringMap<Failures>;
  /** Last run's outbound peers that have not been dialled yet. */
  #anchors: HostPort[] = [];
  #bootstrap: HostPort | undefined;
  /** Somebody could be reached since the start. */
  #hadPeers = false;
  #bootstrapTimer: Timer | undefined;
  readonly #abort = new AbortController();
  #tick: Timer | undefined;

  constructor(options: OutboundOptions, deps: OutboundDeps) {
    this.#options = options;
    this.#deps = deps;
    setMaxListeners(0, this.#abort.signal); // One for each dial under way.
    this.#failed = new ExpiringMap(MAX_BACKOFF_MEMORY, deps.clock);
    this.#trusted = options.trustedPeers.map((target) => ({
      target,
      failures: 0,
      timer: undefined,
    }));
  }

  start(): void {
    const { sendOutgoing, offline } = this.#options;
    if (!sendOutgoing || (offline && this.#trusted.length === 0)) return;
    const preparation = this.#deps.dialer.prepare?.(this.#abort.signal);
    if (preparation) void preparation.then(() => this.#begin());
    else this.#begin();
  }

  #begin(): void {
    if (this.#abort.signal.aborted) return;
    for (const peer of this.#trusted) void this.#dialTrusted(peer);
    if (this.#trusted.length > 0) return;
    this.#anchors = this.#deps.book.anchors();
    this.#tick = this.#deps.clock.setInterval(() => this.#fill(), POOL_TICK_MS);
    this.#fill();
  }

  stop(): void {
    this.#abort.abort(new Error('stopped'));
    this.#deps.clock.clear(this.#tick);
    this.#deps.clock.clear(this.#bootstrapTimer);
    for (const peer of this.#trusted) this.#deps.clock.clear(peer.timer);
  }

  /** Whether there is any way to a host, now or later. */
  canReach(host: string): boolean {
    return this.#deps.dialer.reach(host) !== 'never';
  }

  get dialling(): number {
    return this.#dialling.size;
  }

  /** An outbound connection is complete. */
  established(connection: Connection): void {
    const { remote, trusted, services } = connection;
    this.#hadPeers = true;
    this.#failed.delete(hostPortKey(remote));
    const peer = this.#trusted.find(({ target }) => target === remote);
    if (peer) peer.failures = 0;
    if (this.isBootstrap(connection)) {
      this.#bootstrapTimer = this.#deps.clock.setTimeout(
        () => connection.close('no addresses from the bootstrap node'),
        BOOTSTRAP_TIMEOUT_MS,
      );
      return;
    }
    this.#deps.book.connected(remote, connection.version?.streams[0] ?? 1, services);
    const surplus = this.#deps.pool.establishedOutbound > this.#options.maxOutbound;
    if (surplus && !trusted) connection.close('enough outbound connections');
  }

  /** An outbound connection ended. */
  closed(connection: Connection): void {
    if (this.isBootstrap(connection)) {
      this.#endBootstrap();
      this.#countFailure(connection.remote); // Not again at once, even if it told nothing of use.
      return;
    }
    if (connection.wasEstablished) this.#deps.book.seen(connection.remote);
    else if (!this.#abort.signal.aborted) this.#countFailure(connection.remote);
    const peer = this.#trusted.find(({ target }) => target === connection.remote);
    if (peer) this.#redialLater(peer);
  }

  /** A connection that is there for the peer's `addr` and nothing else. */
  isBootstrap({ remote }: Connection): boolean {
    return remote === this.#bootstrap;
  }

  /** A peer sent an `addr`, which has been read. */
  gotAddresses(connection: Connection): void {
    if (this.isBootstrap(connection)) connection.close('thanks for bootstrapping');
  }

  #endBootstrap(): void {
    this.#deps.clock.clear(this.#bootstrapTimer);
    this.#bootstrap = undefined;
  }

  /** One name at a time, by chance. [connectionpool.py:startBootstrappers] */
  #startBootstrap(): void {
    const { bootstrapNames, book } = this.#deps;
    if (this.#bootstrap || bootstrapNames.length === 0 || !book.isEmpty) return;
    const { dialer } = this.#deps;
    const names = bootstrapNames.filter(
      (name) => dialer.reach(name.host) === 'now' && this.#mayDialAgain(name),
    );
    const name = names[randomInt(0, Math.max(0, names.length - 1))];
    if (!name) return;
    const target = { ...name };
    this.#bootstrap = target;
    void this.#dial(target, false).then((isOpen) => {
      if (!isOpen) this.#endBootstrap();
    });
  }

  #mayDialAgain(target: HostPort): boolean {
    const failures = this.#failed.get(hostPortKey(target));
    if (!failures) return true;
    const nowMs = this.#deps.clock.monotonicMs();
    // Who had peers and has none any more has lost the network rather than all of them.
    const isAlone = this.#hadPeers && this.#deps.pool.size === 0;
    return (
      nowMs >= failures.retryAtMs || (isAlone && nowMs >= failures.failedAtMs + DIAL_BACKOFF_MS)
    );
  }

  /** One peer that asked for it, though it is connected: that is the point of it. */
  #followPortCheck(): void {
    const target = this.#deps.portChecks.take();
    if (!target || this.#dialling.has(hostPortKey(target)) || this.#deps.isRefused(target)) return;
    if (this.#deps.dialer.reach(target.host) !== 'now' || !this.#mayDialAgain(target)) return;
    void this.#dial(target, false);
  }

  #fill(): void {
    this.#startBootstrap();
    this.#followPortCheck();
    const { pool } = this.#deps;
    const missing = this.#options.maxOutbound - pool.establishedOutbound;
    const pending =
      this.#dialling.size +
      pool.count((connection) => !connection.inbound && !connection.established);
    const wanted = missing * DIALS_PER_MISSING;
    let room = (this.#options.proxied ? Math.min(wanted, MAX_PROXY_DIALS) : wanted) - pending;
    if (room <= 0) return;
    const groups = pool.outboundGroups();
    for (const { host } of this.#dialling.values()) groups.add(networkGroup(host));
    for (; room > 0; room--) {
      const node = this.#choose((candidate) => {
        if (groups.has(networkGroup(candidate.host))) return false;
        if (this.#deps.dialer.reach(candidate.host) !== 'now') return false;
        if (pool.hasInboundFrom(candidate.host) || this.#deps.isRefused(candidate)) return false;
        return this.#mayDialAgain(candidate);
      });
      if (!node) return;
      groups.add(networkGroup(node.host));
      void this.#dial({ host: node.host, port: node.port }, false);
    }
  }

  /**
   * The anchors first: whoever could fill the book with their own must not get us by a restart. Then
   * half the time somebody of the local network, if there is one. [connectionchooser.py]
   */
  #choose(accepts: (candidate: HostPort) => boolean): HostPort | undefined {
    for (;;) {
      const anchor = this.#anchors.shift();
      if (!anchor) break;
      if (accepts(anchor)) return anchor;
    }
    const local = randomInt(0, 1) ? this.#deps.localPeers.take(accepts) : undefined;
    return local ?? this.#deps.book.choose(accepts, this.#options.proxies.onionOnly);
  }

  async #dialTrusted(peer: TrustedPeer): Promise<void> {
    if (!(await this.#dial(peer.target, true))) this.#redialLater(peer);
  }

  #redialLater(peer: TrustedPeer): void {
    if (this.#abort.signal.aborted || peer.timer) return;
    const step = Math.min(peer.failures, TRUSTED_REDIAL_MS.length - 1);
    peer.failures++;
    peer.timer = this.#deps.clock.setTimeout(() => {
      peer.timer = undefined;
      void this.#dialTrusted(peer);
    }, TRUSTED_REDIAL_MS[step] ?? 0);
  }

  /** @returns whether there is a connection now; how it goes on is told by `closed` */
  async #dial(target: HostPort, trusted: boolean): Promise<boolean> {
    const { dialer, clock, log } = this.#deps;
    const key = hostPortKey(target);
    const timeoutMs = dialer.timeoutMs(target.host);
    const startedMs = clock.monotonicMs();
    this.#dialling.set(key, target);
    try {
      const socket = await dialer.dial(target, timeoutMs, this.#abort.signal);
      if (this.#abort.signal.aborted) {
        socket.destroy();
        return false;
      }
      // What a proxy needs is not taken from the peer's time.
      const isSlowWay = timeoutMs > HANDSHAKE_TIMEOUT_MS;
      const dialledForMs = isSlowWay ? 0 : clock.monotonicMs() - startedMs;
      this.#deps.adopt(socket, target, trusted, dialledForMs);
      return true;
    } catch (error) {
      log.debug({ ...target, reason: errorText(error) }, 'dial failed');
      const isTargetsFault = !(error instanceof ProxyError && error.isProxyFault);
      if (this.#abort.signal.aborted) return false;
      if (OWN_FAILURES.has((error as NodeJS.ErrnoException).code)) this.#tryLater(target);
      else if (isTargetsFault) this.#countFailure(target);
      return false;
    } finally {
      this.#dialling.delete(key);
    }
  }

  #countFailure(target: HostPort): void {
    const key = hostPortKey(target);
    const count = (this.#failed.get(key)?.count ?? 0) + 1;
    const waitMs = Math.min(MAX_DIAL_BACKOFF_MS, DIAL_BACKOFF_MS * 2 ** (count - 1));
    const failedAtMs = this.#deps.clock.monotonicMs();
    const retryAtMs = failedAtMs + waitMs;
    this.#failed.set(key, { count, failedAtMs, retryAtMs }, MAX_DIAL_BACKOFF_MS * 2);
    this.#deps.book.failed(target);
  }

  #tryLater(target: HostPort): void {
    const key = hostPortKey(target);
    const count = this.#failed.get(key)?.count ?? 0;
    const failedAtMs = this.#deps.clock.monotonicMs();
    const retryAtMs = failedAtMs + DIAL_BACKOFF_MS;
    this.#failed.set(key, { count, failedAtMs, retryAtMs }, MAX_DIAL_BACKOFF_MS);
  }

  /** All may be dialled again at once: what failed may have been our own clock. */
  forgetFailures(): void {
    this.#failed.clear();
  }
}
