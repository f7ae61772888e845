/**
 * Which `Host` a request may name. A web page whose own name was made to point at this machine (DNS
 * rebinding) sends that name, and must not reach the API with what a browser remembers.
 */

/** @param header as it came; clients of HTTP/1.0 send none, browsers always do. */
export function isHostAllowed(header: string | undefined, allowed: Iterable<string>): boolean {
  if (header === undefined) return true;
  const host = hostName(header);
  if (isLoopbackName(host)) return true;
  for (const name of allowed) if (hostName(name) === host) return true;
  return false;
}

/** True for names and addresses that always mean this machine. */
export function isLoopbackName(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return /^127(?:\.\d{1,3}){3}$/.test(host.replace(/^::ffff:/, ''));
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
