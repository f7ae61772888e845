/** From which addresses the connections of our own onion service come. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { ProxySettings } from './settings/proxy-settings.js';
import type { Settings } from './settings/settings.js';

const LOCALHOST = '127.0.0.1';

/**
 * The address of `sockshostname`, whether a proxy is used or not, as PyBitmessage does; none while it
 * is unknown. A name is only looked up where Tor runs on another machine and serves us.
 * [protocol.py:checkSocksIP]
 */
export async function proxyHosts(
  settings: Settings,
  { ownOnion, routes }: ProxySettings,
  log: Log,
): Promise<string[]> {
  const host = settings.text('bitmessagesettings.sockshostname').trim().toLowerCase();
  if (host === '' || host === 'localhost') return [LOCALHOST];
  if (isIP(host)) return [host];
  if (!ownOnion || !(routes.clear ?? routes.onion)) return [];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const reason = errorText(error);
    log.warn(
      { host, reason },
      "sockshostname is unknown: one connection at a time comes in through Tor; write Tor's address",
    );
    return [];
  }
}
