/** Finding a router that speaks UPnP [UPnP Device Architecture, 1.3: M-SEARCH]. */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../../util/clock.js';
import { isPrivateHost } from '../../wire/net-addr.js';
import { MAX_DATAGRAM_BYTES, MAX_UPNP_ROUTERS, SSDP_WAIT_MS } from '../limits.js';
import type { HostPort } from '../options.js';

export const SSDP_ADDRESS: HostPort = { host: '239.255.255.250', port: 1900 };

/** Routers differ in the version they answer to. */
const TARGETS = [1, 2].map(
  (version) => `urn:schemas-upnp-org:device:InternetGatewayDevice:${version}`,
);
/** Two hops at most. */
const TTL = 2;

/**
 * Where routers describe themselves. An answer is believed when it names its own sender's address: or
 * anybody on the local network could have us ask a page of a third party.
 */
export async function findRouters(
  clock: Clock,
  signal: AbortSignal,
  to: HostPort = SSDP_ADDRESS,
): Promise<URL[]> {
  const socket = createSocket('udp4');
  const found = new Map<string, URL>();
  try {
    await bind(socket);
    socket.on('error', () => undefined); // No network: nobody answers.
    socket.on('message', (datagram, { address }) => {
      const url = readLocation(datagram, address);
      if (url && found.size < MAX_UPNP_ROUTERS) found.set(url.href, url);
    });
    for (const target of TARGETS) socket.send(search(target, to), to.port, to.host);
    await clock.sleep(SSDP_WAIT_MS, signal);
  } finally {
    socket.close();
  }
  return [...found.values()];
}

function bind(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, () => {
      socket.removeListener('error', reject);
      socket.setMulticastTTL(TTL);
      resolve();
    });
  });
}

function search(target: string, { host, port }: HostPort): Buffer {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${host}:${port}`,
    'MAN: "ssdp:discover"',
    'MX: 2',
    `ST: ${target}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function readLocation(datagram: Buffer, sender: string): URL | undefined {
  if (datagram.length > MAX_DATAGRAM_BYTES || !isPrivateHost(sender)) return undefined;
  const text = datagram.toString('latin1');
  if (!/^HTTP\/1\.[01] 200 /.test(text)) return undefined;
  const location = /^location:[ \t]*(\S+)/im.exec(text)?.[1] ?? '';
  if (!URL.canParse(location)) return undefined;
  const url = new URL(location);
  return url.protocol === 'http:' && url.hostname === sender ? url : undefined;
}
