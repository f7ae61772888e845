/** A SOCKS5 and SOCKS4a proxy on loopback that connects to ports of this machine only. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { freePort } from './free-port.js';

export interface SocksRequest {
  readonly kind: 'SOCKS5' | 'SOCKS4a';
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** As it came: a name, or an address in text form. */
  readonly host: string;
  readonly port: number;
}

export interface SocksProxyOptions {
  /** The only login that is good; without it SOCKS5 clients choose no login, or any. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Without `login`: asks for one where the client offers it, as Tor does. */
  readonly asksForLogin?: boolean;
  /** Port of 127.0.0.1 for a requested target; undefined: "host unreachable". */
  readonly portFor?: (request: SocksRequest) => number | undefined;
}

export class SocksProxy {
  readonly requests: SocksRequest[] = [];
  /** Clients that came, logged in or not. */
  connections = 0;
  readonly #options: SocksProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: SocksProxyOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.connections++;
      this.#keep(socket);
      void this.#serve(socket).catch(() => socket.destroy());
    });
  }

  /** @param port 0: one that stays its own after {@link stop}, to start another there */
  static async start(options: SocksProxyOptions = {}, port = 0): Promise<SocksProxy> {
    const proxy = new SocksProxy(options);
    const own = port || (await freePort());
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(own, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #serve(socket: Socket): Promise<void> {
    const reader = new ByteReader(socket);
    const [version] = await reader.take(1);
    const request = version === 5 ? await this.#read5(socket, reader) : await this.#read4(reader);
    if (!request) {
      socket.end();
      return;
    }
    this.requests.push(request);
    const { portFor } = this.#options;
    const port = portFor ? portFor(request) : request.port;
    const target = port === undefined ? undefined : await open(port);
    const is5 = request.kind === 'SOCKS5';
    if (!target) {
      socket.end(
        is5 ? Buffer.from('05040001000000000000', 'hex') : Buffer.from([0, 0x5b, 0, 0, 0, 0, 0, 0]),
      );
      return;
    }
    this.#keep(target);
    socket.write(
      is5 ? Buffer.from('050000017f0000010001', 'hex') : Buffer.from([0, 0x5a, 0, 0, 0, 0, 0, 0]),
    );
    reader.release();
    socket.pipe(target);
    target.pipe(socket);
    socket.once('close', () => target.destroy());
    target.once('close', () => socket.destroy());
  }

  async #read5(socket: Socket, reader: ByteReader): Promise<SocksRequest | undefined> {
    const [count = 0] = await reader.take(1);
    const methods = [...(await reader.take(count))];
    const { login, asksForLogin = false } = this.#options;
    let user: string | undefined;
    let password: string | undefined;
    if (login || (asksForLogin && methods.includes(2))) {
      socket.write(Buffer.of(5, methods.includes(2) ? 2 : 0xff));
      await reader.take(1);
      user = await reader.text();
      password = await reader.text();
      const isGood = !login || (user === login.user && password === login.password);
      socket.write(Buffer.of(1, isGood ? 0 : 1));
      if (!isGood) return undefined;
    } else socket.write(Buffer.of(5, 0));
    await reader.take(3);
    const [type] = await reader.take(1);
    const host =
      type === 3 ? await reader.text() : [...(await reader.take(type === 4 ? 16 : 4))].join('.');
    const port = (await reader.take(2)).readUInt16BE();
    return { kind: 'SOCKS5', user, password, host, port };
  }

  async #read4(reader: ByteReader): Promise<SocksRequest> {
    await reader.take(1);
    const port = (await reader.take(2)).readUInt16BE();
    const ip = [...(await reader.take(4))];
    const user = await reader.untilZero();
    const isName = ip.slice(0, 3).every((byte) => byte === 0);
    const host = isName ? await reader.untilZero() : ip.join('.');
    return { kind: 'SOCKS4a', user, password: undefined, host, port };
  }
}

function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

class ByteReader {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async take(count: number): Promise<Buffer> {
    for (;;) {
      const bytes = count === 0 ? Buffer.alloc(0) : (this.#socket.read(count) as Buffer | null);
      if (bytes) {
        if (bytes.length < count) throw new Error('the client went away');
        return bytes;
      }
      await new Promise<void>((resolve, reject) => {
        const onReadable = (): void => {
          this.#socket.removeListener('close', onClose);
          resolve();
        };
        const onClose = (): void => {
          this.#socket.removeListener('readable', onReadable);
          reject(new Error('the client went away'));
        };
        this.#socket.once('readable', onReadable);
        this.#socket.once('close', onClose);
      });
    }
  }

  async text(): Promise<string> {
    const [length = 0] = await this.take(1);
    return (await this.take(length)).toString('utf8');
  }

  async untilZero(): Promise<string> {
    let text = '';
    for (;;) {
      const [byte = 0] = await this.take(1);
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  }

  /** The rest of the stream is somebody else's. */
  release(): void {
    this.#socket.removeAllListeners('readable');
  }
}
