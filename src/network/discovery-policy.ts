import type { NetworkOptions } from './options.js';

/** Which ways of finding nodes, and of being found, are open. */
export interface DiscoveryPolicy {
  /** Begin with the default nodes when nobody is known; bootstrap. */
  readonly bootstraps: boolean;
  /** Ask a name server on the way. Never with a proxy: it resolves the names that it dials. */
  readonly resolvesNames: boolean;
  /** Announce ourselves on the local network and dial who does the same. */
  readonly usesLocalNetwork: boolean;
  /** Ask the router to forward a port. */
  readonly mapsPort: boolean;
  /** Tell peers an address of ours that is no onion name. */
  readonly announcesAddress: boolean;
}

type PolicyOptions = Pick<
  NetworkOptions,
  'offline' | 'trustedPeers' | 'sendOutgoing' | 'proxied' | 'listen' | 'udp' | 'upnp'
>;

/** The one place where it is decided: everything that leaves the machine unasked depends on it. */
export function discoveryPolicy(options: PolicyOptions): DiscoveryPolicy {
  const { offline, trustedPeers, sendOutgoing, proxied, listen, udp, upnp } = options;
  const isOpen = !offline && trustedPeers.length === 0;
  const dials = isOpen && sendOutgoing;
  return {
    bootstraps: dials,
    resolvesNames: dials && !proxied,
    usesLocalNetwork: isOpen && !proxied && udp,
    mapsPort: !offline && !proxied && listen && upnp,
    announcesAddress: listen && !proxied,
  };
}
