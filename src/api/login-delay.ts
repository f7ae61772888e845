/** Failed logins are answered late, without keeping anybody else waiting. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../util/clock.js';
import { isLoopbackName } from './host-check.js';

/** As long as PyBitmessage takes to refuse a wrong password. */
const REFUSAL_DELAY_MS = 2_000;
/** Refusals that one client may have waiting; each holds a socket. */
const MAX_WAITING = 64;

export class LoginDelay {
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  /** Waiting refusals by client address. */
  readonly #waiting = new Map<string, number>();

  constructor(clock: Clock, stopping: AbortSignal) {
    this.#clock = clock;
    this.#stopping = stopping;
    // One for each refusal that waits: no leak that Node would have to warn of.
    setMaxListeners(0, stopping);
  }

  /**
   * False when this client guesses faster than it is answered: refuse without looking at its
   * password. Never for loopback, where all programs of the machine have one address.
   */
  mayTry(client: string): boolean {
    return isLoopbackName(client) || !this.#isFull(client);
  }

  /** Resolves when the refusal may go out; at once when too many wait, or the server stops. */
  async beforeRefusal(client: string): Promise<void> {
    if (this.#isFull(client)) return;
    this.#waiting.set(client, this.#count(client) + 1);
    try {
      await this.#clock.sleep(REFUSAL_DELAY_MS, this.#stopping);
    } catch (error) {
      if (!this.#stopping.aborted) throw error;
    } finally {
      const left = this.#count(client) - 1;
      if (left > 0) this.#waiting.set(client, left);
      else this.#waiting.delete(client);
    }
  }

  #isFull(client: string): boolean {
    return this.#count(client) >= MAX_WAITING;
  }

  #count(client: string): number {
    return this.#waiting.get(client) ?? 0;
  }
}
