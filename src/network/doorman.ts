import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import { randomBytes } from '../util/random.js';
import { DEFAULT_PORT, NONCE_BYTES, PROTOCOL_VERSION, SERVICE } from '../wire/limits.js';
import { UNTOLD_HOST, type VersionPayload } from '../wire/version.js';
import { ClockCheck } from './clock-check.js';
import type { Connection } from './connection.js';
import { ExpiringMap } from './expiring-map.js';
import { roundedTimestampS } from './handshake.js';
import {
  ACCEPT_PERIOD_MS,
  BAN_MS,
  INBOUND_SEEN_MS,
  MAX_ACCEPT_MEMORY,
  MAX_ACCEPTS_PER_HOST,
  MAX_BANS,
  MAX_OWN_ADDRESSES,
  MAX_PLAIN_ONLY_HOSTS,
  PLAIN_ONLY_MS,
} from './limits.js';
import { hostPortKey, type HostPort, type NetworkOptions } from './options.js';
import type { OwnAddresses } from './own-addresses.js';
import { hostLimitKey, type Pool } from './pool.js';
import { RecentSet } from './recent-set.js';
import type { Rejection } from './rejections.js';
import { peerRefusal, type Refusal } from './validity.js';

export interface DoormanDeps {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Log;
  /** Where others can reach us. */
  readonly own: Pick<OwnAddresses, 'portFor' | 'isOwn' | 'peerSaw'>;
  /** We connected to ourselves there. */
  ownAddressFound(address: HostPort): void;
}

/** Who may come in, whom not to dial, and what each peer is told about us. */
export class Doorman {
  readonly #options: NetworkOptions;
  readonly #deps: DoormanDeps;
  readonly #bans: ExpiringMap<true>;
  readonly #plainOnly: ExpiringMap<true>;
  readonly #accepts: ExpiringMap<{ count: number }>;
  readonly #clockCheck: ClockCheck;
  readonly #ownAddresses = new RecentSet(MAX_OWN_ADDRESSES);
  #reachedAtMs: number | undefined;

  /** TLS works here and is wanted. */
  tls = false;
  /** We understand `dinv`. */
  dandelion = false;

  constructor(options: NetworkOptions, deps: DoormanDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clockCheck = new ClockCheck(deps);
    this.#bans = new ExpiringMap(MAX_BANS, deps.clock);
    this.#plainOnly = new ExpiringMap(MAX_PLAIN_ONLY_HOSTS, deps.clock);
    this.#accepts = new ExpiringMap(MAX_ACCEPT_MEMORY, deps.clock);
  }

