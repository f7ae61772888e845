/** Time and timers behind one seam, so that tests run hours of protocol time in milliseconds. */

/** Handle of a timer; opaque, only good for {@link Clock.clear}. */
export interface Timer {
  readonly timer: unknown;
}

export interface Clock {
  /** Milliseconds since the Unix epoch (may jump when the machine's clock is set). */
  nowMs(): number;
  /** Whole seconds since the Unix epoch, rounded down: the unit of the protocol. */
  nowS(): number;
  /** Milliseconds that never go backwards, for measuring durations. */
  monotonicMs(): number;
  setTimeout(run: () => void, delayMs: number): Timer;
  setInterval(run: () => void, periodMs: number): Timer;
  /** Stops a timer; undefined and already finished timers are fine. */
  clear(timer: Timer | undefined): void;
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted before. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Longest delay that Node's timers take; longer ones would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** The machine's clock. Its timers do not keep the process alive: sockets and workers do. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowS: () => Math.floor(Date.now() / 1000),
  monotonicMs: () => performance.now(),
  setTimeout(run, delayMs) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), MAX_TIMER_MS));
    timer.unref();
    return { timer };
  },
  setInterval(run, periodMs) {
    const timer = setInterval(run, Math.min(periodMs, MAX_TIMER_MS));
    timer.unref();
    return { timer };
  },
  clear(timer) {
    if (timer) clearTimeout(timer.timer as NodeJS.Timeout);
  },
  sleep(delayMs, signal) {
    return sleepOn(systemClock, delayMs, signal);
  },
};

/** {@link Clock.sleep} in terms of the clock's other methods; for implementations of Clock. */
export function sleepOn(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      clock.clear(timer);
      reject(signal?.reason as Error);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
