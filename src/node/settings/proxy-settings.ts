/** What the settings say about proxies and onion services, checked as a whole. */
import { isIPv4, isIPv6 } from 'node:net';
import type { HostPort } from '../../network/options.js';
import {
  isOnionTarget,
  type ProxyEndpoint,
  type ProxyKind,
} from '../../network/proxy/proxy-routes.js';
import type { ProxyRoutes } from '../../network/proxy/proxy-routes.js';
import { utf8 } from '../../util/bytes.js';
import { isRealOnion } from '../../wire/onion.js';
import type { NameOf } from './option-table.js';
import { parsePeerAddress } from './peer-address.js';
import { SettingError } from './setting-error.js';
import type { Settings } from './settings.js';

export interface ProxySettings {
  readonly routes: ProxyRoutes;
  /** Nothing may leave this machine but through a proxy. */
  readonly proxied: boolean;
  /** Addresses to listen on; none: not at all. Undefined: all. */
  readonly bindHosts: readonly string[] | undefined;
  /** Where others reach us through Tor. */
  readonly ownOnion: HostPort | undefined;
}

/** Longest user and password that fit into SOCKS5. RFC 1929. */
const MAX_LOGIN_BYTES = 255;

const TRUSTED_PEER = 'bitmessagesettings.trustedpeer';

/** @throws SettingError for settings that contradict each other, or that Petrel cannot keep to. */
export function readProxySettings(settings: Settings): ProxySettings {
  const clear = mainProxy(settings);
  const onion = onionProxy(settings, clear);
  const onionOnly = settings.boolean('bitmessagesettings.onionservicesonly');
  const routes: ProxyRoutes = { clear, onion, onionOnly };
  if (onionOnly && !onion) {
    throw new SettingError(
      'bitmessagesettings.onionservicesonly=true: onion services are reached through a proxy only; ' +
        'set socksproxytype to SOCKS5 and start Tor, or set onionservicesonly to false',
      'bitmessagesettings.onionservicesonly',
    );
  }
  refuseUnreachablePeers(settings, routes);
  const proxied = clear !== undefined || onionOnly;
  const ownOnion = ownOnionService(settings);
  return { routes, proxied, bindHosts: bindHosts(settings, proxied, ownOnion), ownOnion };
}

function mainProxy(settings: Settings): ProxyEndpoint | undefined {
  const name = 'bitmessagesettings.socksproxytype';
  const kind = proxyKind(name, settings.text(name));
  if (!kind) return undefined;
  const host = settings.text('bitmessagesettings.sockshostname').trim();
  return endpoint(kind, host, settings.integer('bitmessagesettings.socksport'), login(settings));
}

/** For onion services: the proxy of their own, else the one for everything. */
function onionProxy(
  settings: Settings,
  main: ProxyEndpoint | undefined,
): ProxyEndpoint | undefined {
  const name = 'bitmessagesettings.onionsocksproxytype';
  const kind = proxyKind(name, settings.text(name));
  if (!kind) return main;
  const ownHost = settings.text('network.onionsockshostname').trim();
  const host = ownHost === '' ? settings.text('bitmessagesettings.sockshostname').trim() : ownHost;
  const port =
    settings.optionalNumber('network.onionsocksport') ??
    settings.integer('bitmessagesettings.socksport');
  // The login is the main proxy's: nobody else is to see it.
  const isSame = main?.host === host && main.port === port;
  return endpoint(kind, host, port, isSame ? main.login : undefined);
}

function proxyKind(name: NameOf<'text'>, text: string): ProxyKind | undefined {
  switch (text.trim().toLowerCase()) {
    case '':
    case 'none':
      return undefined;
    case 'socks5':
      return 'SOCKS5';
    case 'socks4a':
      return 'SOCKS4a';
    default:
      throw new SettingError(
        `${name}=${text}: Petrel knows none, SOCKS4a and SOCKS5 and does not connect without the ` +
          'proxy that is asked for; start Tor yourself and set SOCKS5, or set none',
        name,
      );
  }
}

function endpoint(
  kind: ProxyKind,
  host: string,
  port: number,
  proxyLogin: ProxyEndpoint['login'],
): ProxyEndpoint {
  if (host === '' || port === 0) {
    const name = host === '' ? 'bitmessagesettings.sockshostname' : 'bitmessagesettings.socksport';
    throw new SettingError(
      `${name}: a proxy needs a host and a port: set sockshostname and socksport`,
      name,
    );
  }
  return { kind, host, port, login: proxyLogin };
}

function login(settings: Settings): ProxyEndpoint['login'] {
  if (!settings.boolean('bitmessagesettings.socksauthentication')) return undefined;
  const user = settings.text('bitmessagesettings.socksusername');
  const password = settings.secret('bitmessagesettings.sockspassword');
  const isLong = [user, password.reveal()].some((text) => utf8(text).length > MAX_LOGIN_BYTES);
  if (user === '' || isLong || user.includes('\0')) {
    throw new SettingError(
      'bitmessagesettings.socksauthentication=true needs socksusername and sockspassword of at most ' +
        `${MAX_LOGIN_BYTES} bytes each`,
      'bitmessagesettings.socksauthentication',
    );
  }
  return { user, password };
}

/** Peers that were asked for and that the other settings leave no way to. */
function refuseUnreachablePeers(settings: Settings, { onion, onionOnly }: ProxyRoutes): void {
  for (const text of settings.list(TRUSTED_PEER)) {
    const isOnion = isOnionTarget(parsePeerAddress(text)?.host ?? '');
    if (isOnion && !onion) {
      throw new SettingError(
        `${TRUSTED_PEER} ${text}: an onion service is reached through a proxy only; start Tor and set ` +
          'bitmessagesettings.socksproxytype to SOCKS5',
        TRUSTED_PEER,
      );
    }
    if (!isOnion && onionOnly) {
      throw new SettingError(
        `${TRUSTED_PEER} ${text} is no onion service, and onionservicesonly is set; leave out one of them`,
        TRUSTED_PEER,
      );
    }
  }
}

function ownOnionService(settings: Settings): HostPort | undefined {
  const host = settings.text('bitmessagesettings.onionhostname').trim().toLowerCase();
  if (host === '') return undefined;
  const port = settings.integer('bitmessagesettings.onionport');
  if (isRealOnion(host) && port > 0) return { host, port };
  throw new SettingError(
    `bitmessagesettings.onionhostname=${host}: no name of an onion service with a port; take it from ` +
      "the file hostname in Tor's HiddenServiceDir, or leave it empty",
    'bitmessagesettings.onionhostname',
  );
}

/** Behind a proxy clear addresses are listened on only when told; for Tor its own address always. */
function bindHosts(
  settings: Settings,
  proxied: boolean,
  ownOnion: HostPort | undefined,
): readonly string[] | undefined {
  const forTor = ownOnion ? [settings.text('bitmessagesettings.onionbindip')] : [];
  if (proxied && !settings.boolean('bitmessagesettings.sockslisten')) return forTor;
  const hosts = settings.list('network.bind');
  if (hosts.length === 0) return undefined;
  return [...hosts, ...forTor.filter((host) => !isCovered(host, hosts))];
}

function isCovered(host: string, hosts: readonly string[]): boolean {
  if (hosts.includes(host)) return true;
  return (isIPv4(host) && hosts.includes('0.0.0.0')) || (isIPv6(host) && hosts.includes('::'));
}
