/** Writes down what this process does with sockets and names, whoever in it does it. */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

export interface SocketRecord {
  /** TCP connections begun, `host:port`. */
  readonly connects: string[];
  /** Names asked of a resolver of any kind. */
  readonly lookups: string[];
  /** Datagram sockets made. */
  readonly datagrams: string[];
  /** Addresses listened on. */
  readonly listens: string[];
  /** Everything is as before. */
  stop(): void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

export function recordSockets(): SocketRecord {
  const connects: string[] = [];
  const lookups: string[] = [];
  const datagrams: string[] = [];
  const listens: string[] = [];
  const undo: (() => void)[] = [];
  const spy = (owner: object, name: string, record: (args: unknown[]) => void): void => {
    const methods = owner as Record<string, Method | undefined>;
    const original = methods[name];
    if (!original) throw new Error(`nothing to record: ${name}`);
    methods[name] = function (...args) {
      record(args);
      return original.apply(this, args);
    };
    undo.push(() => {
      methods[name] = original;
    });
  };
  spy(net.Socket.prototype, 'connect', (args) => connects.push(addressOf(args)));
  spy(net.Server.prototype, 'listen', (args) => listens.push(addressOf(args)));
  spy(dgram, 'createSocket', ([options]) => datagrams.push(JSON.stringify(options)));
  const resolvers = [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype];
  for (const resolver of resolvers) {
    for (const name of Object.getOwnPropertyNames(resolver)) {
      if (!/^(lookup|resolve|reverse)/.test(name)) continue;
      spy(resolver, name, ([host]) => {
        if (net.isIP(String(host)) === 0) lookups.push(String(host)); // Others ask nobody.
      });
    }
  }
  syncBuiltinESMExports();
  return {
    connects,
    lookups,
    datagrams,
    listens,
    stop() {
      for (const restore of undo.splice(0)) restore();
      syncBuiltinESMExports();
    },
  };
}

/** Of `connect` and `listen`, whose arguments come as people or as Node itself give them. */
function addressOf(args: unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first !== 'object' || first === null) return `${String(second)}:${String(first)}`;
  const { host, port } = first as { host?: unknown; port?: unknown };
  return `${String(host)}:${String(port)}`;
}
