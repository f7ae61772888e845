/** A clock that only moves when told to. Timers run in order of their time while it is advanced. */
import { sleepOn, type Clock, type Timer } from '../../src/util/clock.js';

interface Entry {
  dueMs: number;
  readonly run: () => void;
  readonly periodMs: number | undefined;
}

export class FakeClock implements Clock {
  #nowMs: number;
  #setByMs = 0;
  readonly #startMs: number;
  readonly #entries = new Set<Entry>();

  /** @param nowS Unix time in seconds at the start; default 2026-11-20, before the vectors expire. */
  constructor(nowS = 1_795_132_800) {
    this.#nowMs = nowS * 1000;
    this.#startMs = this.#nowMs;
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#entries.size;
  }

  nowMs(): number {
    return this.#nowMs + this.#setByMs;
  }

  /** Sets the time of day, as a person or NTP does; timers and `monotonicMs` know nothing of it. */
  set(byMs: number): void {
    this.#setByMs += byMs;
  }

  nowS(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  setTimeout(run: () => void, delayMs: number): Timer {
    return this.#add({ dueMs: this.#nowMs + Math.max(0, delayMs), run, periodMs: undefined });
  }

  setInterval(run: () => void, periodMs: number): Timer {
    return this.#add({ dueMs: this.#nowMs + periodMs, run, periodMs });
  }

  clear(timer: Timer | undefined): void {
    if (timer) this.#entries.delete(timer.timer as Entry);
  }

  /** Timers that have not run and were not cleared. */
  get pendingTimers(): number {
    return this.#entries.size;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  /**
   * Moves time forward, running what falls due. Between timers, pending promises, I/O callbacks and
   * messages get a turn (`setImmediate`), so that code awaiting them goes on in the right order.
   */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    await turn();
    for (;;) {
      const next = this.#nextUntil(endMs);
      if (!next) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.periodMs === undefined) this.#entries.delete(next);
      else next.dueMs += next.periodMs;
      next.run();
      await turn();
    }
    this.#nowMs = endMs;
    await turn();
  }

  #add(entry: Entry): Timer {
    this.#entries.add(entry);
    return { timer: entry };
  }

  #nextUntil(endMs: number): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.dueMs <= endMs && (!next || entry.dueMs < next.dueMs)) next = entry;
    }
    return next;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
