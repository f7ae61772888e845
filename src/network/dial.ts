import { connect, type Socket } from 'node:net';
import type { Clock } from '../util/clock.js';
import { HANDSHAKE_TIMEOUT_MS } from './limits.js';
import type { HostPort } from './options.js';

/** How outbound connections are made: directly or, another implementation, through a proxy. */
export interface Dialer {
  /** Whether there is a way to a host: `later` while the proxy for it does not work. */
  reach(host: string): 'now' | 'later' | 'never';
  /** To be awaited before the first dial: finds out what works and tells of what does not. */
  prepare?(signal: AbortSignal): Promise<void>;
  /** Time that a dial may take. */
  timeoutMs(host: string): number;
  /**
   * Opens a connection; it carries no data yet.
   * @throws Error when it cannot be opened within `timeoutMs` or `signal` is aborted before
   */
  dial(target: HostPort, timeoutMs: number, signal: AbortSignal): Promise<Socket>;
}

/** TCP to the target itself. */
export function createDirectDialer(clock: Clock): Dialer {
  return {
    reach: () => 'now',
    timeoutMs: () => HANDSHAKE_TIMEOUT_MS,
    dial: ({ host, port }, timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host, port, noDelay: true });
        const onAbort = (): void => void socket.destroy(new Error('dial was given up'));
        const onError = (error: Error): void => {
          clock.clear(timer);
          signal.removeEventListener('abort', onAbort);
          reject(error);
        };
        const timer = clock.setTimeout(
          () => socket.destroy(new Error('dial took too long')),
          timeoutMs,
        );
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
        socket.once('error', onError);
        socket.once('connect', () => {
          clock.clear(timer);
          signal.removeEventListener('abort', onAbort);
          socket.removeListener('error', onError);
          resolve(socket);
        });
      }),
  };
}
