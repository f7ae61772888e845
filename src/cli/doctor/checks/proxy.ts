import { isIP } from 'node:net';
import { probeProxies } from '../../../node/proxy-probe.js';
import { readProxySettings, type ProxySettings } from '../../../node/settings/proxy-settings.js';
import type { Settings } from '../../../node/settings/settings.js';
import { defineCheck } from '../check.js';
import type { DoctorContext } from '../context.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/i;

export const proxy = defineCheck({
  name: 'proxy',
  about: 'The proxy (Tor), whether it answers, and settings that would show this machine past it.',
  problems: {
    unreachable: {
      state: 'failure',
      means: 'Nothing listens where the proxy should be: no node is dialled, and nothing past it.',
      remedy: 'Start it (systemctl start tor), or correct sockshostname and socksport.',
    },
    'no-proxy': {
      state: 'failure',
      means: 'What listens there does not talk as a proxy of that kind.',
      remedy:
        'Correct socksport or socksproxytype. Tor listens on 9050, the Tor Browser on 9150, both SOCKS5.',
    },
    'login-refused': {
      state: 'failure',
      means: 'The proxy wants a user and a password, or others.',
      remedy:
        'Set socksauthentication=true, socksusername and sockspassword as the proxy wants them.',
    },
    'listens-openly': {
      state: 'warning',
      means:
        'A proxy is set and the node listens for connections past it: whoever connects sees this machine.',
      remedy: 'Set sockslisten=false, or network.bind to addresses that only friends reach.',
    },
    'own-name-looked-up': {
      state: 'warning',
      means: 'The host of the proxy is a name: a name server learns of it.',
      remedy: 'Write the address of the proxy into sockshostname.',
    },
    'no-effect': {
      state: 'warning',
      means: 'udp and upnp are left out while a proxy is set: both would go past it.',
      remedy:
        'Set udp=false and upnp=false, so that nothing changes should the proxy be switched off one day.',
    },
    'onion-only-part': {
      state: 'warning',
      means: 'Only onion services are reached through the proxy, everything else directly.',
      remedy: 'Set socksproxytype=SOCKS5 as well when nobody is to see this machine.',
    },
    'api-open': {
      state: 'warning',
      means: 'A proxy hides this machine, and the API listens on other addresses than loopback.',
      remedy:
        'Set apiinterface=127.0.0.1 and reach it through a tunnel (ssh -L), or an onion service.',
    },
  },
  async look(context, report) {
    const { settings } = context;
    if (!settings) return; // The check `settings` tells why; contradictions, too.
    const found = readProxySettings(settings);
    const { clear, onion } = found.routes;
    if (!clear && !onion) {
      report.ok('none is set: nodes see the address of this machine');
      return;
    }
    for (const code of leaks(settings, found)) report.found(code, LEAK_TEXTS[code]);
    if (mustNotAsk(context, found)) {
      report.ok('not asked: offline, and it is not on this machine');
      return;
    }
    for (const { name, code, reason } of await probeProxies(found.routes, context.clock)) {
      if (code === undefined) report.ok(`${name} answers`);
      else if (code === 'unreachable') report.found('unreachable', `${name}: ${reason}`);
      else if (code === 'login-refused') report.found('login-refused', `${name}: ${reason}`);
      else report.found('no-proxy', `${name}: ${reason}`);
    }
  },
});

type Leak = 'listens-openly' | 'own-name-looked-up' | 'no-effect' | 'onion-only-part' | 'api-open';

const LEAK_TEXTS: Readonly<Record<Leak, string>> = {
  'listens-openly': 'sockslisten is on: the node listens past the proxy',
  'own-name-looked-up': 'the proxy is named by a host name',
  'no-effect': 'udp or upnp is on, and left out because of the proxy',
  'onion-only-part': 'only onion services go through the proxy',
  'api-open': 'the API listens on other addresses than loopback',
};

/** Settings that show this machine to others although a proxy hides it. */
function leaks(
  settings: Settings,
  { routes, proxied, bindHosts, ownOnion }: ProxySettings,
): Leak[] {
  const hosts = [routes.clear?.host, routes.onion?.host].filter((host) => host !== undefined);
  const isNamed = hosts.some((host) => isIP(host) === 0 && !LOOPBACK.test(host));
  const openly = bindHosts?.filter((host) => !LOOPBACK.test(host)).length !== 0;
  const isTorElsewhere =
    ownOnion !== undefined && !settings.boolean('bitmessagesettings.sockslisten');
  const asksAround =
    settings.boolean('bitmessagesettings.udp') || settings.boolean('bitmessagesettings.upnp');
  const api = settings.text('bitmessagesettings.apiinterface');
  const isApiOpen = settings.boolean('bitmessagesettings.apienabled') && !LOOPBACK.test(api);
  const all: readonly (readonly [Leak, boolean])[] = [
    ['listens-openly', proxied && openly && !isTorElsewhere],
    ['own-name-looked-up', isNamed],
    ['no-effect', proxied && asksAround],
    ['onion-only-part', !proxied],
    ['api-open', proxied && isApiOpen],
  ];
  return all.filter(([, isSo]) => isSo).map(([leak]) => leak);
}

function mustNotAsk(
  { offline }: DoctorContext,
  { routes: { clear, onion } }: ProxySettings,
): boolean {
  return offline && [clear, onion].some((one) => one !== undefined && !LOOPBACK.test(one.host));
}
