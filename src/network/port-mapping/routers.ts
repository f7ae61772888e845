import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { isPrivateHost } from '../../wire/net-addr.js';
import { MAX_ROUTERS } from '../limits.js';

const ROUTES = '/proc/net/route';
/** Flags of a line: in use, by way of a router [linux/route.h]. */
const UP_AND_GATEWAY = 0x3;

/**
 * Addresses that may be the router's. On Linux the default routes; elsewhere, where Node cannot tell,
 * the first address of each local network, which it mostly is.
 */
export async function possibleRouters(): Promise<string[]> {
  const routes = await readFile(ROUTES, 'latin1').catch(() => undefined);
  const hosts = routes === undefined ? firstAddresses() : readRoutes(routes);
  return [...new Set(hosts.filter(isPrivateHost))].slice(0, MAX_ROUTERS);
}

/** Lines of: interface, destination, gateway, flags …; addresses in hex, least byte first. */
export function readRoutes(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, destination, gateway = '', flags = ''] = line.split('\t');
    const isDefault = destination === '00000000';
    if (!isDefault || (Number.parseInt(flags, 16) & UP_AND_GATEWAY) !== UP_AND_GATEWAY) return [];
    return [[...Buffer.from(gateway, 'hex')].reverse().join('.')];
  });
}

function firstAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address, netmask }) => firstAddress(address, netmask)),
  );
}

/** The network's own address plus one. */
export function firstAddress(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number);
  const bytes = address.split('.').map((byte, index) => Number(byte) & (mask[index] ?? 0));
  return [...bytes.slice(0, 3), (bytes[3] ?? 0) + 1].join('.');
}
