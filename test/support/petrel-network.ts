/** Several real Petrel processes that know each other, and what tests ask of them. */
import { join } from 'node:path';
import { PetrelProcess, type PetrelProcessOptions } from './petrel-process.js';
import { createTempDir } from './temp-dir.js';
import { until } from './until.js';

/** A step of mail between processes on an easy network; a key request and answer take a few seconds. */
export const STEP_LIMIT_MS = 180_000;

export interface PetrelNetwork {
  /** Starts a node with its own data directory `name`; dials those given. */
  start(
    name: string,
    dials?: readonly PetrelProcess[],
    options?: Partial<PetrelProcessOptions>,
  ): Promise<PetrelProcess>;
  readonly path: string;
  /** Stops all, removes all. */
  close(): Promise<void>;
}

/** An empty network in a temporary directory. Dandelion is off unless a node's options say otherwise. */
export function createPetrelNetwork(): PetrelNetwork {
  const temp = createTempDir('petrel-network');
  const started: PetrelProcess[] = [];
  return {
    path: temp.path,
    async start(name, dials = [], options = {}) {
      const node = await PetrelProcess.start({
        dataDir: join(temp.path, name),
        ...options,
        trustedPeers: [
          ...dials.map((peer) => `127.0.0.1:${peer.port}`),
          ...(options.trustedPeers ?? []),
        ],
        settings: { 'network.dandelion': '0', ...options.settings },
      });
      started.push(node);
      return node;
    },
    async close() {
      await Promise.all(started.map((node) => node.stop()));
      temp.remove();
    },
  };
}

/** Waits until the node's inbox holds `count` messages with that subject (and fails above it). */
export async function untilInbox(node: PetrelProcess, subject: string, count = 1): Promise<void> {
  await until(`"${subject}" in the inbox`, STEP_LIMIT_MS, async () => {
    const found = (await node.inbox()).filter((message) => message.subject === subject).length;
    if (found > count) throw new Error(`"${subject}" is in the inbox ${found} times`);
    return found === count ? true : undefined;
  });
}

export async function untilStatus(
  node: PetrelProcess,
  ackData: string,
  wanted: string,
  limitMs = STEP_LIMIT_MS,
): Promise<void> {
  let seen = '';
  try {
    await until(`status ${wanted}`, limitMs, async () => {
      seen = await node.status(ackData);
      return seen === wanted ? true : undefined;
    });
  } catch (error) {
    throw new Error(`status stayed ${seen} instead of ${wanted}`, { cause: error });
  }
}

/** Waits until the node has `count` established connections. */
export async function untilConnected(node: PetrelProcess, count: number): Promise<void> {
  await until(`${count} connections`, STEP_LIMIT_MS, async () => {
    const status = (await node.call('clientStatus')) as { networkConnections: number };
    return status.networkConnections >= count ? true : undefined;
  });
}
