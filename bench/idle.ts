/**
 * `npm run bench:idle`: what 200 idle connections cost a node, a process of its own: processor time and
 * memory. For a minute, or with `--full` for the ten minutes in which pings are due. Half of the
 * connections are encrypted when that works here. The peers answer pings and are silent otherwise.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE } from '../src/wire/limits.js';
import { RawPeer } from '../test/support/raw-peer.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { until } from '../test/support/until.js';
import { NodeProcess } from './sync/nodes.js';

const CONNECTIONS = 200;
const IS_FULL = process.argv.includes('--full');
const HOLD_MS = IS_FULL ? 600_000 : 60_000;
/** The start, garbage and the handshakes are over by then. */
const SETTLE_MS = 5_000;
const LIMIT_MS = 30_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function connect(port: number, tls: boolean): Promise<RawPeer> {
  const services = SERVICE.network | (tls ? SERVICE.tls : 0n);
  const peer = await RawPeer.establish(port, Math.floor(Date.now() / 1000), { services });
  if (tls) await peer.startTls();
  void answerPings(peer);
  return peer;
}

async function answerPings(peer: RawPeer): Promise<void> {
  while (!peer.isClosed) {
    // Its own limit of waiting is shorter than the silence here.
    const packet = await peer.next().catch(() => undefined);
    if (packet?.command === 'ping') peer.send('pong');
  }
}

async function connectAll(node: NodeProcess, count: number, tls: boolean): Promise<RawPeer[]> {
  const { port } = await node.ready;
  const before = (await node.usage()).connections;
  const peers: RawPeer[] = [];
  while (peers.length < count) peers.push(await connect(port, tls));
  await until(`${count} connections`, LIMIT_MS, async () =>
    (await node.usage()).connections === before + count ? true : undefined,
  );
  return peers;
}

/** Heap and buffers of the main thread without garbage; OpenSSL's own memory shows in the rest only. */
async function settledMemory(node: NodeProcess): Promise<{ heap: number; rss: number }> {
  await pause(SETTLE_MS);
  const { heapBytes, rssBytes } = await node.usage();
  return { heap: heapBytes, rss: rssBytes };
}

const temp = createTempDir('petrel-idle');
const dataDir = join(temp.path, 'node');
mkdirSync(dataDir);
const node = new NodeProcess({ dataDir, collectsGarbage: true });
const peers: RawPeer[] = [];
try {
  await node.ready;
  const each = (from: number, to: number): string =>
    `${((to - from) / (CONNECTIONS / 2) / 1_000).toFixed(0)} kB`;
  const none = await settledMemory(node);
  peers.push(...(await connectAll(node, CONNECTIONS / 2, false)));
  const plain = await settledMemory(node);
  peers.push(...(await connectAll(node, CONNECTIONS / 2, true)));
  const all = await settledMemory(node);
  console.log(`a plain connection: ${each(none.heap, plain.heap)} of heap and buffers`);
  console.log(`an encrypted one: ${each(plain.heap, all.heap)}`);
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(`memory of the whole process: ${mb(none.rss)} without, ${mb(all.rss)} with all`);
  const before = await node.usage();
  const startMs = performance.now();
  await pause(HOLD_MS);
  const after = await node.usage();
  const seconds = (performance.now() - startMs) / 1000;
  const share = ((after.cpuS - before.cpuS) / seconds) * 100;
  console.log(
    `${after.connections} idle connections for ${seconds.toFixed(0)} s: ` +
      `${share.toFixed(2)} % of a core, memory ${(after.rssBytes / 1e6).toFixed(0)} MB`,
  );
} finally {
  for (const peer of peers) peer.close();
  await node.stop();
  temp.remove();
}
