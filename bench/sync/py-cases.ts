/** PyBitmessage takes objects: from another PyBitmessage that holds them, and unasked. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { decodeHeader, inventoryHash } from '../../src/objects/object.js';
import { PyBitmessage } from '../../test/interop/pybitmessage.js';
import { freePort } from '../../test/support/free-port.js';
import { push } from './petrel-cases.js';

const LIMIT_MS = 300_000;
const POLL_MS = 25;

interface Status {
  readonly numberOfMessagesProcessed: number;
  readonly networkConnections: number;
}

/** Seconds from the first object to the last. */
export async function pyPull(path: string, objects: readonly Uint8Array[]): Promise<number> {
  const [port, apiPort] = [await freePort(), await freePort()];
  const home = join(path, 'py-server');
  const options = { home, port, apiPort, bind: '127.0.0.3' };
  await (await PyBitmessage.start(options)).stop(); // Makes its database.
  fillMessagesDat(join(home, 'messages.dat'), objects);
  const server = await PyBitmessage.start(options);
  let taker: PyBitmessage | undefined;
  try {
    taker = await PyBitmessage.start({
      home: join(path, 'py-taker'),
      port: await freePort(),
      apiPort: await freePort(),
      bind: '127.0.0.2',
      trustedPeer: `127.0.0.3:${port}`,
    });
    const startMs = await untilPending(taker);
    return ((await untilProcessed(taker, objects.length)) - startMs) / 1000;
  } finally {
    await Promise.all([taker?.stop(), server.stop()]);
  }
}

/** Seconds from the first byte to the last object accepted; that its processing goes on is not counted. */
export async function pyPush(path: string, objects: readonly Uint8Array[]): Promise<number> {
  const options = {
    home: join(path, 'py-pushed'),
    port: await freePort(),
    apiPort: await freePort(),
  };
  const taker = await PyBitmessage.start(options);
  try {
    const { startMs, answeredMs } = await push(options.port, objects);
    return ((await answeredMs) - startMs) / 1000;
  } finally {
    await taker.stop();
  }
}

const epochMs = (): number => performance.timeOrigin + performance.now();

/** When it has read an announcement: the request follows within a second. */
async function untilPending(taker: PyBitmessage): Promise<number> {
  return poll(taker, 'an announcement', (status) => status.pendingDownload > 0);
}

async function untilProcessed(taker: PyBitmessage, count: number): Promise<number> {
  return poll(taker, `${count} objects`, (status) => status.numberOfMessagesProcessed >= count);
}

async function poll(
  taker: PyBitmessage,
  what: string,
  holds: (status: Status & { pendingDownload: number }) => boolean,
): Promise<number> {
  const endMs = epochMs() + LIMIT_MS;
  while (epochMs() < endMs) {
    const status = (await taker.call('clientStatus')) as Status & { pendingDownload: number };
    if (holds(status)) return epochMs();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`PyBitmessage did not get so far: ${what}`);
}

function fillMessagesDat(path: string, objects: readonly Uint8Array[]): void {
  const database = new DatabaseSync(path);
  const insert = database.prepare('INSERT INTO inventory VALUES (?, ?, ?, ?, ?, ?)');
  database.exec('BEGIN');
  for (const object of objects) {
    const { type, stream, expiresS } = decodeHeader(object);
    insert.run(inventoryHash(object), type, stream, object, expiresS, new Uint8Array(0));
  }
  database.exec('COMMIT');
  database.close();
}
