/** A router on loopback that speaks PCP, NAT-PMP and UPnP, as much of them as forwarding needs. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostPort } from '../../src/network/options.js';

export interface Forwarding {
  readonly by: 'PCP' | 'NAT-PMP' | 'UPnP';
  readonly externalPort: number;
  readonly internalPort: number;
  readonly internalHost: string;
  readonly lifetimeS: number;
}

export interface FakeRouterOptions {
  readonly pcp?: boolean;
  readonly natPmp?: boolean;
  readonly upnp?: boolean;
  /** Where PCP and NAT-PMP are spoken; any port of 127.0.0.1. */
  readonly at?: HostPort;
  /** Datagrams ignored before the first is answered. */
  readonly lost?: number;
  /** Answered instead of what is right. */
  readonly garbage?: Uint8Array;
  readonly externalHost?: string;
  readonly lifetimeS?: number;
  /** Outer ports that somebody else has; asking for them gives the next one, by UPnP an error. */
  readonly taken?: readonly number[];
  /** UPnP: leases have no end here. */
  readonly permanentLeases?: boolean;
  /** Where the description is said to be, instead of here. */
  readonly location?: string;
  readonly description?: string;
}

const WAN_SERVICE = 'urn:schemas-upnp-org:service:WANIPConnection:1';

export class FakeRouter {
  readonly forwardings: Forwarding[] = [];
  /** Everything asked, in order: `PCP`, `NAT-PMP`, `search`, `GET /path`, SOAP actions. */
  readonly asked: string[] = [];
  readonly options: FakeRouterOptions;
  readonly #udp: Socket = createSocket('udp4');
  readonly #ssdp: Socket = createSocket('udp4');
  readonly #http: Server;
  #lost: number;

