import { bytesKey, toHex } from '../util/bytes.js';
import { isPrivateHost, networkGroup, parseHost } from '../wire/net-addr.js';
import type { Connection } from './connection.js';
import { ACCEPT_HEADROOM, IPV6_HOST_BYTES, MAX_HALF_OPEN_PER_HOST } from './limits.js';
import { hostPortKey, type HostPort, type NetworkOptions } from './options.js';
import type { Rejection } from './rejections.js';

/** IPv4 addresses of dual-stack sockets are written like any other IPv4 address. */
export function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}

/** What counts as one host where hosts are counted: of an IPv6 address its first 64 bits. */
export function hostLimitKey(host: string): string {
  if (!host.includes(':')) return host;
  const bytes = parseHost(host);
  return bytes ? toHex(bytes.subarray(0, IPV6_HOST_BYTES)) : host;
}

type PoolOptions = Pick<NetworkOptions, 'maxTotal' | 'maxBootstrap' | 'proxyHosts'>;

/** All connections, and the questions that limits ask of them. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #connections = new Map<number, Connection>();
  /** Nonces of our own `version` packets, per connection. */
  readonly #nonces = new Map<string, Connection>();
  readonly #nonceOf = new Map<Connection, string>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#connections.size;
  }

  all(): Connection[] {
    return [...this.#connections.values()];
  }

  get(id: number): Connection | undefined {
    return this.#connections.get(id);
  }

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection.id);
    const nonce = this.#nonceOf.get(connection);
    this.#nonceOf.delete(connection);
    if (nonce !== undefined) this.#nonces.delete(nonce);
  }

  /** Remembers what this connection's `version` contains. */
  setNonce(connection: Connection, nonce: Uint8Array): void {
    const key = bytesKey(nonce);
    this.#nonces.set(key, connection);
    this.#nonceOf.set(connection, key);
  }

  /** Our own connection whose `version` had this nonce. */
  withNonce(nonce: Uint8Array): Connection | undefined {
    return this.#nonces.get(bytesKey(nonce));
  }

  count(accepts: (connection: Connection) => boolean): number {
    let count = 0;
    for (const connection of this.#connections.values()) if (accepts(connection)) count++;
    return count;
  }

  get establishedOutbound(): number {
    return this.count((connection) => !connection.inbound && connection.established);
  }

  /** More connections than allowed [bmproto.py:peerValidityChecks]. */
  get isFull(): boolean {
    return this.size > this.#options.maxTotal + this.#options.maxBootstrap;
  }

  /** Why an accepted socket must not say anything at all [tcp.py:TCPServer.handle_accept]. */
  acceptRefusal(host: string): Rejection | undefined {
    const { maxTotal, maxBootstrap } = this.#options;
    if (this.size >= maxTotal + maxBootstrap + ACCEPT_HEADROOM) return 'accept-full';
    if (this.isProxy(host)) return undefined;
    const key = hostLimitKey(host);
    const halfOpen = this.count(
      ({ inbound, wasEstablished, remote }) =>
        inbound && !wasEstablished && hostLimitKey(remote.host) === key,
    );
    return halfOpen < MAX_HALF_OPEN_PER_HOST ? undefined : 'accept-half-open';
  }

  isProxy(host: string): boolean {
    return this.#options.proxyHosts.includes(host);
  }

  /** Another inbound connection from the host of this one, where only one is allowed. */
  hasSecondFromHost(connection: Connection): boolean {
    const { host } = connection.remote;
    if (this.isProxy(host)) return false;
    const key = hostLimitKey(host);
    const others = this.count(
      (other) =>
        other !== connection &&
        other.inbound &&
        other.welcomed &&
        hostLimitKey(other.remote.host) === key,
    );
    return others > 0;
  }

  hasEstablishedOutbound(address: HostPort): boolean {
    const key = hostPortKey(address);
    return (
      this.count((one) => !one.inbound && one.established && hostPortKey(one.remote) === key) > 0
    );
  }

  hasInboundFrom(host: string): boolean {
    return this.count((one) => one.inbound && one.remote.host === host) > 0;
  }

  /** Groups of networks that already have an outbound connection; trusted peers do not count. */
  outboundGroups(): Set<string> {
    const groups = new Set<string>();
    for (const { inbound, trusted, remote } of this.#connections.values()) {
      if (!inbound && !trusted) groups.add(networkGroup(remote.host));
    }
    return groups;
  }

  /** Established outbound peers that nobody told us to dial, those connected longest first. */
  anchors(): HostPort[] {
    return this.all()
      .filter(({ inbound, trusted, established }) => !inbound && !trusted && established)
      .map(({ remote }) => remote);
  }

  /** An inbound connection that shows others can reach us. */
  provesReachability({ inbound, remote }: Connection): boolean {
    return inbound && (!isPrivateHost(remote.host) || this.isProxy(remote.host));
  }
}
