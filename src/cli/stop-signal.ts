/** Why and when the process stops: a signal, the API's shutdown, a failure. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Exit status of a process that a signal ended: 128 and its number. */
const FORCED_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export class StopSignal {
  /** Resolves at the first request; rejects when the process must stop because of a failure. */
  readonly requested: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Rejections that nobody handles come here, too. What is open is still closed in order. */
  readonly #uncaught = (error: Error): void => this.fail(error);
  readonly #listeners = new Map<(typeof SIGNALS)[number], () => void>();

  constructor() {
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

  /** The first signal stops cleanly; a second one ends the process at once. */
  listen(): void {
    let received = false;
    for (const name of SIGNALS) {
      const listener = (): void => {
        if (received) process.exit(FORCED_EXIT_CODES[name]);
        received = true;
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
