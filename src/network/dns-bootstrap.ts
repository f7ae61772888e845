import { Resolver } from 'node:dns/promises';
import type { Clock } from '../util/clock.js';
import { shuffle } from '../util/random.js';
import { isGlobalHost } from '../wire/net-addr.js';
import { BOOTSTRAP_NAMES } from './default-nodes.js';
import { DNS_TIMEOUT_MS, MAX_BOOTSTRAP_ADDRESSES } from './limits.js';
import type { HostPort } from './options.js';

/** As much of `dns.promises.Resolver` as is needed. */
export interface NameResolver {
  resolve4(name: string): Promise<string[]>;
  resolve6(name: string): Promise<string[]>;
  cancel(): void;
}

/**
 * All public addresses of the bootstrap names, IPv4 and IPv6, at most {@link MAX_BOOTSTRAP_ADDRESSES}
 * of each name. What cannot be resolved in time is left out. (The reference takes one address of one
 * name; notbit and MiNode all, as here.)
 */
export async function resolveBootstrapNames(
  clock: Clock,
  resolver: NameResolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 1 }),
): Promise<HostPort[]> {
  const timer = clock.setTimeout(() => resolver.cancel(), DNS_TIMEOUT_MS);
  try {
    const found = await Promise.all(
      BOOTSTRAP_NAMES.map(async ({ host: name, port }) => {
        const answers = await Promise.allSettled([
          resolver.resolve4(name),
          resolver.resolve6(name),
        ]);
        const hosts = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
        const usable = shuffle([...new Set(hosts.filter(isGlobalHost))]);
        return usable.slice(0, MAX_BOOTSTRAP_ADDRESSES).map((host) => ({ host, port }));
      }),
    );
    return found.flat();
  } finally {
    clock.clear(timer);
  }
}
