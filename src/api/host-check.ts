/**
 * Which `Host` a request may name. A web page whose own name was made to point at this machine (DNS
 * rebinding) sends that name, and must not reach the API with what a browser remembers.
 */
import { isIP } from 'node:net';

import type { FastifyRequest } from 'fastify';
import type { OuterSide } from './outer-side.js';

export type HostCheck = (request: FastifyRequest) => boolean;

/**
 * Both names are looked at where a proxy names another: one that passes X-Forwarded-Host on as it came
 * must not open what `Host` keeps shut.
 * @param allowed names besides loopback's and the address that the client reached
 */
export function createHostCheck(allowed: readonly string[], outer: OuterSide): HostCheck {
  const isAllowed = createNameCheck(allowed);
  return (request) => {
    const { localAddress } = request.socket;
    return (
      isAllowed(request.headers.host, localAddress) &&
      isAllowed(outer.forwardedHost(request), localAddress)
    );
  };
}

/** Of a header: clients of HTTP/1.0 send none, browsers always do. */
function createNameCheck(
  allowed: readonly string[],
): (header: string | undefined, localAddress: string | undefined) => boolean {
  const names = new Set(allowed.map(hostName));
  // Clients send the same header with each call.
  let lastAllowed: string | undefined;
  return (header, localAddress) => {
    if (header === undefined || header === lastAllowed) return true;
    const host = hostName(header);
    if (isLoopbackName(host) || names.has(host)) {
      lastAllowed = header;
      return true;
    }
    return localAddress !== undefined && hostName(localAddress) === host;
  };
}

/** True for names and addresses that always mean this machine. */
export function isLoopbackName(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return /^127(?:\.\d{1,3}){3}$/.test(host.replace(/^::ffff:/, ''));
}

/** True for a `Host` that is an address: a page gets there by no name, its own or another's. */
export function isAddressHost(header: string): boolean {
  return isIP(hostName(header)) !== 0;
}

/** `[::1]:8442`, `::1` and `Example.Org.:80` without port, brackets, capitals and final dot. */
function hostName(text: string): string {
  const trimmed = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(trimmed)?.[1];
  if (bracketed !== undefined) return bracketed;
  const isBareIpv6 = trimmed.indexOf(':') !== trimmed.lastIndexOf(':');
  const name = isBareIpv6 ? trimmed : trimmed.replace(/:\d*$/, '');
  return name.replace(/^::ffff:(?=\d+\.)/, '').replace(/\.$/, '');
}
