/** Starts services one after the other and stops them in reverse, within a limit of time. */
import type { Clock } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';

interface Running {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

export class ServiceStack {
  readonly #running: Running[] = [];
  readonly #clock: Clock;
  readonly #log: Log;

  constructor({ clock, log }: { clock: Clock; log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** To be called when the service is about to work: it is stopped before those added earlier. */
  add(name: string, stop: () => Promise<void>): void {
    this.#running.push({ name, stop });
  }

  /**
   * Stops all, the last added first; a service that fails or hangs does not keep the others from
   * being stopped.
   * @param limitMs for all together; what is left of it is shared by those that are left
   */
  async stop(limitMs: number): Promise<void> {
    const endMs = this.#clock.monotonicMs() + limitMs;
    for (const { name, stop } of this.#running.splice(0).reverse()) {
      const leftMs = Math.max(MIN_SHARE_MS, endMs - this.#clock.monotonicMs());
      try {
        if (!(await this.#within(leftMs, stop()))) {
          this.#log.error({ service: name }, 'did not stop in time');
        }
      } catch (error) {
        this.#log.error({ service: name, error: errorText(error) }, 'stopping failed');
      }
    }
  }

  async #within(limitMs: number, work: Promise<void>): Promise<boolean> {
    let timer;
    const late = new Promise<false>((resolve) => {
      timer = this.#clock.setTimeout(() => resolve(false), limitMs);
    });
    try {
      return await Promise.race([work.then(() => true), late]);
    } finally {
      this.#clock.clear(timer);
    }
  }
}

/** When the time is used up, each one that is left still gets this: the store has to be closed. */
const MIN_SHARE_MS = 1_000;
