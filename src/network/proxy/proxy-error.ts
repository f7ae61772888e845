/** Why a connection through a proxy could not be opened. */

/** A closed list. What is the proxy's fault concerns every dial, the rest one target only. */
export type ProxyErrorCode =
  /** No TCP connection to the proxy. */
  | 'unreachable'
  /** It was too slow, before it was asked for the target. */
  | 'silent'
  /** Its answer breaks the protocol, or it closes before it was asked for the target. */
  | 'garbage'
  /** It wants a user and a password and refuses ours, or wants another kind of login. */
  | 'login-refused'
  /** It does not connect for clients like us at all. */
  | 'unwilling'
  /** It failed a moment ago and is left alone for a while. */
  | 'resting'
  /** The target cannot be reached through it; it says so, gives up or takes too long. */
  | 'target'
  /** A target that must not, or cannot, be asked for: no proxy for onion services, no such name. */
  | 'no-route';

const TARGET_CODES: ReadonlySet<ProxyErrorCode> = new Set(['target', 'no-route']);

export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: ProxyErrorCode;

  /** @param message without any login */
  constructor(code: ProxyErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }

  /** Nothing is known about the target: it must not be blamed. */
  get isProxyFault(): boolean {
    return !TARGET_CODES.has(this.code);
  }
}
