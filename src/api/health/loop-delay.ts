import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is looked at. A delay shorter than this is seen when it falls on a look. */
const RESOLUTION_MS = 20;
const RESOLUTION_NS = RESOLUTION_MS * 1e6;

/** A look at the figures begins a new period, but not when the last one was so short a time ago. */
const MIN_PERIOD_MS = 10_000;

const NS_PER_S = 1e9;

/** How much later than planned the event loop got to its timers, in seconds. */
export interface LoopDelays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Watches the event loop from outside of it: nothing of it runs in JavaScript. */
export class LoopDelay {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #nowMs: () => number;
  #sinceMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  start(): void {
    this.#monitor.enable();
    this.#sinceMs = this.#nowMs();
  }

  stop(): void {
    this.#monitor.disable();
  }

  /** Since the last look that began a new period: two that look take little from each other. */
  read(): LoopDelays {
    const monitor = this.#monitor;
    const delays = {
      p50: seconds(monitor.percentile(50)),
      p99: seconds(monitor.percentile(99)),
      max: seconds(monitor.max),
    };
    if (this.#nowMs() - this.#sinceMs >= MIN_PERIOD_MS) {
      monitor.reset();
      this.#sinceMs = this.#nowMs();
    }
    return delays;
  }
}

/** The monitor measures from look to look: the planned time between them is no delay. */
function seconds(intervalNs: number): number {
  return Math.max(0, intervalNs - RESOLUTION_NS) / NS_PER_S;
}
