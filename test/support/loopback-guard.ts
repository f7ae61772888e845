/**
 * Preloaded (`--import`) into every process that tests start: a connection, datagram or name look-up
 * that would leave loopback throws. scripts/test.mjs sets it through NODE_OPTIONS, so that it also
 * holds in child processes and in what they start.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';

class LeavesLoopback extends Error {
  override readonly name = 'LeavesLoopback';

  constructor(what: string) {
    super(`a test tried to leave loopback: ${what}`);
  }
}

function isLoopback(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+|localhost)$/.test(host);
}

/** Looking up an IP address asks nobody; datagram sockets do it when they are bound. */
function checkName(name: unknown, what: string): void {
  const asksNobody = what !== 'reverse' && typeof name === 'string' && net.isIP(name) !== 0;
  if (!asksNobody) check(name, what);
}

function check(host: unknown, what: string): void {
  if (typeof host === 'string' && !isLoopback(host)) throw new LeavesLoopback(`${what} ${host}`);
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Puts `before` in front of a method; what it throws reaches the caller. */
function guard(owner: object, name: string, before: (args: unknown[]) => void): void {
  const methods = owner as Record<string, Method>;
  const original = methods[name];
  if (!original) throw new Error(`nothing to guard: ${name}`);
  methods[name] = function (...args) {
    before(args);
    return original.apply(this, args);
  };
}

guard(net.Socket.prototype, 'connect', (args) => {
  // net.connect normalises its arguments to one array; people pass an object, or port and host.
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const options = typeof first === 'object' && first !== null ? (first as { host?: unknown }) : {};
  check(options.host, 'connect');
  if (typeof first === 'number') check(second, 'connect');
});

guard(dgram.Socket.prototype, 'send', (args) => {
  for (const arg of args.slice(1)) check(arg, 'send');
});

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'reverse']) {
  guard(dns, name, ([host]) => checkName(host, name));
  if (name in dns.promises) guard(dns.promises, name, ([host]) => checkName(host, name));
}

for (const resolver of [dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of ['resolve', 'resolve4', 'resolve6', 'resolveTxt', 'reverse']) {
    guard(resolver, name, ([host]) => checkName(host, name));
  }
}

syncBuiltinESMExports();
