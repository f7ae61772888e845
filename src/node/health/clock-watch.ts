/**
 * Notices when the clock of the machine is set, or the machine slept: the time of day then moves against
 * a clock that nobody can set. Which time is right nobody here can know; so for a while nothing is
 * thrown away because of its age.
 */
import type { Clock, Timer } from '../../util/clock.js';
import type { Service } from '../../util/service.js';
import type { Conditions } from './conditions.js';

const LOOK_PERIOD_MS = 2_000;

/** Below this it is a correction as NTP makes them, and of no consequence for anything. */
const JUMP_MS = 30_000;

/** The new time is believed after so long, when nobody says otherwise. */
const UNSURE_MS = 600_000;

export interface ClockWatchDependencies {
  readonly clock: Clock;
  readonly conditions: Conditions;
  /** Told after each jump, forward or back. */
  readonly jumped: () => void;
}

export class ClockWatch implements Service {
  readonly #dependencies: ClockWatchDependencies;
  #timer: Timer | undefined;
  /** Time of day minus the clock that nobody sets, when last looked at. */
  #offsetMs = 0;
  /** How far it has moved since it was last relied on. */
  #movedMs = 0;
  #believedAtMs = 0;

  constructor(dependencies: ClockWatchDependencies) {
    this.#dependencies = dependencies;
  }

  start(): Promise<void> {
    const { clock } = this.#dependencies;
    this.#offsetMs = clock.nowMs() - clock.monotonicMs();
    this.#movedMs = 0;
    this.#timer = clock.setInterval(() => this.#look(), LOOK_PERIOD_MS);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#dependencies.clock.clear(this.#timer);
    this.#timer = undefined;
    return Promise.resolve();
  }

  #look(): void {
    const { clock, conditions } = this.#dependencies;
    const monotonicMs = clock.monotonicMs();
    const offsetMs = clock.nowMs() - monotonicMs;
    const movedMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    if (Math.abs(movedMs) >= JUMP_MS) this.#jumped(movedMs, monotonicMs);
    else if (monotonicMs >= this.#believedAtMs && this.#movedMs !== 0) {
      this.#movedMs = 0;
      conditions.end('clock-jumped');
    }
  }

  #jumped(movedMs: number, monotonicMs: number): void {
    const { conditions, jumped } = this.#dependencies;
    this.#movedMs += movedMs;
    this.#believedAtMs = monotonicMs + UNSURE_MS;
    if (Math.abs(this.#movedMs) < JUMP_MS) {
      this.#movedMs = 0;
      conditions.end('clock-jumped'); // Back where it was.
    } else {
      const seconds = Math.round(Math.abs(movedMs) / 1000);
      const direction = movedMs > 0 ? 'ahead' : 'back';
      const reason = movedMs > 0 ? 'it was set, or the machine slept' : 'it was set';
      conditions.begin('clock-jumped', `The clock went ${seconds} s ${direction}: ${reason}.`);
    }
    jumped();
  }
}