  /** Why an accepted socket must not say anything at all; undefined when it may. Counts it. */
  acceptRefusal(host: string, local: HostPort): Rejection | undefined {
    const key = hostLimitKey(host);
    if (this.#bans.has(key)) return 'accept-banned';
    const refusal = this.#deps.pool.acceptRefusal(host) ?? this.#countAccept(host);
    if (!refusal) this.#ownAddresses.add(hostPortKey(local));
    return refusal;
  }

  /** Own addresses, and hosts whose peers misbehaved, are not dialled. */
  isRefused(target: HostPort): boolean {
    const key = hostPortKey(target);
    return (
      this.#bans.has(hostLimitKey(target.host)) ||
      this.#ownAddresses.has(key) ||
      this.#deps.own.isOwn(target)
    );
  }

  /** Refuses the host for an hour, unless many others come from there, too. */
  ban(host: string): void {
    if (!this.#deps.pool.isProxy(host)) this.#bans.set(hostLimitKey(host), true, BAN_MS);
  }

  /** Our clock was set: who was refused because of it may come again. */
  clockJumped(): void {
    this.#clockCheck.forget();
    this.#bans.clear();
  }

  /** The peer's TLS cannot make a ClientHello: next time it can connect without. */
  offerPlainOnly(connection: Connection): void {
    this.#plainOnly.set(this.#peerKey(connection), true, PLAIN_ONLY_MS);
  }

  /** Our `version` for this connection. */
  ownVersion(connection: Connection): VersionPayload {
    const { remote, inbound } = connection;
    const { pool, clock } = this.#deps;
    const nonce = randomBytes(NONCE_BYTES);
    pool.setNonce(connection, nonce);
    const mayUseTls = this.tls && !(inbound && this.#plainOnly.has(this.#peerKey(connection)));
    const isFromProxy = inbound && pool.isProxy(remote.host);
    return {
      protocolVersion: PROTOCOL_VERSION,
      services:
        SERVICE.network |
        (mayUseTls ? SERVICE.tls : 0n) |
        (this.dandelion ? SERVICE.dandelion : 0n),
      timestampS: roundedTimestampS(clock.nowS()),
      receiverHost: isFromProxy ? UNTOLD_HOST : remote.host,
      receiverPort: isFromProxy ? DEFAULT_PORT : remote.port,
      senderPort: this.#deps.own.portFor(isFromProxy),
      nonce,
      userAgent: this.#options.userAgent,
      streams: this.#options.streams,
    };
  }

  /** Why a peer with this `version` is not welcome. */
  refusal(connection: Connection, version: VersionPayload): Refusal | undefined {
    const { remote, inbound } = connection;
    const { pool, clock } = this.#deps;
    const dialBack = { host: remote.host, port: version.senderPort };
    const own = pool.withNonce(version.nonce);
    if (own && !own.inbound) this.#rememberOwnAddress(own.remote);
    this.#clockCheck.peerSaid(remote.host, version.timestampS);
    return peerRefusal(version, {
      nowS: clock.nowS(),
      inbound,
      ownStreams: this.#options.streams,
      secondFromHost: pool.hasSecondFromHost(connection),
      // Trusted peers may dial each other: each of them needs an outbound peer for its stems.
      alreadyDialled: !this.#isTrusted(dialBack) && pool.hasEstablishedOutbound(dialBack),
      full: pool.isFull,
      ownNonce: own !== undefined,
    });
  }

  /** A connection was established; an inbound one may show that others can reach us. */
  established(connection: Connection): void {
    const { inbound, remote, version } = connection;
    if (!inbound && version) this.#deps.own.peerSaw(version.receiverHost, remote.host);
    if (this.#deps.pool.provesReachability(connection)) {
      this.#reachedAtMs = this.#deps.clock.monotonicMs();
    }
  }

  /** How far our clock is behind (above 0) or ahead of most peers'; undefined when it is right. */
  /** What peers say of our clock, whether it is much or little: see {@link ClockCheck}. */
  get clockComparison(): { witnesses: number; medianS: number | undefined } {
    const { witnesses, medianS } = this.#clockCheck;
    return { witnesses, medianS };
  }

  get clockOffsetS(): number | undefined {
    return this.#clockCheck.offsetS;
  }

  /** Others could reach us within the last hour, or are connected that way. */
  get isReachable(): boolean {
    const { pool, clock } = this.#deps;
    if (this.#reachedAtMs === undefined) return false;
    if (clock.monotonicMs() - this.#reachedAtMs < INBOUND_SEEN_MS) return true;
    return pool.count((one) => one.established && pool.provesReachability(one)) > 0;
  }

  /** Who it is that comes back: its host or, where many come from one, its listening port, too. */
  #peerKey({ remote, version }: Connection): string {
    const { host } = remote;
    if (!this.#deps.pool.isProxy(host)) return host;
    return hostPortKey({ host, port: version?.senderPort ?? 0 });
  }

  #countAccept(host: string): Rejection | undefined {
    if (this.#deps.pool.isProxy(host)) return undefined;
    const key = hostLimitKey(host);
    const counted = this.#accepts.get(key);
    if (counted) return ++counted.count <= MAX_ACCEPTS_PER_HOST ? undefined : 'accept-too-often';
    this.#accepts.set(key, { count: 1 }, ACCEPT_PERIOD_MS);
    return undefined;
  }

  #isTrusted(address: HostPort): boolean {
    const key = hostPortKey(address);
    return this.#options.trustedPeers.some((trusted) => hostPortKey(trusted) === key);
  }

  #rememberOwnAddress(address: HostPort): void {
    this.#ownAddresses.add(hostPortKey(address));
    this.#deps.ownAddressFound(address);
  }
}
