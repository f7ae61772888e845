/** Ports for servers of a test, on loopback only. */
import { createServer, type AddressInfo } from 'node:net';
import { randomInt } from '../../src/util/random.js';

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return probePort(0);
}

/** Below what systems take for outgoing connections. */
const SERVER_PORTS = [12_000, 30_000] as const;

/**
 * The same for a program that is dialled before it listens: a port of the range that outgoing
 * connections get could be connected to itself by the dial, and the program finds it taken.
 */
export async function freeServerPort(): Promise<number> {
  for (;;) {
    const port = await probePort(randomInt(...SERVER_PORTS)).catch(() => undefined);
    if (port !== undefined) return port;
  }
}

async function probePort(wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
