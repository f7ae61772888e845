/**
 * A request as its client sent it. Between the two may be a proxy that ends TLS: what it says about the
 * client (X-Forwarded-For, -Host and -Proto) counts when the connection comes from an address that is
 * named as a proxy's. Anybody can write these headers.
 *
 * `Forwarded` (RFC 7239) is not read: proxies that write the X- headers pass on the `Forwarded` that
 * a client made up, and nothing tells the one from the other.
 */
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { plainAddress, type AddressRanges } from '../util/address-ranges.js';

/** Looked at in X-Forwarded-For: more proxies than that are not behind each other. */
const MAX_HOPS = 16;

/** Headers that proxies add to a request of somebody else. */
const FORWARDING = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/;

export class OuterSide {
  readonly #proxies: AddressRanges;

  /** @param proxies whose word counts */
  constructor(proxies: AddressRanges) {
    this.#proxies = proxies;
  }

  /** Address of the client; '' once it has gone. */
  clientOf(request: FastifyRequest): string {
    const { remoteAddress = '' } = request.socket;
    if (!this.#isProxied(request)) return remoteAddress;
    let client = remoteAddress;
    // Each proxy adds its client behind what it was given: from the end, as far as we trust them.
    const hops = textOf(request, 'x-forwarded-for').split(',').slice(-MAX_HOPS).reverse();
    for (const hop of hops) {
      const address = addressOf(hop);
      if (address === undefined) break;
      client = address;
      if (!this.#proxies.has(address)) break;
    }
    return client;
  }

  /** Host and port that the client called. */
  hostOf(request: FastifyRequest): string | undefined {
    return this.forwardedHost(request) ?? request.headers.host;
  }

  /** What the proxy says that the client called; undefined when it says nothing. */
  forwardedHost(request: FastifyRequest): string | undefined {
    return this.#isProxied(request) ? lastOf(request, 'x-forwarded-host') : undefined;
  }

  /** True when the client speaks TLS with the proxy. */
  isHttps(request: FastifyRequest): boolean {
    if (!this.#isProxied(request)) return false;
    return lastOf(request, 'x-forwarded-proto')?.toLowerCase() === 'https';
  }

  /** True when something says that it is a proxy, and is not named as one. */
  isUnnamedProxy(request: FastifyRequest): boolean {
    return request.headers['x-forwarded-for'] !== undefined && !this.#isProxied(request);
  }

  /**
   * True when a proxy sent it, named or not: its address is not its client's. One that says nothing
   * and that nobody named cannot be told from a client.
   */
  isFromProxy(request: FastifyRequest): boolean {
    const names = Object.keys(request.headers);
    return this.#isProxied(request) || names.some((name) => FORWARDING.test(name));
  }

  #isProxied({ socket }: FastifyRequest): boolean {
    return this.#proxies.has(socket.remoteAddress ?? '');
  }
}

function textOf({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

/** Of several the one that was added last: by the proxy that we know. */
function lastOf(request: FastifyRequest, name: string): string | undefined {
  const last = textOf(request, name).split(',').at(-1)?.trim();
  return last === '' ? undefined : last;
}

/** `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1` or `[2001:db8::1]:1234`; undefined for all else. */
function addressOf(hop: string): string | undefined {
  const text = hop.trim();
  const bare = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text);
  const address = plainAddress(bare?.[1] ?? bare?.[2] ?? text);
  return isIP(address) === 0 ? undefined : address;
}
