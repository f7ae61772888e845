/** `host:port` as people write it. */
import { isIPv6 } from 'node:net';

export interface PeerAddress {
  /** Name or address without brackets. */
  readonly host: string;
  /** 1..65535 */
  readonly port: number;
}

const MAX_PORT = 65_535;

/** Reads `host:port` or `[IPv6]:port`; undefined when it is neither. */
export function parsePeerAddress(text: string): PeerAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text.trim());
  if (!match) return undefined;
  const port = Number(match[3]);
  if (port < 1 || port > MAX_PORT) return undefined;
  if (match[1] !== undefined) return isIPv6(match[1]) ? { host: match[1], port } : undefined;
  return { host: match[2] ?? '', port };
}

/** The text of {@link parsePeerAddress}. */
export function formatPeerAddress({ host, port }: PeerAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
