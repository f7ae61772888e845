/** Outbound connections for tests: to this machine, never anywhere else. */
import type { Clock } from '../../src/util/clock.js';
import { createDirectDialer, type Dialer } from '../../src/network/dial.js';

/** Fails loudly, and lists, whatever is not loopback. */
export interface LoopbackDialer extends Dialer {
  /** Targets that were refused, as `host:port`. */
  readonly refused: string[];
}

export function createLoopbackDialer(clock: Clock): LoopbackDialer {
  const direct = createDirectDialer(clock);
  const refused: string[] = [];
  return {
    ...direct,
    refused,
    dial(target, timeoutMs, signal) {
      if (/^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(target.host)) {
        return direct.dial(target, timeoutMs, signal);
      }
      refused.push(`${target.host}:${target.port}`);
      return Promise.reject(new Error(`tests do not dial ${target.host}`));
    },
  };
}
