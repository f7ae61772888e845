import type { HostPort } from '../options.js';
import type { ProxyLogin } from './conversation.js';

/** The kinds of proxy, with PyBitmessage's names. */
export type ProxyKind = 'SOCKS5' | 'SOCKS4a';

export interface ProxyEndpoint extends HostPort {
  readonly kind: ProxyKind;
  /** The proxy's own login; without it each connection gets a random one and so its own circuit. */
  readonly login: Omit<ProxyLogin, 'isOurs'> | undefined;
}

/** Which way connections go. */
export interface ProxyRoutes {
  /** For everything that is no onion service; undefined: directly. */
  readonly clear: ProxyEndpoint | undefined;
  /** For onion services; undefined: they are not dialled. */
  readonly onion: ProxyEndpoint | undefined;
  /** Nothing but onion services is dialled [onionservicesonly]. */
  readonly onionOnly: boolean;
}

export type Route =
  | { readonly via: 'proxy'; readonly proxy: ProxyEndpoint }
  /** Past any proxy: only where none is set. */
  | { readonly via: 'direct' }
  /** Not to be dialled at all. */
  | { readonly via: 'nothing'; readonly reason: string };

/** With the dot at the end, too, that makes a name absolute: no resolver may ever be asked for it. */
const ONION = /\.onion\.?$/i;

/** Whether a host is to be reached as an onion service. */
export function isOnionTarget(host: string): boolean {
  return ONION.test(host);
}

/** The only place that decides whether a connection may be made without a proxy. */
export function routeOf(host: string, { clear, onion, onionOnly }: ProxyRoutes): Route {
  if (isOnionTarget(host)) {
    if (onion) return { via: 'proxy', proxy: onion };
    return { via: 'nothing', reason: 'onion services are reached through a proxy only' };
  }
  if (onionOnly) return { via: 'nothing', reason: 'only onion services are dialled' };
  return clear ? { via: 'proxy', proxy: clear } : { via: 'direct' };
}
