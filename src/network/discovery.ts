import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import { discoveryPolicy } from './discovery-policy.js';
import { LOCAL_DISCOVERY_DEFAULTS, LocalDiscovery } from './local-discovery.js';
import type { LocalPeers } from './local-peers.js';
import type { NetworkOptions } from './options.js';
import type { OwnAddresses } from './own-addresses.js';
import { PortMapper } from './port-mapping/port-mapper.js';

export interface DiscoveryDeps {
  readonly localPeers: LocalPeers;
  readonly own: OwnAddresses;
  readonly clock: Clock;
  readonly log: Log;
  /** TCP port we listen on; undefined when we do not. */
  listeningPort(): number | undefined;
}

/** Ways of finding nodes and of being found that are no connections; as far as the policy allows. */
export class Discovery {
  readonly #local: LocalDiscovery | undefined;
  readonly #mapper: PortMapper | undefined;

  constructor(options: NetworkOptions, deps: DiscoveryDeps) {
    const policy = discoveryPolicy(options);
    if (policy.usesLocalNetwork) {
      const { streams, bindHosts } = options;
      this.#local = new LocalDiscovery(
        { ...LOCAL_DISCOVERY_DEFAULTS, streams, bindHosts },
        { ...deps, peers: deps.localPeers, listeningPort: () => deps.listeningPort() },
      );
    }
    if (!policy.mapsPort) return;
    this.#mapper = new PortMapper({
      ...deps,
      wanted: () => {
        const port = deps.listeningPort();
        return port === undefined ? undefined : { port, externalPort: options.extPort || port };
      },
      changed: (external) => {
        deps.own.mapped = external;
      },
    });
  }

  /** To be called when we listen. */
  async start(): Promise<void> {
    this.#mapper?.start();
    await this.#local?.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#local?.stop(), this.#mapper?.stop()]);
  }
}
