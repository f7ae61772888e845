/** Whether the proxies of the settings answer: asked without a target, so nothing is dialled through them. */
import type { ProxyErrorCode } from '../network/proxy/proxy-error.js';
import { ProxyDialer } from '../network/proxy/proxy-dialer.js';
import type { ProxyRoutes } from '../network/proxy/proxy-routes.js';
import type { Clock } from '../util/clock.js';
import { nullLog } from '../util/log.js';

export interface ProbedProxy {
  /** As `SOCKS5 localhost:9050`. */
  readonly name: string;
  /** Undefined: it answers. */
  readonly code: ProxyErrorCode | undefined;
  /** Why it does not; ''. */
  readonly reason: string;
}

/** Ends by itself: each answer has its time. */
export async function probeProxies(routes: ProxyRoutes, clock: Clock): Promise<ProbedProxy[]> {
  const dialer = new ProxyDialer(routes, { clock, log: nullLog });
  const answers = await dialer.examine(new AbortController().signal);
  return answers.map(({ proxy: { kind, host, port }, error }) => ({
    name: `${kind} ${host.includes(':') ? `[${host}]` : host}:${port}`,
    code: error?.code,
    reason: error?.message ?? '',
  }));
}
