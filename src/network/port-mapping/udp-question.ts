import { createSocket } from 'node:dgram';
import type { Clock, Timer } from '../../util/clock.js';
import { ROUTER_ASK_MS, ROUTER_ASKS } from '../limits.js';
import type { HostPort } from '../options.js';
import { PortMappingError } from './port-mapping.js';

export interface UdpQuestion<Answer> {
  readonly to: HostPort;
  /** @param ownHost the address that the router sees */
  readonly request: (ownHost: string) => Uint8Array;
  /** Undefined for what is no answer to this question. @throws PortMappingError for a refusal */
  readonly read: (response: Uint8Array) => Answer | undefined;
}

/**
 * Asks by datagram, again after 0.25 s, 0.5 s and so on [RFC 6886, 3.1]. The socket is connected: only
 * the one asked can answer.
 * @throws PortMappingError when there is no answer
 */
export function askByUdp<Answer>(
  { to, request, read }: UdpQuestion<Answer>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    let timer: Timer | undefined;
    const end = (): void => {
      clock.clear(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
    };
    const fail = (error: unknown): void => {
      end();
      reject(error instanceof Error ? error : new PortMappingError('failed', { cause: error }));
    };
    const onAbort = (): void => fail(signal.reason);
    const ask = (times: number, waitMs: number): void => {
      if (times === 0) {
        fail(new PortMappingError('the router does not answer'));
        return;
      }
      try {
        socket.send(request(socket.address().address));
      } catch (error) {
        fail(error);
        return;
      }
      timer = clock.setTimeout(() => ask(times - 1, waitMs * 2), waitMs);
    };
    socket.once('error', fail); // E.g. nobody listens on that port of the router.
    socket.on('message', (response) => {
      try {
        const answer = read(response);
        if (answer === undefined) return;
        end();
        resolve(answer);
      } catch (error) {
        fail(error);
      }
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
      return;
    }
    socket.connect(to.port, to.host, () => ask(ROUTER_ASKS, ROUTER_ASK_MS));
  });
}
