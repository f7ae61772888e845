import { bytesKey } from '../util/bytes.js';
import { isPrivateHost, networkGroup } from '../wire/net-addr.js';
import type { Connection } from './connection.js';
import { ACCEPT_HEADROOM, MAX_HALF_OPEN_PER_HOST } from './limits.js';
import { hostPortKey, type HostPort, type NetworkOptions } from './options.js';

/** IPv4 addresses of dual-stack sockets are written like any other IPv4 address. */
export function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
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

  /** Whether an accepted socket may say anything at all [tcp.py:TCPServer.handle_accept]. */
  mayAccept(host: string): boolean {
    const { maxTotal, maxBootstrap } = this.#options;
    if (this.size >= maxTotal + maxBootstrap + ACCEPT_HEADROOM) return false;
    if (this.isProxy(host)) return true;
    const halfOpen = this.count(
      (connection) =>
        connection.inbound && !connection.wasEstablished && connection.remote.host === host,
    );
    return halfOpen < MAX_HALF_OPEN_PER_HOST;
  }

  isProxy(host: string): boolean {
    return this.#options.proxyHosts.includes(host);
  }

  /** Another inbound connection from the host of this one, where only one is allowed. */
  hasSecondFromHost(connection: Connection): boolean {
    const { host } = connection.remote;
    if (this.isProxy(host)) return false;
    const others = this.count(
      (other) =>
        other !== connection && other.inbound && other.welcomed && other.remote.host === host,
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
