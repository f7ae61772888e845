import type { Clock, Timer } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { KnownNode } from './known-node.js';
import {
  MAX_ANCHORS,
  NODE_CLEAN_INTERVAL_MS,
  NODE_LOAD_SLICE,
  NODE_SAVE_INTERVAL_MS,
} from './limits.js';
import { NodeBook } from './node-book.js';
import type { HostPort } from './options.js';

/** Where known nodes are kept between runs; the store's node repository fits. */
export interface NodeBookStore {
  list(): Promise<KnownNode[]>;
  replaceAll(nodes: KnownNode[]): Promise<void>;
}

export interface NodeKeeperOptions {
  readonly maxNodes: number;
  /** Stream that default and bootstrap nodes are filed under. */
  readonly stream: number;
  /** Look for nodes when none are known: default nodes, bootstrap. */
  readonly bootstraps: boolean;
}

export interface NodeKeeperDeps {
  readonly store: NodeBookStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Finds first nodes (by DNS); asked when nobody but default nodes is known. */
  readonly bootstrap?: () => Promise<readonly HostPort[]>;
  /** Outbound peers that we would like to have again after a restart, the best first. */
  readonly anchors?: () => readonly HostPort[];
}

/** Loads, saves and tidies the node book. */
export class NodeKeeper {
  readonly book: NodeBook;
  readonly #options: NodeKeeperOptions;
  readonly #deps: NodeKeeperDeps;
  #saving: Promise<void> = Promise.resolve();
  #timers: Timer[] = [];

  constructor(options: NodeKeeperOptions, deps: NodeKeeperDeps) {
    this.#options = options;
    this.#deps = deps;
    this.book = new NodeBook(options.maxNodes, deps.clock);
  }

  async start(): Promise<void> {
    const { clock, store } = this.#deps;
    await this.#load(await store.list());
    if (this.#isBootstrapDue()) this.book.addDefaults(this.#options.stream);
    void this.#bootstrap();
    this.#timers = [
      clock.setInterval(() => this.#tidy(), NODE_CLEAN_INTERVAL_MS),
      clock.setInterval(() => void this.save(), NODE_SAVE_INTERVAL_MS),
    ];
  }

  /** In slices: a full book takes a quarter of a second. */
  async #load(nodes: readonly KnownNode[]): Promise<void> {
    for (let start = 0; start < nodes.length; start += NODE_LOAD_SLICE) {
      this.book.load(nodes.slice(start, start + NODE_LOAD_SLICE));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) this.#deps.clock.clear(timer);
    this.#timers = [];
    await this.save();
  }

  /** Writes the book if it changed; one write at a time. */
  save(): Promise<void> {
    this.noteAnchors();
    this.#saving = this.#saving.then(async () => {
      if (!this.book.takeChanged()) return;
      try {
        await this.#deps.store.replaceAll(this.book.list());
      } catch (error) {
        this.#deps.log.error({ err: error }, 'known nodes could not be saved');
      }
    });
    return this.#saving;
  }

  #isBootstrapDue(): boolean {
    return this.#options.bootstraps && this.book.isEmpty;
  }

  #tidy(): void {
    this.book.clean();
    void this.#bootstrap();
  }

  /** To be called before connections are closed. Without one (no network) those of before stay. */
  noteAnchors(): void {
    const anchors = this.#deps.anchors?.() ?? [];
    if (anchors.length > 0) this.book.setAnchors(anchors.slice(0, MAX_ANCHORS));
  }

  async #bootstrap(): Promise<void> {
    const { bootstrap, clock, log } = this.#deps;
    if (!bootstrap || !this.#isBootstrapDue()) return;
    try {
      const timeS = clock.nowS() - 1;
      const { stream } = this.#options;
      for (const { host, port } of await bootstrap()) {
        this.book.learn({ host, port, stream, services: 1n, timeS }, [stream], 'bootstrap');
      }
    } catch (error) {
      log.warn({ err: error }, 'no node found by bootstrap');
    }
  }
}
