/**
 * TLS as Bitmessage nodes do it: anonymous key agreement on secp256k1, no certificates, no protection
 * against active attackers. The dialling side is the TLS client. [tls.py]
 */
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Clock } from '../util/clock.js';

/**
 * `@SECLEVEL=0` allows anonymous suites at all, TLS 1.0 serves old peers, and TLS 1.3 knows neither
 * this suite nor this curve. The other curves are for peers that were not restricted to secp256k1.
 */
const RECIPE = {
  ciphers: 'AECDH-AES256-SHA@SECLEVEL=0',
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.2',
  ecdhCurve: 'secp256k1:P-256:P-384:P-521:X25519',
} as const;

/** Time for the self-test; it takes milliseconds. */
const SELF_TEST_TIMEOUT_MS = 5_000;

/** Content type of the first byte of a TLS connection that begins with an alert. */
export const TLS_ALERT = 0x15;

let context: SecureContext | undefined;

/**
 * Puts TLS on top of a connection, as server when it is inbound. Bytes of TLS that were read already
 * must have been pushed back with `unshift`. `onSecure` is called when the handshake is complete.
 *
 * Node tells that from within the TLS library; to close the socket there and then crashes the process
 * (seen with Node 20.20). So `onSecure` has a turn of its own, and data may come before it.
 */
export function wrapInTls(socket: Duplex, inbound: boolean, onSecure: () => void): TLSSocket {
  context ??= createSecureContext(RECIPE);
  const onDone = (): void => void setImmediate(onSecure);
  const options = { secureContext: context, rejectUnauthorized: false };
  let secured: TLSSocket;
  if (inbound) {
    const server = { ...options, isServer: true, requestCert: false };
    secured = new TLSSocket(socket, server);
    secured.once('secure', onDone);
    // Without a tls.Server nobody else hears of an error after the handshake: the connection would stay
    // open and deaf (seen with Node 20.20: a record that was changed on the way).
    secured.on('_tlsError', (error: Error) => secured.destroy(error));
  } else {
    const client = { ...options, socket, checkServerIdentity: () => undefined };
    secured = connect(client, onDone);
  }
  secured.disableRenegotiation();
  return secured;
}

let selfTest: Promise<boolean> | undefined;

/**
 * Whether this program's TLS library can do it (builds on BoringSSL or with a strict policy cannot):
 * tried once per process, both roles against each other on loopback.
 */
export function isTlsUsable(clock: Clock): Promise<boolean> {
  selfTest ??= runSelfTest(clock);
  return selfTest;
}

async function runSelfTest(clock: Clock): Promise<boolean> {
  const sockets: Duplex[] = [];
  const server = createServer();
  try {
    context ??= createSecureContext(RECIPE); // Throws where the library lacks the suite.
    return await new Promise<boolean>((resolve) => {
      const no = (): void => resolve(false);
      const timer = clock.setTimeout(no, SELF_TEST_TIMEOUT_MS);
      let open = 2;
      const wrap = (socket: Socket, inbound: boolean): void => {
        const secured = wrapInTls(socket, inbound, () => {
          if (--open > 0) return;
          clock.clear(timer);
          resolve(true);
        });
        for (const stream of [socket, secured]) stream.on('error', no);
        sockets.push(secured, socket);
      };
      server.on('connection', (socket) => wrap(socket, true));
      server.on('error', no);
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        const socket = connectTcp(port, '127.0.0.1', () => wrap(socket, false));
        socket.on('error', no);
        sockets.push(socket);
      });
    });
  } catch {
    return false;
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
