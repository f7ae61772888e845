/** Petrel takes objects: from another Petrel that holds them, and unasked. */
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { encodePacket } from '../../src/wire/packet.js';
import { RawPeer } from '../../test/support/raw-peer.js';
import { fillDataDir, NodeProcess } from './nodes.js';

/** PyBitmessage has three threads that receive. */
const PUSH_CONNECTIONS = 4;
const PING_EVERY_MS = 25;
const LIMIT_MS = 120_000;

export interface PetrelCase {
  readonly path: string;
  readonly objects: readonly Uint8Array[];
  readonly settings: Readonly<Record<string, string>>;
  readonly profileDir?: string | undefined;
}

export interface PetrelResult {
  /** From the first request (or the first byte sent) to the last object in network.db. */
  readonly seconds: number;
  readonly taker: {
    readonly delayP50Ms: number;
    readonly delayP99Ms: number;
    readonly delayMaxMs: number;
    readonly cpuS: number;
  };
  readonly server?: { readonly cpuS: number };
}

export async function petrelPull(options: PetrelCase): Promise<PetrelResult> {
  const { path, objects, settings, profileDir } = options;
  const dataDir = join(path, 'server');
  await fillDataDir(dataDir, objects);
  const taker = new NodeProcess({
    dataDir: join(path, 'taker'),
    expected: objects.length,
    settings,
    profileDir,
  });
  let server: NodeProcess | undefined;
  try {
    const { port } = await taker.ready;
    const before = await taker.usage();
    // The server dials: by then the taker is ready to measure.
    server = new NodeProcess({ dataDir, trustedPeer: `127.0.0.1:${port}`, settings, profileDir });
    const { cpuS: serverStartS } = await server.ready;
    const done = await taker.done;
    const after = await taker.usage();
    const serverAfter = await server.usage();
    return {
      seconds: (done.doneMs - done.firstRequestMs) / 1000,
      taker: { ...done, cpuS: after.cpuS - before.cpuS },
      server: { cpuS: serverAfter.cpuS - serverStartS },
    };
  } finally {
    await Promise.all([taker.stop(), server?.stop()]);
  }
}

export async function petrelPush(options: PetrelCase): Promise<PetrelResult> {
  const { path, objects, settings, profileDir } = options;
  const taker = new NodeProcess({
    dataDir: join(path, 'taker'),
    expected: objects.length,
    settings,
    profileDir,
  });
  try {
    const { port } = await taker.ready;
    const before = await taker.usage();
    const { startMs } = await push(port, objects);
    const done = await taker.done;
    const after = await taker.usage();
    return {
      seconds: (done.doneMs - startMs) / 1000,
      taker: { ...done, cpuS: after.cpuS - before.cpuS },
    };
  } finally {
    await taker.stop();
  }
}

export interface Push {
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  /** The same when the first `ping` behind all objects is answered: they are accepted. */
  readonly answeredMs: Promise<number>;
}

/** Sends all of them, over several connections, as quickly as they are taken. */
export async function push(port: number, objects: readonly Uint8Array[]): Promise<Push> {
  const packets = objects.map((object) => encodePacket('object', object));
  const nowS = Math.floor(Date.now() / 1000);
  const peers = await Promise.all(
    Array.from({ length: PUSH_CONNECTIONS }, () => RawPeer.establish(port, nowS)),
  );
  const startMs = epochMs();
  const answers = peers.map(async (peer, index) => {
    const share = packets.filter((_, number) => number % PUSH_CONNECTIONS === index);
    await writeAll(peer.socket, share);
    return answered(peer);
  });
  const answeredMs = Promise.all(answers).then((times) => Math.max(...times));
  return { startMs, answeredMs };
}

const epochMs = (): number => performance.timeOrigin + performance.now();

/** PyBitmessage sends what it has to say when it reads something, or two seconds later: so pings go on. */
async function answered(peer: RawPeer): Promise<number> {
  const pings = setInterval(() => peer.send('ping'), PING_EVERY_MS);
  try {
    for (;;) {
      const packet = await peer.next(LIMIT_MS);
      if (packet?.command === 'pong') return epochMs();
      if (!packet) throw new Error('the connection ended');
    }
  } finally {
    clearInterval(pings);
    peer.close();
  }
}

async function writeAll(socket: Writable, packets: readonly Uint8Array[]): Promise<void> {
  const together = 64;
  for (let at = 0; at < packets.length; at += together) {
    const isTaken = socket.write(Buffer.concat(packets.slice(at, at + together)));
    if (!isTaken) await new Promise((resolve) => socket.once('drain', resolve));
  }
}
