/** A listener on loopback that does what a test says with each connection. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface ScriptedProxy {
  readonly port: number;
  /** Connections that came. */
  readonly sockets: Socket[];
  /** All bytes that came, over all connections. */
  readonly received: Buffer[];
  stop(): Promise<void>;
}

/**
 * @param answers what to write after each chunk that comes; nothing when they are used up.
 */
export async function startScriptedProxy(
  answers: readonly (Uint8Array | 'close')[],
): Promise<ScriptedProxy> {
  const sockets: Socket[] = [];
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    let next = 0;
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      const answer = answers[next++];
      if (answer === 'close') socket.end();
      else if (answer) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    received,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
