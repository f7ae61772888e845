import type { HostPort } from '../options.js';

/** What is asked of a router: that TCP connections to an outer port of it come to a port here. */
export interface MapRequest {
  /** The port listened on. */
  readonly port: number;
  /** The outer port that we would like to have. */
  readonly externalPort: number;
  readonly lifetimeS: number;
}

/** What the router granted. */
export interface PortMapping {
  /** The router's outer address, private if it is behind another router, and port. */
  readonly external: HostPort;
  /** After that it is gone unless renewed. */
  readonly lifetimeS: number;
}

/** One protocol spoken with one router. Everything ends when the signal is aborted. */
export interface PortMappingMethod {
  readonly name: 'PCP' | 'NAT-PMP' | 'UPnP';
  /** Makes or renews a mapping. @throws PortMappingError, or the reason of the signal */
  map(request: MapRequest, signal: AbortSignal): Promise<PortMapping>;
  /** Removes it. @throws PortMappingError, or the reason of the signal */
  unmap(mapping: PortMapping, signal: AbortSignal): Promise<void>;
}

/** A router refused, or answered what cannot be understood. */
export class PortMappingError extends Error {
  override readonly name = 'PortMappingError';
}
