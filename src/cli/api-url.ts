import type { Settings } from '../node/settings/settings.js';

/** Where programs on this machine reach the API, without a slash at the end. */
export function apiUrl(
  settings: Settings,
  port = settings.integer('bitmessagesettings.apiport'),
): string {
  const host = settings.text('bitmessagesettings.apiinterface');
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
