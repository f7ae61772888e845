import type { HostPort } from './options.js';

/** Where a node that knows nobody begins [knownnodes.py:DEFAULT_NODES]. */
export const DEFAULT_NODES: readonly HostPort[] = [
  { host: '5.45.99.75', port: 8444 },
  { host: '75.167.159.54', port: 8444 },
  { host: '95.165.168.168', port: 8444 },
  { host: '85.180.139.241', port: 8444 },
  { host: '158.222.217.190', port: 8080 },
  { host: '178.62.12.187', port: 8448 },
  { host: '24.188.198.204', port: 8111 },
  { host: '109.147.204.113', port: 1195 },
  { host: '178.11.46.221', port: 8444 },
  // What MiNode begins with, besides.
  { host: '89.36.218.202', port: 8444 },
  { host: '158.222.217.190', port: 8444 },
  { host: '92.78.49.39', port: 8444 },
  { host: '78.55.217.23', port: 8844 },
  { host: '158.222.211.81', port: 8080 },
  { host: '95.247.239.194', port: 8484 },
  { host: '45.76.138.146', port: 8444 },
  { host: '85.114.135.102', port: 8444 },
  { host: '194.44.30.145', port: 8446 },
  { host: '85.25.152.9', port: 8444 },
];

/** Names whose addresses are nodes; never kept as nodes themselves [connectionpool.py]. */
export const BOOTSTRAP_NAMES: readonly HostPort[] = [
  { host: 'bootstrap8080.bitmessage.org', port: 8080 },
  { host: 'bootstrap8444.bitmessage.org', port: 8444 },
];

/** Default nodes count as seen so long ago: forgotten after ten minutes unless they answer. */
export const DEFAULT_NODE_AGE_S = 2_418_600;
