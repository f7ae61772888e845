/** Ports for servers of a test, on loopback only. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { randomInt } from '../../src/util/random.js';

/** Below what systems take for outgoing connections: no connection of anybody comes upon them. */
const SERVER_PORTS = [12_000, 30_000] as const;

/**
 * A TCP port of 127.0.0.1 that nobody listens at and that no other test gets as long as this process
 * lives: it may be listened at, given up, dialled in vain and taken again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...SERVER_PORTS);
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/** The UDP port of that number stands for it; the system gives it back with the end of the process. */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const lock = createSocket('udp4');
    lock.once('error', () => {
      lock.close();
      resolve(false);
    });
    lock.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      lock.unref();
      resolve(true);
    });
  });
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
