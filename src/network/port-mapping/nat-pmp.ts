/** NAT-PMP [RFC 6886]: 2 or 12 bytes to the router, 12 or 16 back. */
import type { Clock } from '../../util/clock.js';
import type { HostPort } from '../options.js';
import {
  PortMappingError,
  type MapRequest,
  type PortMapping,
  type PortMappingMethod,
} from './port-mapping.js';
import { askByUdp } from './udp-question.js';

const OP_ADDRESS = 0;
const OP_MAP_TCP = 2;
/** Set in the opcode of answers. */
const ANSWER = 0x80;
const REQUEST_BYTES = 12;
const ADDRESS_ANSWER_BYTES = 12;
const MAP_ANSWER_BYTES = 16;

const REFUSALS: Readonly<Record<number, string>> = {
  1: 'another version only',
  2: 'not allowed by the router',
  3: 'the router has no address itself',
  4: 'no ports left',
  5: 'unknown to the router',
};

export class NatPmp implements PortMappingMethod {
  readonly name = 'NAT-PMP';
  readonly #router: HostPort;
  readonly #clock: Clock;
  #port = 0;

  constructor(router: HostPort, clock: Clock) {
    this.#router = router;
    this.#clock = clock;
  }

  async map(request: MapRequest, signal: AbortSignal): Promise<PortMapping> {
    const host = await this.#externalHost(signal);
    this.#port = request.port;
    const { port, lifetimeS } = await this.#ask(request, signal);
    return { external: { host, port }, lifetimeS };
  }

  async unmap(_mapping: PortMapping, signal: AbortSignal): Promise<void> {
    // Outer port and lifetime 0 mean: remove [RFC 6886, 3.4].
    await this.#ask({ port: this.#port, externalPort: 0, lifetimeS: 0 }, signal);
  }

  #externalHost(signal: AbortSignal): Promise<string> {
    return askByUdp(
      {
        to: this.#router,
        request: () => new Uint8Array([0, OP_ADDRESS]),
        read: (response) => {
          const view = readAnswer(response, OP_ADDRESS, ADDRESS_ANSWER_BYTES);
          return view && [8, 9, 10, 11].map((offset) => view.getUint8(offset)).join('.');
        },
      },
      this.#clock,
      signal,
    );
  }

  #ask(
    { port, externalPort, lifetimeS }: MapRequest,
    signal: AbortSignal,
  ): Promise<{ port: number; lifetimeS: number }> {
    const request = new DataView(new ArrayBuffer(REQUEST_BYTES));
    request.setUint8(1, OP_MAP_TCP);
    request.setUint16(4, port);
    request.setUint16(6, externalPort);
    request.setUint32(8, lifetimeS);
    return askByUdp(
      {
        to: this.#router,
        request: () => new Uint8Array(request.buffer),
        read: (response) => {
          const view = readAnswer(response, OP_MAP_TCP, MAP_ANSWER_BYTES);
          if (view?.getUint16(8) !== port) return undefined;
          return { port: view.getUint16(10), lifetimeS: view.getUint32(12) };
        },
      },
      this.#clock,
      signal,
    );
  }
}

function readAnswer(response: Uint8Array, opcode: number, bytes: number): DataView | undefined {
  const view = new DataView(response.buffer, response.byteOffset, response.length);
  if (view.byteLength < 4 || view.getUint8(1) !== opcode + ANSWER) return undefined;
  const code = view.getUint16(2);
  if (view.getUint8(0) !== 0 || code !== 0) {
    throw new PortMappingError(`refused: ${REFUSALS[code] ?? `code ${code}`}`);
  }
  return view.byteLength < bytes ? undefined : view;
}
