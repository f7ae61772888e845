/** Keeps the full-text index up with the mail, in small steps between other work of the store. */
import type { SearchRepository } from '../store/mailbox/mailbox-repository.js';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';

/** Messages indexed in one step: some 20 ms. */
const STEP_MESSAGES = 100;
/** Mail that nobody told of (taken over, deleted over the compatible API) is found after this time. */
const LOOK_PERIOD_MS = 60_000;

export interface SearchUpkeepDependencies {
  readonly search: SearchRepository;
  readonly log: Log;
  readonly clock: Clock;
}

export class SearchUpkeep implements Service {
  readonly #dependencies: SearchUpkeepDependencies;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopping = false;

  constructor(dependencies: SearchUpkeepDependencies) {
    this.#dependencies = dependencies;
  }

  start(): Promise<void> {
    this.#stopping = false;
    this.#timer = this.#dependencies.clock.setInterval(() => this.look(), LOOK_PERIOD_MS);
    this.look();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#dependencies.clock.clear(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** There may be something to do. */
  look(): void {
    this.#again = true;
    this.#running ??= this.#work()
      .catch((error: unknown) => {
        this.#dependencies.log.error({ error: errorText(error) }, 'search index not kept up');
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #work(): Promise<void> {
    const { search } = this.#dependencies;
    while (this.#again && !this.#stopping) {
      this.#again = false;
      while (!this.#isStopping() && (await search.index(STEP_MESSAGES)) > 0);
      while (!this.#isStopping() && (await search.purge()));
    }
  }

  /** A method: it changes while something is awaited. */
  #isStopping(): boolean {
    return this.#stopping;
  }
}
