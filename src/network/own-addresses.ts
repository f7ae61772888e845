import type { Clock } from '../util/clock.js';
import { DEFAULT_PORT } from '../wire/limits.js';
import { isGlobalHost, networkGroup } from '../wire/net-addr.js';
import { ExpiringMap } from './expiring-map.js';
import { MAX_SEEN_AS, OWN_ADDRESS_MS, OWN_ADDRESS_WITNESSES } from './limits.js';
import { hostPortKey, type HostPort, type NetworkOptions } from './options.js';

export interface OwnAddressDeps {
  readonly clock: Clock;
  /** The port we listen on. */
  listeningPort(): number;
  /** Somebody from outside has reached us lately. */
  isReachable(): boolean;
}

type OwnAddressOptions = Pick<
  NetworkOptions,
  'ownHosts' | 'ownOnion' | 'extPort' | 'proxied' | 'listen'
>;

/**
 * Where others can reach us: as configured, as the router says, as outbound peers see us. One address
 * is believed when peers of several network groups agree on it; those who dial us could be anybody.
 */
export class OwnAddresses {
  readonly #options: OwnAddressOptions;
  readonly #deps: OwnAddressDeps;
  /** Host as peers see us -> their network groups. */
  readonly #seenAs: ExpiringMap<Set<string>>;
  readonly #confirmed: ExpiringMap<string>;
  #mapped: HostPort | undefined;

  constructor(options: OwnAddressOptions, deps: OwnAddressDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#seenAs = new ExpiringMap(MAX_SEEN_AS, deps.clock);
    this.#confirmed = new ExpiringMap(2, deps.clock);
  }

  /** The router's forwarding; undefined when there is none (any more). */
  set mapped(address: HostPort | undefined) {
    this.#mapped = address;
  }

  /** An outbound peer's `version` says that we come from there. */
  peerSaw(host: string, peerHost: string): void {
    if (!isGlobalHost(host) || !isGlobalHost(peerHost)) return;
    const groups = this.#seenAs.get(host) ?? new Set<string>();
    if (groups.size < OWN_ADDRESS_WITNESSES) groups.add(networkGroup(peerHost));
    this.#seenAs.set(host, groups, OWN_ADDRESS_MS);
    if (groups.size < OWN_ADDRESS_WITNESSES) return;
    this.#confirmed.set(host.includes(':') ? 'IPv6' : 'IPv4', host, OWN_ADDRESS_MS);
  }

  /**
   * The port that a peer is told to dial. Behind a proxy not our own, which could link what goes
   * through it to what does not. [protocol.py:assembleVersionMessage]
   * @param viaTor the peer has come through our onion service
   */
  portFor(viaTor: boolean): number {
    const { ownOnion, proxied } = this.#options;
    if (ownOnion && (viaTor || proxied)) return ownOnion.port;
    return proxied ? DEFAULT_PORT : this.#clearPort;
  }

  get #clearPort(): number {
    const { extPort } = this.#options;
    const listening = this.#deps.listeningPort();
    return this.#mapped?.port ?? (extPort > 0 ? extPort : listening);
  }

  /** Never to be dialled. */
  isOwn(target: HostPort): boolean {
    if (target.host === this.#options.ownOnion?.host) return true;
    const key = hostPortKey(target);
    return this.#known().some((own) => hostPortKey(own) === key);
  }

  /**
   * What to tell a new peer: nothing while nobody has got through to us, unless the router says that
   * they can; nothing that would show where somebody behind a proxy is.
   */
  toAnnounce(): HostPort[] {
    const { listen, proxied } = this.#options;
    if (!listen || proxied) return [];
    if (this.#deps.isReachable()) return this.#known();
    return this.#mapped ? [this.#mapped] : [];
  }

  #known(): HostPort[] {
    const port = this.#clearPort;
    const seen = ['IPv4', 'IPv6']
      .map((family) => this.#confirmed.get(family))
      .filter((host) => host !== undefined)
      .filter((host) => host !== this.#mapped?.host)
      .map((host) => ({ host, port }));
    return [...this.#options.ownHosts, ...(this.#mapped ? [this.#mapped] : []), ...seen];
  }
}
