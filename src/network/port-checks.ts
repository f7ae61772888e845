import { isGlobalHost } from '../wire/net-addr.js';
import { MAX_PORT_CHECKS } from './limits.js';
import { hostPortKey, type HostPort } from './options.js';

/**
 * Addresses that peers have asked us to dial with `portcheck`, so that they learn whether they can be
 * reached. Only when that is wanted (network.portcheck): it lets strangers direct our dials. A peer can
 * name the host that it comes from and nothing else. [bmproto.py:bm_command_portcheck]
 */
export class PortChecks {
  readonly #waiting = new Map<string, HostPort>();

  /** @returns false when the address is of no use or too many wait already */
  add(target: HostPort): boolean {
    if (target.port === 0 || !isGlobalHost(target.host)) return false;
    if (this.#waiting.size >= MAX_PORT_CHECKS) return false;
    this.#waiting.set(hostPortKey(target), target);
    return true;
  }

  /** The one that waits longest. */
  take(): HostPort | undefined {
    for (const [key, target] of this.#waiting) {
      this.#waiting.delete(key);
      return target;
    }
    return undefined;
  }
}
