import type { Socket } from 'node:net';
import type { Clock } from '../../util/clock.js';
import type { Log } from '../../util/log.js';
import { randomBytes } from '../../util/random.js';
import { toHex } from '../../util/bytes.js';
import { Secret } from '../../util/secret.js';
import { createDirectDialer, type Dialer } from '../dial.js';
import { PROXY_ANSWER_MS, PROXY_DIAL_MS } from '../limits.js';
import { hostPortKey, type HostPort } from '../options.js';
import type { Conversation, ProxyLogin } from './conversation.js';
import { ProxyError } from './proxy-error.js';
import { ProxyHealth } from './proxy-health.js';
import { routeOf, type ProxyEndpoint, type ProxyRoutes } from './proxy-routes.js';
import { openProxySocket } from './proxy-socket.js';
import { socks4a } from './socks4a.js';
import { greet, socks5 } from './socks5.js';

/** Of a made-up user and of its password. */
const LOGIN_BYTES = 16;

export interface ProxyDialerDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** What came of asking a proxy; without an error it takes requests from us. */
export interface ProxyAnswer {
  readonly proxy: ProxyEndpoint;
  readonly error: ProxyError | undefined;
}

/** Dials as the routes say, and never in another way: a proxy that fails makes the dial fail. */
export class ProxyDialer implements Dialer {
  readonly #routes: ProxyRoutes;
  readonly #clock: Clock;
  readonly #direct: Dialer;
  readonly #health = new Map<string, ProxyHealth>();

  constructor(routes: ProxyRoutes, { clock, log }: ProxyDialerDeps) {
    this.#routes = routes;
    this.#clock = clock;
    this.#direct = createDirectDialer(clock);
    for (const proxy of [routes.clear, routes.onion]) {
      const key = proxy && proxyKey(proxy);
      if (proxy && key !== undefined && !this.#health.has(key)) {
        this.#health.set(key, new ProxyHealth(proxy, { clock, log }));
      }
    }
  }

  reach(host: string): 'now' | 'later' | 'never' {
    const route = routeOf(host, this.#routes);
    if (route.via === 'nothing') return 'never';
    if (route.via === 'direct') return 'now';
    return this.#healthOf(route.proxy).isResting ? 'later' : 'now';
  }

  timeoutMs(host: string): number {
    return routeOf(host, this.#routes).via === 'proxy'
      ? PROXY_DIAL_MS
      : this.#direct.timeoutMs(host);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.examine(signal);
  }

  /** Asks each proxy, as far as that goes without a target. */
  async examine(signal: AbortSignal): Promise<ProxyAnswer[]> {
    const { clear, onion } = this.#routes;
    const proxies = [clear, onion].filter((proxy) => proxy !== undefined);
    const different = new Map(proxies.map((proxy) => [proxyKey(proxy), proxy]));
    return Promise.all(
      [...different.values()].map(async (proxy) => ({
        proxy,
        error: await this.#check(proxy, signal),
      })),
    );
  }

  async dial(target: HostPort, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
    const route = routeOf(target.host, this.#routes);
    if (route.via === 'direct') return this.#direct.dial(target, timeoutMs, signal);
    if (route.via === 'nothing') throw new ProxyError('no-route', route.reason);
    return this.#through(route.proxy, target, timeoutMs, signal);
  }

  async #through(
    proxy: ProxyEndpoint,
    target: HostPort,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Socket> {
    const health = this.#healthOf(proxy);
    if (health.isResting) throw new ProxyError('resting', 'the proxy failed a moment ago');
    try {
      const conversation = startConversation(proxy, target);
      const socket = await this.#open(proxy, conversation, timeoutMs, signal);
      health.worked();
      return socket;
    } catch (error) {
      if (error instanceof ProxyError && !signal.aborted) health.failed(error);
      throw error;
    }
  }

  /** As far as one gets without a target: to the login, or of SOCKS4a to the open connection. */
  async #check(proxy: ProxyEndpoint, signal: AbortSignal): Promise<ProxyError | undefined> {
    const conversation = proxy.kind === 'SOCKS5' ? greet(loginFor(proxy)) : silence();
    try {
      (await this.#open(proxy, conversation, PROXY_ANSWER_MS, signal)).destroy();
      return undefined;
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      if (!signal.aborted) this.#healthOf(proxy).failed(error);
      return error;
    }
  }

  #open(
    proxy: ProxyEndpoint,
    conversation: Conversation,
    totalMs: number,
    signal: AbortSignal,
  ): Promise<Socket> {
    const answerMs = Math.min(totalMs, PROXY_ANSWER_MS);
    const { host, port } = proxy;
    const clock = this.#clock;
    return openProxySocket({
      proxy: { host, port },
      conversation,
      answerMs,
      totalMs,
      signal,
      clock,
    });
  }

  #healthOf(proxy: ProxyEndpoint): ProxyHealth {
    const health = this.#health.get(proxyKey(proxy));
    if (!health) throw new TypeError('no such proxy');
    return health;
  }
}

function proxyKey(proxy: ProxyEndpoint): string {
  return `${proxy.kind} ${hostPortKey(proxy)}`;
}

function startConversation(proxy: ProxyEndpoint, target: HostPort): Conversation {
  const login = loginFor(proxy);
  return proxy.kind === 'SOCKS5' ? socks5(target, login) : socks4a(target, login);
}

/** SOCKS4a begins with the request. */
function* silence(): Conversation {
  // Nothing to say.
}

function loginFor({ login }: ProxyEndpoint): ProxyLogin {
  return login ? { ...login, isOurs: false } : isolatingLogin();
}

/** Tor gives connections with different logins different circuits (IsolateSOCKSAuth, its default). */
function isolatingLogin(): ProxyLogin {
  const text = (): string => toHex(randomBytes(LOGIN_BYTES));
  return { user: text(), password: new Secret(text()), isOurs: true };
}
