/** What a node tells at its start about proxies and onion services. */
import type { ProxySettings } from '../node/settings/proxy-settings.js';

type Endpoint = NonNullable<ProxySettings['routes']['onion']>;

/** One line for each of the two, if there is something to say. */
export function proxyLines({ routes, proxied, bindHosts, ownOnion }: ProxySettings): string[] {
  const { clear, onion, onionOnly } = routes;
  const lines: string[] = [];
  const isSame = clear !== undefined && onion !== undefined && text(clear) === text(onion);
  const ways = [
    clear && `everything through ${text(clear)}`,
    onion && !isSame && `onion services through ${text(onion)}`,
    onionOnly && 'onion services only',
  ].filter((way) => typeof way === 'string');
  if (proxied) {
    const hosts = bindHosts === undefined ? 'all addresses' : bindHosts.join(', ');
    const listening = hosts === '' ? 'not listening' : `listening on ${hosts}`;
    lines.push(`proxy: ${ways.join(', ')}; nothing past it, no look-ups, ${listening}`);
  } else if (ways.length > 0) {
    lines.push(`proxy: ${ways.join(', ')}; everything else directly`);
  }
  if (ownOnion) lines.push(`onion service: ${ownOnion.host}:${ownOnion.port}`);
  return lines;
}

function text({ kind, host, port }: Endpoint): string {
  return `${kind} ${host.includes(':') ? `[${host}]` : host}:${port}`;
}
