/** Port Control Protocol, opcode MAP [RFC 6887, 7 and 11]: 60 bytes to the router and 60 back. */
import { equalBytes } from '../../util/bytes.js';
import type { Clock } from '../../util/clock.js';
import { randomBytes } from '../../util/random.js';
import { decodeHost, encodeHost } from '../../wire/net-addr.js';
import type { HostPort } from '../options.js';
import {
  PortMappingError,
  type MapRequest,
  type PortMapping,
  type PortMappingMethod,
} from './port-mapping.js';
import { askByUdp } from './udp-question.js';

const VERSION = 2;
const OP_MAP = 1;
const ANSWER = 0x80;
const TCP = 6;
const PACKET_BYTES = 60;
const NONCE_OFFSET = 24;
const NONCE_BYTES = 12;
const PROTOCOL_OFFSET = 36;
const INTERNAL_PORT_OFFSET = 40;
const EXTERNAL_PORT_OFFSET = 42;
const EXTERNAL_HOST_OFFSET = 44;
const CLIENT_HOST_OFFSET = 8;
const HOST_BYTES = 16;
/** "No wish" for the outer address. */
const ANY_IPV4 = '0.0.0.0';

const REFUSALS: Readonly<Record<number, string>> = {
  1: 'another version only',
  2: 'not allowed by the router',
  8: 'no ports left',
  9: 'unknown to the router',
  11: 'not possible',
};

export class Pcp implements PortMappingMethod {
  readonly name = 'PCP';
  readonly #router: HostPort;
  readonly #clock: Clock;
  /** Shows the router that a renewal or removal comes from whoever made the mapping. */
  readonly #nonce = randomBytes(NONCE_BYTES);
  #port = 0;

  constructor(router: HostPort, clock: Clock) {
    this.#router = router;
    this.#clock = clock;
  }

  map(request: MapRequest, signal: AbortSignal): Promise<PortMapping> {
    this.#port = request.port;
    return askByUdp(
      {
        to: this.#router,
        request: (ownHost) => this.#encode(request, ownHost),
        read: (response) => this.#read(response),
      },
      this.#clock,
      signal,
    );
  }

  async unmap({ external }: PortMapping, signal: AbortSignal): Promise<void> {
    await this.map({ port: this.#port, externalPort: external.port, lifetimeS: 0 }, signal);
  }

  #encode({ port, externalPort, lifetimeS }: MapRequest, ownHost: string): Uint8Array {
    const bytes = new Uint8Array(PACKET_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, VERSION);
    view.setUint8(1, OP_MAP);
    view.setUint32(4, lifetimeS);
    bytes.set(encodeHost(ownHost), CLIENT_HOST_OFFSET);
    bytes.set(this.#nonce, NONCE_OFFSET);
    view.setUint8(PROTOCOL_OFFSET, TCP);
    view.setUint16(INTERNAL_PORT_OFFSET, port);
    view.setUint16(EXTERNAL_PORT_OFFSET, externalPort);
    bytes.set(encodeHost(ANY_IPV4), EXTERNAL_HOST_OFFSET);
    return bytes;
  }

  #read(response: Uint8Array): PortMapping | undefined {
    const view = new DataView(response.buffer, response.byteOffset, response.length);
    if (view.byteLength < 4) return undefined;
    // A router that knows NAT-PMP only answers in its version.
    if (view.getUint8(0) !== VERSION) throw new PortMappingError('refused: another version only');
    if (view.getUint8(1) !== OP_MAP + ANSWER) return undefined;
    const code = view.getUint8(3);
    if (code !== 0) throw new PortMappingError(`refused: ${REFUSALS[code] ?? `code ${code}`}`);
    if (view.byteLength < PACKET_BYTES) return undefined;
    const nonce = response.subarray(NONCE_OFFSET, NONCE_OFFSET + NONCE_BYTES);
    const isOurs =
      equalBytes(nonce, this.#nonce) && view.getUint16(INTERNAL_PORT_OFFSET) === this.#port;
    if (!isOurs) return undefined;
    const end = EXTERNAL_HOST_OFFSET + HOST_BYTES;
    const host = decodeHost(response.subarray(EXTERNAL_HOST_OFFSET, end));
    const port = view.getUint16(EXTERNAL_PORT_OFFSET);
    return { external: { host, port }, lifetimeS: view.getUint32(4) };
  }
}
