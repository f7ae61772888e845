import type { Clock, Timer } from '../util/clock.js';
import type { Log } from '../util/log.js';
import { NODE_CLEAN_INTERVAL_MS, NODE_SAVE_INTERVAL_MS } from './limits.js';
import { NodeBook, type KnownNode } from './node-book.js';
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
  /** Neither default nodes nor a bootstrap: nobody is dialled anyway. */
  readonly offline: boolean;
}

export interface NodeKeeperDeps {
  readonly store: NodeBookStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Finds first nodes (by DNS); asked when nobody but default nodes is known. */
  readonly bootstrap?: () => Promise<readonly HostPort[]>;
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
    this.book.load(await store.list());
    if (!this.#options.offline && this.book.isEmpty) {
      this.book.addDefaults(this.#options.stream);
      void this.#bootstrap();
    }
    this.#timers = [
      clock.setInterval(() => this.book.clean(), NODE_CLEAN_INTERVAL_MS),
      clock.setInterval(() => void this.save(), NODE_SAVE_INTERVAL_MS),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) this.#deps.clock.clear(timer);
    this.#timers = [];
    await this.save();
  }

  /** Writes the book if it changed; one write at a time. */
  save(): Promise<void> {
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

  async #bootstrap(): Promise<void> {
    const { bootstrap, clock, log } = this.#deps;
    if (!bootstrap) return;
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
