/** Forwarding by a UPnP router [WANIPConnection:1 and :2, WANPPPConnection:1]. */
import type { Clock } from '../../util/clock.js';
import type { HostPort } from '../options.js';
import { randomInt } from '../../util/random.js';
import { MAX_UPNP_PORT_TRIES, RANDOM_PORT_MAX, RANDOM_PORT_MIN } from '../limits.js';
import {
  PortMappingError,
  type MapRequest,
  type PortMapping,
  type PortMappingMethod,
} from './port-mapping.js';
import { askRouter, readGroups, type Fields } from './router-page.js';
import { findRouters, SSDP_ADDRESS } from './ssdp.js';

const SERVICE = /^urn:schemas-upnp-org:service:WAN(IP|PPP)Connection:[12]$/;
const DESCRIPTION = 'Petrel';
const OK = 200;

/** Codes of refusals. */
const PORT_TAKEN = '718';
const PERMANENT_LEASES_ONLY = '725';

interface Service {
  readonly type: string;
  readonly control: URL;
  readonly ownHost: string;
}

class UpnpRefusal extends PortMappingError {
  readonly code: string;

  constructor(code: string, text: string) {
    super(`refused: ${code} ${text}`.slice(0, 200));
    this.code = code;
  }
}

export class Upnp implements PortMappingMethod {
  readonly name = 'UPnP';
  readonly #clock: Clock;
  readonly #searchAt: HostPort;
  #service: Service | undefined;

  constructor(clock: Clock, searchAt: HostPort = SSDP_ADDRESS) {
    this.#clock = clock;
    this.#searchAt = searchAt;
  }

  async map(request: MapRequest, signal: AbortSignal): Promise<PortMapping> {
    this.#service ??= await this.#find(signal);
    try {
      const port = await this.#addMapping(this.#service, request, signal);
      const answer = await call(this.#service, 'GetExternalIPAddress', [], signal);
      const host = answer.get('NewExternalIPAddress') ?? '';
      return { external: { host, port }, lifetimeS: request.lifetimeS };
    } catch (error) {
      this.#service = undefined; // The router may have got another address: search again.
      throw error;
    }
  }

  async unmap({ external }: PortMapping, signal: AbortSignal): Promise<void> {
    if (!this.#service) return;
    await call(this.#service, 'DeletePortMapping', outerEnd(external.port), signal);
  }

  async #find(signal: AbortSignal): Promise<Service> {
    for (const url of await findRouters(this.#clock, signal, this.#searchAt)) {
      const { text, ownHost } = await askRouter(url, signal);
      const service = readDescription(text, url);
      if (service) return { ...service, ownHost };
    }
    throw new PortMappingError('no UPnP router found');
  }

  /** The wished port, or a random one when somebody else has it. @returns the port */
  async #addMapping(
    service: Service,
    { port, externalPort, lifetimeS }: MapRequest,
    signal: AbortSignal,
  ): Promise<number> {
    let wished = externalPort;
    let lease = lifetimeS;
    for (let tries = MAX_UPNP_PORT_TRIES; ; tries--) {
      try {
        const inner: [string, string | number][] = [
          ['NewInternalPort', port],
          ['NewInternalClient', service.ownHost],
          ['NewEnabled', 1],
          ['NewPortMappingDescription', DESCRIPTION],
          ['NewLeaseDuration', lease],
        ];
        await call(service, 'AddPortMapping', [...outerEnd(wished), ...inner], signal);
        return wished;
      } catch (error) {
        if (!(error instanceof UpnpRefusal) || tries <= 1) throw error;
        if (error.code === PERMANENT_LEASES_ONLY && lease !== 0) lease = 0;
        else if (error.code === PORT_TAKEN) wished = randomInt(RANDOM_PORT_MIN, RANDOM_PORT_MAX);
        else throw error;
      }
    }
  }
}

function outerEnd(port: number): [string, string | number][] {
  return [
    ['NewRemoteHost', ''],
    ['NewExternalPort', port],
    ['NewProtocol', 'TCP'],
  ];
}

/** The control address has to be the router's own. */
function readDescription(text: string, url: URL): Omit<Service, 'ownHost'> | undefined {
  for (const { name, fields } of readGroups(text)) {
    const type = fields.get('serviceType') ?? '';
    const path = fields.get('controlURL') ?? '';
    if (name !== 'service' || !SERVICE.test(type) || !URL.canParse(path, url.href)) continue;
    const control = new URL(path, url);
    if (control.protocol === 'http:' && control.hostname === url.hostname) return { type, control };
  }
  return undefined;
}

async function call(
  { type, control }: Service,
  action: string,
  values: readonly (readonly [string, string | number])[],
  signal: AbortSignal,
): Promise<Fields> {
  const inside = values.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
  const body =
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
    `<u:${action} xmlns:u="${type}">${inside}</u:${action}></s:Body></s:Envelope>`;
  const page = await askRouter(control, signal, { body, action: `${type}#${action}` });
  const groups = readGroups(page.text);
  const refusal = groups.find(({ name }) => name === 'UPnPError')?.fields;
  if (refusal) {
    throw new UpnpRefusal(refusal.get('errorCode') ?? '', refusal.get('errorDescription') ?? '');
  }
  if (page.status !== OK) throw new PortMappingError(`refused: HTTP status ${page.status}`);
  return groups.find(({ name }) => name === `${action}Response`)?.fields ?? new Map();
}
