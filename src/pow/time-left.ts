/**
 * How long a proof of work still takes. Trials succeed independently of each other, so the number of
 * trials that are left is geometrically distributed and does not depend on how many were made: a job
 * is never "nearly done". Hence percentiles instead of a bar.
 */
import { VALUE_SPACE } from './trial.js';

export interface TimeLeft {
  readonly meanMs: number;
  /** Half of such jobs end within this time … */
  readonly p50Ms: number;
  readonly p90Ms: number;
  /** … and all but one in a hundred within this. */
  readonly p99Ms: number;
}

const MS_PER_S = 1000;

/** Trials within which a job succeeds with probability `part` (0 to 1, both excluded). */
export function trialsQuantile(target: bigint, part: number): number {
  const success = Number(target + 1n) / Number(VALUE_SPACE);
  return Math.max(1, Math.log1p(-part) / Math.log1p(-success));
}

/** Of work at that rate; undefined while the rate is not known. */
export function timeLeft(target: bigint, trialsPerSecond: number): TimeLeft | undefined {
  if (trialsPerSecond <= 0) return undefined;
  const ms = (trials: number): number => (trials / trialsPerSecond) * MS_PER_S;
  return {
    meanMs: ms(Number(VALUE_SPACE) / Number(target + 1n)),
    p50Ms: ms(trialsQuantile(target, 0.5)),
    p90Ms: ms(trialsQuantile(target, 0.9)),
    p99Ms: ms(trialsQuantile(target, 0.99)),
  };
}
