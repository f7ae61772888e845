import { HANDSHAKES } from './handshake-situations.js';
import { OBJECTS } from './object-situations.js';
import { PACKETS } from './packet-situations.js';
import type { WireSituation } from './wire-situation.js';

/** All situations that were not recorded. */
export const WIRE_SITUATIONS: readonly WireSituation[] = [...HANDSHAKES, ...PACKETS, ...OBJECTS];
