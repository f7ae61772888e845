/** A router for the local network, as a program: prints each forwarding that it is asked for. Argument: `pcp` or `nat-pmp`. */
import { ROUTER_PORT } from '../../src/network/limits.js';
import { FakeRouter } from '../support/fake-router.js';

/** Not left behind when nobody stops it. */
const LIFETIME_MS = 300_000;
const POLL_MS = 200;

const router = await FakeRouter.start({
  pcp: process.argv[2] === 'pcp',
  natPmp: true,
  at: { host: '0.0.0.0', port: ROUTER_PORT },
});
let told = '';
setInterval(() => {
  const now = JSON.stringify(router.forwardings);
  if (now !== told) console.log(now);
  told = now;
}, POLL_MS);
setTimeout(() => process.exit(0), LIFETIME_MS);
