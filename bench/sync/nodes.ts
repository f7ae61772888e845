/** Petrel nodes and data directories full of objects, for benchmarks. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { decodeHeader, inventoryHash, tagOf } from '../../src/objects/object.js';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { NO_DELAYS } from '../delivery/pairs.js';
import type { NodeMessage, NodeRequest, NodeUsage } from './node-process.js';

/** A process that has not done by then never will. */
const LIMIT_MS = 240_000;
/** Objects added before the store is waited for. */
const FILL_SLICE = 2_000;

const OFFLINE = {
  ...NO_DELAYS,
  'bitmessagesettings.port': '0',
  'bitmessagesettings.extralowdifficulty': 'true',
  'network.bind': '127.0.0.1',
  'network.offline': 'true',
};

export interface NodeProcessOptions {
  readonly dataDir: string;
  readonly trustedPeer?: string;
  readonly expected?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Before each look at its memory. */
  readonly collectsGarbage?: boolean;
  /** Write a processor profile of the process there. */
  readonly profileDir?: string | undefined;
}

type Message<Kind extends NodeMessage['kind']> = Extract<NodeMessage, { kind: Kind }>;

export class NodeProcess {
  readonly #child: ChildProcess;
  readonly ready: Promise<Message<'ready'>>;
  readonly done: Promise<Message<'done'>>;

  constructor(options: NodeProcessOptions) {
    const { dataDir, trustedPeer, expected, settings, profileDir } = options;
    const execArgv = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
    if (options.collectsGarbage) execArgv.push('--expose-gc');
    const file = fileURLToPath(new URL('./node-process.js', import.meta.url));
    this.#child = fork(file, [], { execArgv });
    const peer = trustedPeer === undefined ? {} : { 'bitmessagesettings.trustedpeer': trustedPeer };
    const overrides = Object.entries({ ...OFFLINE, ...peer, ...settings });
    this.ready = this.#message('ready');
    this.done = this.#message('done');
    for (const promise of [this.ready, this.done]) promise.catch(() => undefined);
    this.#child.send({ dataDir, overrides, expected: expected ?? 0 } satisfies NodeRequest);
  }

  usage(): Promise<NodeUsage> {
    const answer = this.#message('usage');
    this.#child.send('usage');
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.send('stop');
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(limit);
  }

  #message<Kind extends NodeMessage['kind']>(kind: Kind): Promise<Message<Kind>> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => finish(new Error(`no ${kind} came`)), LIMIT_MS);
      limit.unref();
      const onExit = (): void => finish(new Error(`ended before ${kind}`));
      const onMessage = (message: NodeMessage): void => {
        if (message.kind === kind) finish(message as Message<Kind>);
      };
      const finish = (result: Message<Kind> | Error): void => {
        clearTimeout(limit);
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      this.#child.on('message', onMessage);
      this.#child.on('exit', onExit);
    });
  }
}

/** A data directory whose network.db holds the objects. */
export async function fillDataDir(dataDir: string, objects: Iterable<Uint8Array>): Promise<void> {
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  let adding: Promise<boolean>[] = [];
  for (const object of objects) {
    const header = decodeHeader(object);
    const { type, version, stream, expiresS } = header;
    const tag = tagOf(header, object);
    const hash = inventoryHash(object);
    adding.push(store.inventory.add({ hash, type, version, stream, expiresS, tag, object }));
    if (adding.length < FILL_SLICE) continue;
    await Promise.all(adding);
    adding = [];
  }
  await Promise.all(adding);
  // As after a run: the objects have had their effect.
  await store.journal.commit({ feedPosition: await store.networkBulk.lastSeq() });
  await store.close();
}
