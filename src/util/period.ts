/** Spans of time as people write them in options: `30m`, `12h`, `1d`, `2w`. */

/** Seconds of a unit. */
const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** Seconds, or undefined when the text is no whole number above 0 with one of the units. */
export function parsePeriodS(text: string): number | undefined {
  const match = /^(\d{1,6})([mhdw])$/.exec(text.trim());
  const [, count = '0', unit = ''] = match ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? 0);
  return seconds > 0 ? seconds : undefined;
}

/** `3 days`, `2 hours`, `1 minute`: the largest unit of which it is at least one, rounded down. */
export function showPeriod(seconds: number): string {
  const [size, name] =
    seconds >= 86_400 ? [86_400, 'day'] : seconds >= 3_600 ? [3_600, 'hour'] : [60, 'minute'];
  const count = Math.floor(Math.max(0, seconds) / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
