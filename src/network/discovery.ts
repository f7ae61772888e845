import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import { discoveryPolicy } from './discovery-policy.js';
import { LOCAL_DISCOVERY_DEFAULTS, LocalDiscovery } from './local-discovery.js';
import type { LocalPeers } from './local-peers.js';
import type { NetworkOptions } from './options.js';

export interface DiscoveryDeps {
  readonly localPeers: LocalPeers;
  readonly clock: Clock;
  readonly log: Log;
  /** TCP port we listen on; undefined when we do not. */
  listeningPort(): number | undefined;
}

/** Ways of finding nodes and of being found that are no connections; as far as the policy allows. */
export class Discovery {
  readonly #local: LocalDiscovery | undefined;

  constructor(options: NetworkOptions, deps: DiscoveryDeps) {
    const policy = discoveryPolicy(options);
    if (policy.usesLocalNetwork) {
      const { streams, bindHosts } = options;
      this.#local = new LocalDiscovery(
        { ...LOCAL_DISCOVERY_DEFAULTS, streams, bindHosts },
        { ...deps, peers: deps.localPeers, listeningPort: () => deps.listeningPort() },
      );
    }
  }

  /** To be called when we listen. */
  async start(): Promise<void> {
    await this.#local?.start();
  }

  async stop(): Promise<void> {
    await this.#local?.stop();
  }
}
