/**
 * Lets so many lines of one kind through and counts the rest: whatever a hostile peer brings about, the
 * log grows at a bounded rate and still says how often it happened.
 */
import type { Clock, Timer } from '../../util/clock.js';
import { LEVEL_NUMBERS } from '../../util/log-levels.js';

/** What makes lines alike. */
export interface LineKind {
  /** Number of the level. */
  readonly level: number;
  readonly layer: string;
  readonly message: string;
}

export interface LeftOut {
  readonly kind: LineKind;
  readonly count: number;
  readonly overMs: number;
}

export interface LimiterOptions {
  readonly clock: Clock;
  /** Told what was left out, half a minute after the first of it and at {@link LineLimiter.flush}. */
  readonly onLeftOut: (leftOut: LeftOut) => void;
}

interface Rate {
  /** Like lines at once. */
  readonly burst: number;
  readonly perS: number;
}

/** From `info` up: one kind in a flood makes 43,200 lines a day, some 13 MB. */
const RATE: Rate = { burst: 50, perS: 0.5 };
/** Below, somebody is looking: more than anybody reads. */
const DETAIL_RATE: Rate = { burst: 1_000, perS: 100 };
/** Kinds that are told apart; beyond, those of one level and layer are one kind. */
const MAX_KINDS = 500;
const SUMMARY_AFTER_MS = 30_000;
const OTHER_MESSAGE = 'various lines';
const MS_PER_S = 1_000;

interface Kind {
  readonly kind: LineKind;
  readonly rate: Rate;
  /** Lines that may pass, as of `atMs`. */
  credit: number;
  atMs: number;
  leftOut: number;
  leftOutSinceMs: number;
}

export class LineLimiter {
  readonly #options: LimiterOptions;
  readonly #kinds = new Map<string, Kind>();
  #timer: Timer | undefined;

  constructor(options: LimiterOptions) {
    this.#options = options;
  }

  /** True when the line is to be written; else it is counted. */
  mayPass(kind: LineKind): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const one = this.#kindOf(kind, nowMs);
    one.credit = Math.min(
      one.rate.burst,
      one.credit + ((nowMs - one.atMs) * one.rate.perS) / MS_PER_S,
    );
    one.atMs = nowMs;
    if (one.credit >= 1) {
      one.credit -= 1;
      return true;
    }
    if (one.leftOut === 0) one.leftOutSinceMs = nowMs;
    one.leftOut += 1;
    this.#timer ??= this.#options.clock.setTimeout(() => this.flush(), SUMMARY_AFTER_MS);
    return false;
  }

  /** Tells what was left out until now. */
  flush(): void {
    const { clock, onLeftOut } = this.#options;
    clock.clear(this.#timer);
    this.#timer = undefined;
    const nowMs = clock.monotonicMs();
    for (const one of this.#kinds.values()) {
      if (one.leftOut === 0) continue;
      const { kind, leftOut: count, leftOutSinceMs } = one;
      one.leftOut = 0;
      onLeftOut({ kind, count, overMs: nowMs - leftOutSinceMs });
    }
  }

  #kindOf(kind: LineKind, nowMs: number): Kind {
    const key = keyOf(kind);
    const found = this.#kinds.get(key);
    if (found) return found;
    if (this.#kinds.size < MAX_KINDS) return this.#add(key, kind, nowMs);
    const rest = { ...kind, message: OTHER_MESSAGE };
    return this.#kinds.get(keyOf(rest)) ?? this.#add(keyOf(rest), rest, nowMs);
  }

  #add(key: string, kind: LineKind, nowMs: number): Kind {
    const rate = kind.level < LEVEL_NUMBERS.info ? DETAIL_RATE : RATE;
    const made = { kind, rate, credit: rate.burst, atMs: nowMs, leftOut: 0, leftOutSinceMs: 0 };
    this.#kinds.set(key, made);
    return made;
  }
}

function keyOf({ level, layer, message }: LineKind): string {
  return `${level} ${layer} ${message}`;
}
