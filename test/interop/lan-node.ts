/**
 * A network layer with discovery on the local network, as a program: prints a line for each peer that
 * is established, `inbound HOST USER-AGENT` or `outbound …`. Argument: `dial`, `wait`, or `map`: asks the router for its port instead, and gives it back at SIGTERM.
 */
import { Network } from '../../src/network/network.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { MemoryInventory, MemoryNodeStore } from '../support/memory-inventory.js';

/** Not left behind when nobody stops it. */
const LIFETIME_MS = 300_000;

const mode = process.argv[2];
const network = new Network(
  {
    udp: mode !== 'map',
    upnp: mode === 'map',
    sendOutgoing: mode === 'dial',
    bindHosts: ['0.0.0.0'],
  },
  {
    inventory: new MemoryInventory(),
    nodes: new MemoryNodeStore(),
    log: { ...nullLog, warn: (...args: unknown[]) => console.log('warn', ...args) },
    clock: systemClock,
  },
);
network.events.on('peerUp', ({ inbound, host, userAgent }) => {
  console.log(`${inbound ? 'inbound' : 'outbound'} ${host} ${userAgent}`);
});
await network.start();
console.log('listening');
process.once('SIGTERM', () => void network.stop().then(() => process.exit(0)));
setTimeout(() => process.exit(0), LIFETIME_MS);
