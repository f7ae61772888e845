import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { errorText, UserError } from '../util/errors.js';
import { randomInt } from '../util/random.js';
import { MAX_PORT_TRIES, RANDOM_PORT_MAX, RANDOM_PORT_MIN } from './limits.js';

export interface ListenOptions {
  /** IPv4 or IPv6 addresses, one socket each. */
  readonly hosts: readonly string[];
  /** 0 = the system chooses for the first host, the others get the same. */
  readonly port: number;
  /** A taken port is an error; otherwise a random one is tried. */
  readonly portFixed: boolean;
}

/** Sockets that accept connections, all on one port. */
export interface Listener {
  readonly port: number;
  /** Resolves when no connection is accepted any more; open ones are not touched. */
  close(): Promise<void>;
}

/**
 * Starts to listen.
 * @throws UserError when a host is not an address of this machine or no port could be had
 */
export async function listen(
  options: ListenOptions,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  let port = options.port;
  for (let tries = 1; ; tries++) {
    try {
      return await listenOn(options.hosts, port, accept);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        throw new UserError(`cannot listen on port ${port}: ${errorText(error)}`, { cause: error });
      }
      if (options.portFixed || tries > MAX_PORT_TRIES) {
        throw new UserError(
          `port ${port} is taken by another program; choose one with the option bitmessagesettings.port`,
          { cause: error },
        );
      }
      port = randomInt(RANDOM_PORT_MIN, RANDOM_PORT_MAX);
    }
  }
}

async function listenOn(
  hosts: readonly string[],
  wantedPort: number,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const servers: Server[] = [];
  let port = wantedPort;
  try {
    for (const host of hosts) {
      const server = createServer({ noDelay: true }, accept);
      servers.push(server);
      try {
        await listenServer(server, host, port);
      } catch (error) {
        if (!isMissingIpv6(host, error)) throw error;
        continue;
      }
      port = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    await Promise.all(servers.map(closeServer));
    throw error;
  }
  return {
    port,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

/** `::` is listened on by default; many machines do without IPv6. */
function isMissingIpv6(host: string, error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL');
}

function listenServer(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // IPv6 only: else `::` would take the port of `0.0.0.0`, too.
    server.listen({ host, port, ipv6Only: isIPv6(host) }, () => {
      server.removeListener('error', reject);
      server.on('error', () => undefined); // A failed accept concerns one peer only.
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}
