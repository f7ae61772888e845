/** Settings that must not be ignored silently, because whoever made them relies on them. */
import { UserError } from '../../util/errors.js';
import type { Settings } from './settings.js';

const NO_PROXY = new Set(['', 'none']);

/** Whether connections have to leave through a proxy. */
export function isProxied(settings: Settings): boolean {
  return !NO_PROXY.has(settings.text('bitmessagesettings.socksproxytype').toLowerCase());
}

/**
 * Ends the start when the node would go to the network directly although it was told to go through
 * a proxy. A node that dials nobody (offline), or that dials trusted peers only, may start.
 * @throws UserError
 */
export function refuseIgnoredProxy(settings: Settings): void {
  const dialsOnlyKnown =
    settings.boolean('network.offline') ||
    settings.list('bitmessagesettings.trustedpeer').length > 0;
  if (dialsOnlyKnown) return;
  const proxy = settings.text('bitmessagesettings.socksproxytype');
  const wanted = isProxied(settings)
    ? `bitmessagesettings.socksproxytype=${proxy}`
    : settings.boolean('bitmessagesettings.onionservicesonly')
      ? 'bitmessagesettings.onionservicesonly=true'
      : undefined;
  if (wanted === undefined) return;
  throw new UserError(
    `${wanted}: Petrel cannot use a proxy yet and will not connect without it; ` +
      'start with --offline, or set it to none',
  );
}
