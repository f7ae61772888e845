import type { Clock, Timer } from '../util/clock.js';
import { IDLE_CLOSE_MS, PING_AFTER_MS } from './limits.js';

/**
 * Notices a silent peer: asks for a `ping` after 300 s without received data and for the end after 600.
 * Its timer runs out when silence may have lasted long enough; received data does not touch it.
 */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #close: () => void;
  #receivedAtMs: number;
  #pinged = false;
  #timer: Timer | undefined;

  constructor(clock: Clock, actions: { ping: () => void; close: () => void }) {
    this.#clock = clock;
    this.#ping = actions.ping;
    this.#close = actions.close;
    this.#receivedAtMs = clock.monotonicMs();
  }

  start(): void {
    this.received();
    this.#arm();
  }

  stop(): void {
    this.#clock.clear(this.#timer);
  }

  received(): void {
    this.#receivedAtMs = this.#clock.monotonicMs();
    this.#pinged = false;
  }

  get #silentMs(): number {
    return this.#clock.monotonicMs() - this.#receivedAtMs;
  }

  #arm(): void {
    const waitMs = (this.#pinged ? IDLE_CLOSE_MS : PING_AFTER_MS) - this.#silentMs;
    this.#timer = this.#clock.setTimeout(() => this.#check(), waitMs);
  }

  #check(): void {
    if (this.#silentMs >= IDLE_CLOSE_MS) {
      this.#close();
      return;
    }
    if (this.#silentMs >= PING_AFTER_MS && !this.#pinged) {
      this.#pinged = true;
      this.#ping();
    }
    this.#arm();
  }
}
