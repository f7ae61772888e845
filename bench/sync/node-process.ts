/**
 * A Petrel node as a process of its own, the whole composition on a real data directory, that
 * measures itself and tells its parent. Started by {@link ./nodes.ts} with `fork`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PetrelNode } from '../../src/node/node.js';
import { Settings } from '../../src/node/settings/settings.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';

export interface NodeRequest {
  readonly dataDir: string;
  readonly overrides: readonly (readonly [string, string])[];
  /** Accepted objects after which it reports; 0 = it measures nothing. */
  readonly expected: number;
}

/** Times are milliseconds since the epoch, of the machine's one clock. */
export type NodeMessage =
  | {
      readonly kind: 'ready';
      readonly port: number;
      /** How long the start took. */
      readonly startMs: number;
      readonly cpuS: number;
    }
  | {
      readonly kind: 'done';
      readonly peerUpMs: number;
      /** The first announcement was read, and the first getdata sent in the same turn. */
      readonly firstRequestMs: number;
      /** The last object is in network.db. */
      readonly doneMs: number;
      readonly delayP50Ms: number;
      readonly delayP99Ms: number;
      readonly delayMaxMs: number;
    }
  | NodeUsage;

export interface NodeUsage {
  readonly kind: 'usage';
  /** Of all its threads since its start. */
  readonly cpuS: number;
  readonly rssBytes: number;
  /** Since its start. */
  readonly maxRssBytes: number;
  /** Of the main thread, with the buffers outside of the heap proper. */
  readonly heapBytes: number;
  readonly connections: number;
  readonly objects: number;
}

/** Timers that fire each millisecond; the histogram tells their distance. */
const RESOLUTION_MS = 1;

const BYTES_PER_KB = 1_024;

const tell = (message: NodeMessage): void => void process.send?.(message);
const epochMs = (): number => performance.timeOrigin + performance.now();
const overMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);

function measure(node: PetrelNode, expected: number): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let peerUpMs = 0;
  let firstRequestMs = 0;
  const awaitRequest = (): void => {
    if (node.network.pendingDownloads() > 0) firstRequestMs = epochMs();
    else setImmediate(awaitRequest);
  };
  node.network.events.on('peerUp', () => {
    if (peerUpMs > 0) return;
    peerUpMs = epochMs();
    delay.enable();
    awaitRequest();
  });
  let accepted = 0;
  node.network.events.on('objectAccepted', () => {
    if (++accepted !== expected) return;
    const doneMs = epochMs();
    delay.disable();
    if (firstRequestMs === 0) firstRequestMs = doneMs; // It came unasked.
    const [delayP50Ms, delayP99Ms] = [50, 99].map((part) => overMs(delay.percentile(part)));
    tell({
      kind: 'done',
      peerUpMs,
      firstRequestMs,
      doneMs,
      delayP50Ms: delayP50Ms ?? 0,
      delayP99Ms: delayP99Ms ?? 0,
      delayMaxMs: overMs(delay.max),
    });
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function usage(node: PetrelNode): NodeUsage {
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    kind: 'usage',
    cpuS: cpuSeconds(),
    rssBytes: rss,
    maxRssBytes: process.resourceUsage().maxRSS * BYTES_PER_KB,
    heapBytes: heapUsed + external,
    connections: node.network.connections().filter(({ established }) => established).length,
    objects: node.store.inventory.size,
  };
}

async function run({ dataDir, overrides, expected }: NodeRequest): Promise<void> {
  const settings = Settings.open({ dataDir, overrides });
  const node = new PetrelNode(settings, { log: nullLog, clock: systemClock });
  const begunMs = performance.now();
  await node.start();
  if (expected > 0) measure(node, expected);
  process.on('message', (message: 'usage' | 'stop') => {
    globalThis.gc?.(); // Only there for who wants it: see NodeProcessOptions.collectsGarbage.
    if (message === 'usage') tell(usage(node));
    else void node.stop().then(() => process.disconnect());
  });
  const startMs = performance.now() - begunMs;
  tell({ kind: 'ready', port: node.network.port, startMs, cpuS: cpuSeconds() });
}

process.once('message', (request: NodeRequest) => void run(request));
