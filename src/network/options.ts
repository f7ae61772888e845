import { NETWORK_MINIMUM, type Difficulty } from '../objects/difficulty.js';
import { SOFTWARE_NAME, SOFTWARE_VERSION } from '../util/software.js';
import { DEFAULT_PORT } from '../wire/limits.js';
import type { ProxyRoutes } from './proxy/proxy-routes.js';

export interface HostPort {
  /** IP address, or a name (trusted peers only). */
  readonly host: string;
  readonly port: number;
}

/** One text per address, for maps. */
export function hostPortKey({ host, port }: HostPort): string {
  return `${host} ${port}`;
}

/** Everything that can be set. Names in brackets are PyBitmessage's. */
export interface NetworkOptions {
  /** Accept connections. */
  listen: boolean;
  /** 0 = the system chooses one [port]. */
  port: number;
  /** IPv4 or IPv6 addresses to listen on, one socket each [network/bind]. */
  bindHosts: readonly string[];
  /** A taken port is an error; otherwise a random one is tried. */
  portFixed: boolean;
  /** Only these are dialled, if there are any [trustedpeer]. */
  trustedPeers: readonly HostPort[];
  /** Dial nobody but trusted peers, resolve no name of others. */
  offline: boolean;
  /**
   * Connections leave through a proxy only: no name is resolved here, no datagram is sent, no port
   * mapped, and peers are told nothing of where we are [socksproxytype].
   */
  proxied: boolean;
  /** Which way connections go. */
  proxies: ProxyRoutes;
  /** Our onion service, as others dial it [onionhostname, onionport]. */
  ownOnion: HostPort | undefined;
  /** Dial at all; without it Dandelion is off, too [sendoutgoingconnections]. */
  sendOutgoing: boolean;
  /** Chance in percent that a stem goes on at each hop; 0 = off [network/dandelion]. */
  dandelionPercent: number;
  /** Length of a stem phase: fixed plus exponential with this mean [dandelion.py]. */
  stemFixedMs: number;
  stemMeanMs: number;
  /** Least proof of work of objects. */
  minimumDifficulty: Difficulty;
  /** Streams we take part in; the live network has only 1. */
  streams: readonly number[];
  /** The name part must be letters only or PyBitmessage shows `/INVALID:0/`. */
  userAgent: string;
  /** Wanted outbound connections, 0..8 [maxoutboundconnections]. */
  maxOutbound: number;
  /** All connections, and some more for peers that want addresses only. */
  maxTotal: number;
  maxBootstrap: number;
  /** Bytes per second of all connections; 0 = no limit [maxdownloadrate, maxuploadrate, × 1,024]. */
  maxDownloadBytesPerS: number;
  maxUploadBytesPerS: number;
  /** Entries per stream in the `addr` that a new peer gets. */
  maxAddrPerStreamSend: number;
  /** Known nodes per stream [knownnodes/maxnodes]. */
  maxNodes: number;
  /** Encrypt connections when the peer can. */
  tls: boolean;
  /** Longest random delay before an object is announced to a peer; 0 = at once. */
  announceDelayMs: number;
  /** Serve nothing for some seconds after the start of a connection and after odd requests. */
  antiIntersection: boolean;
  /** Keep and relay objects of other streams [inventory/acceptmismatch]. */
  acceptMismatch: boolean;
  /** Look for nodes on the local network, and be found there [udp]. */
  udp: boolean;
  /** Ask the router to forward the port (PCP, NAT-PMP, UPnP) [upnp]. */
  upnp: boolean;
  /** Port that others reach us at, when it is not the one listened on; 0 = it is [extport]. */
  extPort: number;
  /** Dial a peer that asks for it with `portcheck`: it lets strangers direct our dials. */
  portCheck: boolean;
  /** Own public addresses as others can dial them: never dialled, told to peers. */
  ownHosts: readonly HostPort[];
  /**
   * Hosts with any number of inbound connections: where a local Tor hidden service appears to come
   * from. The reference resolves its proxy's name, by default `localhost`, whether it is used or not.
   */
  proxyHosts: readonly string[];
}

export const NETWORK_DEFAULTS: NetworkOptions = {
  listen: true,
  port: DEFAULT_PORT,
  bindHosts: ['0.0.0.0', '::'],
  portFixed: false,
  trustedPeers: [],
  offline: false,
  proxied: false,
  proxies: { clear: undefined, onion: undefined, onionOnly: false },
  ownOnion: undefined,
  sendOutgoing: true,
  dandelionPercent: 90,
  stemFixedMs: 10_000,
  stemMeanMs: 30_000,
  minimumDifficulty: NETWORK_MINIMUM,
  streams: [1],
  userAgent: `/${SOFTWARE_NAME}:${SOFTWARE_VERSION}/`,
  maxOutbound: 8,
  maxTotal: 200,
  maxBootstrap: 20,
  maxDownloadBytesPerS: 0,
  maxUploadBytesPerS: 0,
  maxAddrPerStreamSend: 500,
  maxNodes: 20_000,
  tls: true,
  announceDelayMs: 10_000,
  antiIntersection: true,
  acceptMismatch: false,
  udp: false,
  upnp: false,
  extPort: 0,
  portCheck: false,
  ownHosts: [],
  proxyHosts: ['127.0.0.1'],
};
