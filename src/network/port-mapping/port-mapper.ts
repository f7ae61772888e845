import type { Clock, Timer } from '../../util/clock.js';
import { errorText } from '../../util/errors.js';
import type { Log } from '../../util/log.js';
import { isGlobalHost } from '../../wire/net-addr.js';
import {
  MAPPING_LIFETIME_S,
  MAPPING_RETRY_MS,
  MAPPING_TIMEOUT_MS,
  MIN_MAPPING_LIFETIME_S,
  ROUTER_PORT,
  UNMAPPING_TIMEOUT_MS,
} from '../limits.js';
import type { HostPort } from '../options.js';
import { NatPmp } from './nat-pmp.js';
import { Pcp } from './pcp.js';
import type { PortMapping, PortMappingMethod } from './port-mapping.js';
import { possibleRouters } from './routers.js';
import { Upnp } from './upnp.js';

export interface PortMapperDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The port listened on, and the outer one that we would like. */
  wanted(): { readonly port: number; readonly externalPort: number } | undefined;
  /** The outer address, or undefined when it is gone. */
  changed(external: HostPort | undefined): void;
  /** Protocols to try, in this order; default: PCP and NAT-PMP of each router, then UPnP. */
  readonly methods?: () => Promise<readonly PortMappingMethod[]>;
}

const MS_PER_S = 1_000;

/**
 * Has the router forward our port, for an hour at a time, renewed after half of it, taken back at the
 * end. Whatever fails is one line in the log and tried again later.
 */
export class PortMapper {
  readonly #deps: PortMapperDeps;
  readonly #abort = new AbortController();
  #method: PortMappingMethod | undefined;
  #mapping: PortMapping | undefined;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #toldFailure = false;

  constructor(deps: PortMapperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#refresh();
  }

  /** Removes the mapping; takes no longer than {@link UNMAPPING_TIMEOUT_MS}. */
  async stop(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(new Error('stopped'));
    this.#deps.clock.clear(this.#timer);
    await this.#running;
    const method = this.#method;
    const mapping = this.#mapping;
    if (!method || !mapping) return;
    this.#mapping = undefined;
    try {
      await this.#within(UNMAPPING_TIMEOUT_MS, (signal) => method.unmap(mapping, signal));
    } catch (error) {
      this.#deps.log.info({ reason: errorText(error) }, 'port forwarding could not be taken back');
    }
  }

  /** One after the other; never throws. */
  async #refresh(): Promise<void> {
    const mapping = await this.#map();
    if (this.#abort.signal.aborted) return;
    this.#deps.changed(mapping?.external);
    const { clock } = this.#deps;
    const lifetimeS = Math.max(mapping?.lifetimeS ?? 0, MIN_MAPPING_LIFETIME_S);
    const waitMs = mapping ? (lifetimeS / 2) * MS_PER_S : MAPPING_RETRY_MS;
    this.#timer = clock.setTimeout(() => {
      this.#running = this.#refresh();
    }, waitMs);
  }

  async #map(): Promise<PortMapping | undefined> {
    const wanted = this.#deps.wanted();
    if (!wanted) return undefined;
    const failures: string[] = [];
    const methods = await this.#methods().catch((error: unknown) => {
      failures.push(errorText(error));
      return [];
    });
    for (const method of methods) {
      if (this.#abort.signal.aborted) break;
      try {
        const externalPort = this.#mapping?.external.port ?? wanted.externalPort;
        const request = { port: wanted.port, externalPort, lifetimeS: MAPPING_LIFETIME_S };
        const mapping = await this.#within(
          MAPPING_TIMEOUT_MS,
          (signal) => method.map(request, signal),
          this.#abort.signal,
        );
        this.#worked(method, mapping);
        return mapping;
      } catch (error) {
        failures.push(`${method.name}: ${errorText(error)}`);
      }
    }
    this.#failed(failures);
    return undefined;
  }

  async #methods(): Promise<readonly PortMappingMethod[]> {
    const { clock, methods } = this.#deps;
    if (this.#method) return [this.#method];
    if (methods) return methods();
    const routers = await possibleRouters();
    const byRouter = routers.flatMap((host) => {
      const router = { host, port: ROUTER_PORT };
      return [new Pcp(router, clock), new NatPmp(router, clock)];
    });
    return [...byRouter, new Upnp(clock)];
  }

  #worked(method: PortMappingMethod, mapping: PortMapping): void {
    const { host, port } = mapping.external;
    const before = this.#mapping?.external;
    this.#method = method;
    this.#mapping = mapping;
    this.#toldFailure = false;
    if (before?.host === host && before.port === port) return;
    const fields = { by: method.name, host, port, lifetimeS: mapping.lifetimeS };
    if (isGlobalHost(host)) this.#deps.log.info(fields, 'the router forwards the port');
    else this.#deps.log.warn(fields, 'the router forwards the port, but has no public address');
  }

  #failed(failures: readonly string[]): void {
    this.#method = undefined;
    this.#mapping = undefined;
    if (this.#toldFailure || this.#abort.signal.aborted) return;
    this.#toldFailure = true;
    this.#deps.log.warn({ failures }, 'no router forwards the port: others cannot connect to us');
  }

  async #within<Result>(
    limitMs: number,
    run: (signal: AbortSignal) => Promise<Result>,
    also?: AbortSignal,
  ): Promise<Result> {
    const limit = new AbortController();
    const timer = this.#deps.clock.setTimeout(
      () => limit.abort(new Error('took too long')),
      limitMs,
    );
    try {
      return await run(also ? AbortSignal.any([limit.signal, also]) : limit.signal);
    } finally {
      this.#deps.clock.clear(timer);
    }
  }
}
