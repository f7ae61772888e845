/** How long a message may live on the network: the steps of the slider. */

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** From one hour to 28 days, the limits of PyBitmessage's API; finer where the choice matters. */
export const LIFETIMES_S: readonly number[] = [
  HOUR_S,
  3 * HOUR_S,
  6 * HOUR_S,
  12 * HOUR_S,
  DAY_S,
  2 * DAY_S,
  3 * DAY_S,
  4 * DAY_S,
  5 * DAY_S,
  7 * DAY_S,
  10 * DAY_S,
  14 * DAY_S,
  21 * DAY_S,
  28 * DAY_S,
];

/** What PyBitmessage proposes. */
export const USUAL_LIFETIME_S = 4 * DAY_S;

/** Index of the step nearest to a lifetime. */
export function lifetimeStep(lifetimeS: number): number {
  let best = 0;
  LIFETIMES_S.forEach((step, index) => {
    const distance = Math.abs(step - lifetimeS);
    if (distance < Math.abs((LIFETIMES_S[best] ?? 0) - lifetimeS)) best = index;
  });
  return best;
}

export type DurationUnit = 'second' | 'minute' | 'hour' | 'day';

/** A length of time in the one unit in which a person would say it. */
export function sayableDuration(seconds: number): { amount: number; unit: DurationUnit } {
  if (seconds < 90) return { amount: Math.max(1, Math.round(seconds)), unit: 'second' };
  if (seconds < 90 * 60) return { amount: Math.round(seconds / 60), unit: 'minute' };
  if (seconds < 48 * HOUR_S) return { amount: Math.round(seconds / HOUR_S), unit: 'hour' };
  return { amount: Math.round(seconds / DAY_S), unit: 'day' };
}
