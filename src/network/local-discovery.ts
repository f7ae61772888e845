import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import { isPrivateHost } from '../wire/net-addr.js';
import { ExpiringMap } from './expiring-map.js';
import {
  LOCAL_ANNOUNCE_MS,
  LOCAL_PORT,
  LOCAL_RATE_MS,
  MAX_LOCAL_DATAGRAMS,
  MAX_LOCAL_DATAGRAMS_PER_HOST,
  MAX_LOCAL_SENDERS,
} from './limits.js';
import { decodeAnnouncement, encodeAnnouncement } from './local-datagram.js';
import type { LocalPeers } from './local-peers.js';

export interface LocalDiscoveryOptions {
  readonly streams: readonly number[];
  /** Addresses listened on for TCP: the datagrams use the same. */
  readonly bindHosts: readonly string[];
  /** Where announcements go; everybody on the local networks. */
  readonly broadcastHost: string;
  /** UDP port of all nodes. */
  readonly port: number;
}

export const LOCAL_DISCOVERY_DEFAULTS = {
  broadcastHost: '255.255.255.255',
  port: LOCAL_PORT,
} as const;

export interface LocalDiscoveryDeps {
  readonly peers: LocalPeers;
  readonly clock: Clock;
  readonly log: Log;
  /** TCP port we listen on; undefined: we do not, and there is nothing to announce. */
  listeningPort(): number | undefined;
}

type Counts = ExpiringMap<{ count: number }>;

/**
 * Announces this node on the local network and collects who does the same. IPv4 only, as the
 * reference. What does not work (no network, port taken) is one line in the log.
 */
export class LocalDiscovery {
  readonly #options: LocalDiscoveryOptions;
  readonly #deps: LocalDiscoveryDeps;
  readonly #sockets: Socket[] = [];
  readonly #ofHost: Counts;
  readonly #ofAll: Counts;
  #timer: Timer | undefined;
  #hasFailed = false;
  #isStopped = false;

  constructor(options: LocalDiscoveryOptions, deps: LocalDiscoveryDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#ofHost = new ExpiringMap(MAX_LOCAL_SENDERS, deps.clock);
    this.#ofAll = new ExpiringMap(1, deps.clock);
  }

  async start(): Promise<void> {
    const hosts = this.#options.bindHosts.filter(isIPv4);
    await Promise.all(hosts.map((host) => this.#open(host)));
    if (this.#sockets.length === 0 || this.#isStopped) return;
    this.#timer = this.#deps.clock.setInterval(() => this.#announce(), LOCAL_ANNOUNCE_MS);
    this.#announce();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#deps.clock.clear(this.#timer);
    await Promise.all(this.#sockets.splice(0).map(close));
  }

  /** The port bound to, for tests with port 0. */
  get port(): number | undefined {
    return this.#sockets[0]?.address().port;
  }

  async #open(host: string): Promise<void> {
    // Several nodes on one machine hear the same broadcasts.
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ port: this.#options.port, address: host }, () => {
          socket.removeListener('error', reject);
          resolve();
        });
      });
      socket.setBroadcast(true);
    } catch (error) {
      this.#failed(error);
      await close(socket);
      return;
    }
    socket.on('error', (error) => this.#failed(error));
    socket.on('message', (datagram, from) => this.#receive(datagram, from));
    socket.unref();
    if (this.#isStopped) await close(socket);
    else this.#sockets.push(socket);
  }

  #announce(): void {
    const port = this.#deps.listeningPort();
    if (port === undefined) return;
    const { streams, broadcastHost } = this.#options;
    const datagram = encodeAnnouncement(port, { streams, nowS: this.#deps.clock.nowS() });
    for (const socket of this.#sockets) {
      socket.send(datagram, socket.address().port, broadcastHost, (error) => {
        if (error) this.#failed(error);
        else this.#hasFailed = false;
      });
    }
  }

  #receive(datagram: Uint8Array, { address: host }: RemoteInfo): void {
    if (!isPrivateHost(host) || !this.#mayRead(host)) return;
    const { streams } = this.#options;
    const { clock, peers, log } = this.#deps;
    const port = decodeAnnouncement(datagram, { streams, nowS: clock.nowS() });
    if (port === undefined || this.#isOwn(host, port)) return;
    log.debug({ host, port }, 'node on the local network');
    peers.add({ host, port });
  }

  /** Announcements come once a minute; whoever sends many costs nothing. */
  #mayRead(host: string): boolean {
    return (
      countOne(this.#ofHost, host) <= MAX_LOCAL_DATAGRAMS_PER_HOST &&
      countOne(this.#ofAll, '') <= MAX_LOCAL_DATAGRAMS
    );
  }

  /** Broadcasts come back to their sender. */
  #isOwn(host: string, port: number): boolean {
    if (port !== this.#deps.listeningPort()) return false;
    const interfaces = Object.values(networkInterfaces()).flat();
    return interfaces.some((one) => one?.address === host) || host.startsWith('127.');
  }

  /** Once until it works again: a machine without network would fill the log. */
  #failed(error: unknown): void {
    if (this.#hasFailed || this.#isStopped) return;
    this.#hasFailed = true;
    this.#deps.log.warn({ reason: errorText(error) }, 'discovery on the local network fails');
  }
}

/** How many there were in this period, with this one. */
function countOne(counts: Counts, key: string): number {
  const counted = counts.get(key);
  if (counted) return ++counted.count;
  counts.set(key, { count: 1 }, LOCAL_RATE_MS);
  return 1;
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      resolve(); // It was never open.
    }
  });
}
