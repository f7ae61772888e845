/** Which program listens on a TCP port; Linux only, and of other users for root only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State of a socket in /proc/net/tcp that listens. */
const LISTENING = '0A';

/** As `nginx (pid 812)`; undefined when it cannot be found out. */
export function portOwner(port: number): string | undefined {
  const sockets = new Set(listeners(port).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const pid = names('/proc').find((name) => /^\d+$/.test(name) && hasSocket(name, sockets));
  return pid === undefined ? undefined : `${text(`/proc/${pid}/comm`).trim()} (pid ${pid})`;
}

/** Lines: number, local address:port in hex, remote, state, ..., inode as the tenth field. */
function listeners(port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((path) => text(path).split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(wanted) && state === LISTENING)
    .map((fields) => fields[9] ?? '');
}

function hasSocket(pid: string, sockets: ReadonlySet<string>): boolean {
  const directory = `/proc/${pid}/fd`;
  return names(directory).some((name) => {
    try {
      return sockets.has(readlinkSync(`${directory}/${name}`));
    } catch {
      return false; // Closed meanwhile.
    }
  });
}

/** Empty where there is no /proc, or not for us. */
function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
