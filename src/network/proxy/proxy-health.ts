import type { Clock } from '../../util/clock.js';
import type { Log } from '../../util/log.js';
import { PROXY_REST_MS, UNREACHED_BEFORE_WARNING } from '../limits.js';
import type { ProxyError } from './proxy-error.js';
import { type ProxyErrorCode } from './proxy-error.js';
import type { ProxyEndpoint } from './proxy-routes.js';

/** What to do about it, for the person at the log. */
const REMEDY: Readonly<Partial<Record<ProxyErrorCode, string>>> = {
  unreachable: 'start it, or correct host and port of the proxy in the settings',
  silent: 'is it overloaded, or something else on that port?',
  garbage: 'correct port or type of the proxy in the settings',
  'login-refused':
    'set socksauthentication, socksusername and sockspassword as the proxy wants them',
  unwilling: 'let the proxy allow outgoing connections',
};

/**
 * Whether a proxy works. One that fails is left alone for a while, longer each time, and each change
 * is told once, not with every dial.
 */
export class ProxyHealth {
  readonly #clock: Clock;
  readonly #log: Log;
  #failures = 0;
  #restsUntilMs = 0;
  #toldCode: ProxyErrorCode | undefined;
  /** Dials in a row that the proxy answered and that did not reach their target. */
  #unreached = 0;

  constructor(proxy: ProxyEndpoint, { clock, log }: { clock: Clock; log: Log }) {
    this.#clock = clock;
    const { kind, host, port } = proxy;
    this.#log = log.child({ proxy: `${kind} ${host}:${port}` });
  }

  get isResting(): boolean {
    return this.#clock.monotonicMs() < this.#restsUntilMs;
  }

  /** A connection was opened through it. */
  worked(): void {
    if (this.#toldCode !== undefined || this.#unreached >= UNREACHED_BEFORE_WARNING) {
      this.#log.warn('the proxy works again');
    }
    this.#answered();
    this.#unreached = 0;
  }

  failed(error: ProxyError): void {
    if (!error.isProxyFault) {
      this.#answered();
      if (++this.#unreached === UNREACHED_BEFORE_WARNING) this.#tellUnreached(error);
    } else if (!this.isResting) {
      // Dials that were under way together count once.
      const step = Math.min(this.#failures++, PROXY_REST_MS.length - 1);
      this.#restsUntilMs = this.#clock.monotonicMs() + (PROXY_REST_MS[step] ?? 0);
      this.#tellFailure(error);
    }
  }

  #answered(): void {
    this.#failures = 0;
    this.#restsUntilMs = 0;
    this.#toldCode = undefined;
  }

  #tellFailure({ code, message }: ProxyError): void {
    if (this.#toldCode === code) return;
    this.#toldCode = code;
    const remedy = REMEDY[code];
    this.#log.warn(
      { reason: message, remedy },
      'the proxy does not work: nothing is dialled until it does, and nothing past it',
    );
  }

  #tellUnreached({ message }: ProxyError): void {
    this.#log.warn(
      { reason: message, remedy: 'look at its log: is it connected to the network?' },
      'the proxy answers, but nothing can be reached through it',
    );
  }
}