  private constructor(options: FakeRouterOptions) {
    this.options = options;
    this.#lost = options.lost ?? 0;
    this.#http = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: FakeRouterOptions): Promise<FakeRouter> {
    const router = new FakeRouter(options);
    router.#udp.on('message', (message, { port, address }) => {
      const answer = router.#answer(message, address);
      if (answer) router.#udp.send(answer, port, address);
    });
    router.#ssdp.on('message', (message, { port, address }) => {
      router.asked.push('search');
      const answer = router.#searched(message.toString('latin1'));
      if (answer !== undefined) router.#ssdp.send(answer, port, address);
    });
    const { host, port } = options.at ?? { host: '127.0.0.1', port: 0 };
    router.#udp.bind(port, host);
    router.#ssdp.bind(0, '127.0.0.1');
    router.#http.listen(0, '127.0.0.1');
    await Promise.all([
      once(router.#udp, 'listening'),
      once(router.#ssdp, 'listening'),
      once(router.#http, 'listening'),
    ]);
    return router;
  }

  get address(): HostPort {
    return { host: '127.0.0.1', port: this.#udp.address().port };
  }

  get searchAddress(): HostPort {
    return { host: '127.0.0.1', port: this.#ssdp.address().port };
  }

  get #httpPort(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#udp.close();
    this.#ssdp.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #answer(message: Buffer, from: string): Uint8Array | undefined {
    const isPcp = message[0] === 2;
    this.asked.push(isPcp ? 'PCP' : 'NAT-PMP');
    if (this.#lost-- > 0) return undefined;
    const { garbage, pcp, natPmp } = this.options;
    if (garbage) return garbage;
    if (isPcp) return pcp ? this.#pcp(message) : this.#otherVersion(natPmp);
    return natPmp ? this.#natPmp(message, from) : undefined;
  }

  /** RFC 6886, 3.5: version 0, result 1. */
  #otherVersion(natPmp = false): Uint8Array | undefined {
    return natPmp ? new Uint8Array([0, 0x80, 0, 1, 0, 0, 0, 0]) : undefined;
  }

  #pcp(request: Buffer): Uint8Array {
    const answer = Buffer.from(request);
    answer[1] = 0x81;
    answer[3] = 0;
    const lifetimeS = this.#lifetime(request.readUInt32BE(4));
    answer.writeUInt32BE(lifetimeS, 4);
    answer.fill(0, 8, 24);
    const internalPort = request.readUInt16BE(40);
    const externalPort = this.#free(request.readUInt16BE(42));
    answer.writeUInt16BE(externalPort, 42);
    answer.set(this.#externalBytes(), 56);
    answer.fill(0xff, 54, 56);
    const internalHost = [...request.subarray(20, 24)].join('.');
    this.#forward({ by: 'PCP', externalPort, internalPort, internalHost, lifetimeS });
    return answer;
  }

  #natPmp(request: Buffer, internalHost: string): Uint8Array {
    if (request[1] === 0) {
      return new Uint8Array([0, 0x80, 0, 0, 0, 0, 0, 1, ...this.#externalBytes()]);
    }
    const answer = Buffer.alloc(16);
    answer[1] = 0x80 + (request[1] ?? 0);
    const lifetimeS = this.#lifetime(request.readUInt32BE(8));
    const internalPort = request.readUInt16BE(4);
    const externalPort = this.#free(request.readUInt16BE(6));
    answer.writeUInt16BE(internalPort, 8);
    answer.writeUInt16BE(externalPort, 10);
    answer.writeUInt32BE(lifetimeS, 12);
    this.#forward({ by: 'NAT-PMP', externalPort, internalPort, internalHost, lifetimeS });
    return answer;
  }

  #lifetime(asked: number): number {
    return asked === 0 ? 0 : (this.options.lifetimeS ?? asked);
  }

  #free(port: number): number {
    let free = port;
    while (this.options.taken?.includes(free)) free++;
    return free;
  }

  #externalBytes(): number[] {
    return (this.options.externalHost ?? '5.9.1.1').split('.').map(Number);
  }

  #forward(forwarding: Forwarding): void {
    const { by, internalPort, lifetimeS } = forwarding;
    const others = this.forwardings.filter(
      (one) => one.by !== by || one.internalPort !== internalPort,
    );
    this.forwardings.splice(0, Infinity, ...others, ...(lifetimeS > 0 ? [forwarding] : []));
  }

  #searched(text: string): string | undefined {
    if (!this.options.upnp || !text.startsWith('M-SEARCH * HTTP/1.1\r\n')) return undefined;
    if (!text.includes('MAN: "ssdp:discover"') || !text.includes('Device:1\r\n')) return undefined;
    const location = this.options.location ?? `http://127.0.0.1:${this.#httpPort}/root.xml`;
    return `HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nLocation: ${location}\r\n\r\n`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.method === 'GET') {
      this.asked.push(`GET ${request.url ?? ''}`);
      response.end(this.options.description ?? DESCRIPTION);
      return;
    }
    const action = /#(\w+)"/.exec(String(request.headers['soapaction']))?.[1] ?? '';
    this.asked.push(action);
    const [status, answer] = this.#act(action, body);
    response.statusCode = status;
    response.end(
      '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' +
        `<s:Body>${answer}</s:Body></s:Envelope>`,
    );
  }

  #act(action: string, body: string): [number, string] {
    const field = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1] ?? '';
    const externalPort = Number(field('NewExternalPort'));
    let inside = '';
    if (action === 'GetExternalIPAddress') {
      inside = `<NewExternalIPAddress>${this.#externalBytes().join('.')}</NewExternalIPAddress>`;
    } else if (action === 'AddPortMapping') {
      const lifetimeS = Number(field('NewLeaseDuration'));
      if (this.options.permanentLeases && lifetimeS > 0) return refusal(725, 'OnlyPermanentLeases');
      if (this.options.taken?.includes(externalPort)) return refusal(718, 'Conflict');
      const internalPort = Number(field('NewInternalPort'));
      const internalHost = field('NewInternalClient');
      const forwarding = { externalPort, internalPort, internalHost };
      this.#forward({ by: 'UPnP', ...forwarding, lifetimeS: Math.max(1, lifetimeS) });
    } else if (action === 'DeletePortMapping') {
      const left = this.forwardings.filter((one) => one.externalPort !== externalPort);
      this.forwardings.splice(0, Infinity, ...left);
    } else return refusal(401, 'Invalid Action');
    return [200, `<u:${action}Response xmlns:u="${WAN_SERVICE}">${inside}</u:${action}Response>`];
  }
}

function refusal(code: number, text: string): [number, string] {
  return [
    500,
    '<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>' +
      '<UPnPError xmlns="urn:schemas-upnp-org:control-1-0">' +
      `<errorCode>${code}</errorCode><errorDescription>${text}</errorDescription>` +
      '</UPnPError></detail></s:Fault>',
  ];
}

/** As a small router describes itself: devices in devices, the service we want at the bottom. */
const DESCRIPTION = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<friendlyName>Router</friendlyName><serviceList><service>
<serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
<controlURL>/l3</controlURL></service></serviceList>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType><deviceList><device>
<deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType><serviceList><service>
<serviceType>${WAN_SERVICE}</serviceType><serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId>
<SCPDURL>/wanip.xml</SCPDURL><controlURL>/ctl/IPConn</controlURL><eventSubURL>/evt</eventSubURL>
</service></serviceList></device></deviceList></device></deviceList></device></root>`;
