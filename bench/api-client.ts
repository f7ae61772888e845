/** The cheapest possible client of the API: a socket and a text, so that the server is what is measured. */
import { connect, type Socket } from 'node:net';

const LOGIN = Buffer.from('username:password').toString('base64');

/** `legacy` or `json`: the form of the requests. */
export function requestText(variant: string, method: string, keepAlive: boolean): Buffer {
  const body =
    variant === 'json'
      ? `{"jsonrpc": "2.0", "method": "${method}", "params": ${jsonParams(method)}, "id": 1}`
      : `<?xml version='1.0'?><methodCall><methodName>${method}</methodName><params>${xmlParams(method)}</params></methodCall>`;
  const head = [
    'POST / HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Basic ${LOGIN}`,
    `Content-Length: ${body.length}`,
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function jsonParams(method: string): string {
  return method === 'helloWorld' ? '["hello", "world"]' : '[]';
}

function xmlParams(method: string): string {
  const text = (value: string): string => `<param><value><string>${value}</string></value></param>`;
  return method === 'helloWorld' ? text('hello') + text('world') : '';
}

/** One client that calls one after the other, over one connection or a new one for each call. */
export class ApiClient {
  readonly #port: number;
  readonly #keepAlive: boolean;
  #socket: Socket | undefined;

  constructor(port: number, keepAlive: boolean) {
    this.#port = port;
    this.#keepAlive = keepAlive;
  }

  /** Bytes of the answer's body. */
  async call(request: Buffer): Promise<number> {
    const socket = this.#socket ?? connect(this.#port, '127.0.0.1').setNoDelay(true);
    if (this.#keepAlive) this.#socket = socket;
    try {
      return await answerLength(socket, request);
    } finally {
      if (!this.#keepAlive) socket.destroy();
    }
  }

  close(): void {
    this.#socket?.destroy();
  }
}

function answerLength(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    let [begin, length] = [-1, 0];
    const chunks: number[] = [];
    const done = (error?: Error): void => {
      socket.off('data', onData).off('error', done).off('close', onClose);
      if (error) reject(error);
      else resolve(length);
    };
    const onClose = (): void => done(new Error(`closed early: ${received.toString('latin1')}`));
    const onData = (chunk: Buffer): void => {
      if (begin < 0) {
        received = Buffer.concat([received, chunk]);
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = received.subarray(0, end).toString('latin1');
        if (!/^HTTP\/1\.[01] 200/.test(head)) {
          done(new Error(head));
          return;
        }
        begin = end + 4;
        length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
        chunks.push(received.length);
      } else chunks[0] = (chunks[0] ?? 0) + chunk.length;
      if ((chunks[0] ?? 0) >= begin + length) done();
    };
    socket.on('data', onData).on('error', done).on('close', onClose);
    socket.write(request);
  });
}
