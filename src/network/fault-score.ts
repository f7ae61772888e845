import type { Clock } from '../util/clock.js';
import { FAULT_DECAY_PER_MINUTE, FAULT_LIMIT } from './limits.js';

/** What a peer may do wrong without being closed at once, and how many points it costs. */
export const FAULT_POINTS = {
  /** A payload that cannot be read. */
  malformed: 10,
  /** An object whose header cannot be read. */
  'malformed-object': 10,
  /** The same with its proof of work: other implementations read it and pass it on in good faith. */
  'odd-object': 1,
  /** An object without its proof of work: the sender spared itself the price of flooding. */
  'insufficient-pow': 20,
  'too-large': 20,
  'wrong-stream': 5,
  'ttl-too-long': 5,
  /** Clocks differ and objects travel: hardly a fault. */
  expired: 1,
  /** Asked for an object that we do not have. */
  'unknown-object': 1,
  /** Announced objects and did not deliver in time. */
  undelivered: 1,
} as const;

export type Fault = keyof typeof FAULT_POINTS;

/** Points of one peer, with decay. */
export class FaultScore {
  #points = 0;
  #atMs: number;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#atMs = clock.monotonicMs();
  }

  get points(): number {
    const minutes = (this.#clock.monotonicMs() - this.#atMs) / 60_000;
    return Math.max(0, this.#points - minutes * FAULT_DECAY_PER_MINUTE);
  }

  /** Counts a fault; true when the peer must go now. */
  add(fault: Fault): boolean {
    this.#points = this.points + FAULT_POINTS[fault];
    this.#atMs = this.#clock.monotonicMs();
    // Rounded up: the moments between the last faults must not save the peer.
    return Math.ceil(this.#points) >= FAULT_LIMIT;
  }
}
