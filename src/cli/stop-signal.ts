/** Why and when the process stops: a signal, the API's shutdown, a failure. */
import { systemClock, type Clock } from '../util/clock.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Exit status of a process that a signal ended: 128 and its number. */
const FORCED_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Signals within this time of the first are the same wish: Ctrl-C reaches the node from the
 * terminal and again from npm, and `timeout` signals the process and then its group.
 */
const SAME_WISH_MS = 1_000;

export class StopSignal {
  /** Resolves at the first request; rejects when the process must stop because of a failure. */
  readonly requested: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Rejections that nobody handles come here, too. What is open is still closed in order. */
  readonly #uncaught = (error: Error): void => this.fail(error);
  readonly #listeners = new Map<(typeof SIGNALS)[number], () => void>();
  readonly #clock: Clock;
  readonly #exit: (status: number) => void;

  /** @param exit ends the process at once. */
  constructor(clock: Clock = systemClock, exit = (status: number): void => process.exit(status)) {
    this.#clock = clock;
    this.#exit = exit;
    this.requested = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure during the start is reported by the start itself; nobody may be waiting yet.
    this.requested.catch(() => undefined);
  }

  request(): void {
    this.#resolve();
  }

  fail(error: Error): void {
    this.#reject(error);
  }

  /** The first signal stops cleanly; a later one ends the process at once. */
  listen(): void {
    let firstMs: number | undefined;
    for (const name of SIGNALS) {
      const listener = (): void => {
        const nowMs = this.#clock.monotonicMs();
        firstMs ??= nowMs;
        if (nowMs - firstMs >= SAME_WISH_MS) this.#exit(FORCED_EXIT_CODES[name]);
        this.request();
      };
      this.#listeners.set(name, listener);
      process.on(name, listener);
    }
    process.on('uncaughtException', this.#uncaught);
  }

  unlisten(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
    this.#listeners.clear();
    process.off('uncaughtException', this.#uncaught);
  }
}
