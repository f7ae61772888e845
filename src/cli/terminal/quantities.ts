/** Times, durations and sizes, as people read and type them. */

const MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: MINUTE_S, h: HOUR_S, d: DAY_S };
const THOUSAND = 1_000;
const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `2026-11-21 03:10`, of this machine's time zone. */
export function localMinute(timeS: number): string {
  return `${localDate(timeS)} ${localClock(timeS * MS).slice(0, 5)}`;
}

/** `03:10:05` */
export function localClock(timeMs: number): string {
  return new Date(timeMs).toTimeString().slice(0, 8);
}

function localDate(timeS: number): string {
  const date = new Date(timeS * MS);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `12 s`, `5 min`, `3 h 20 min`, `4 d 2 h` */
export function durationText(durationS: number): string {
  const whole = Math.max(0, Math.round(durationS));
  if (whole < MINUTE_S) return `${whole} s`;
  const [large, unit, small, smallUnit] =
    whole < HOUR_S
      ? [MINUTE_S, 'min', 1, '']
      : whole < DAY_S
        ? [HOUR_S, 'h', MINUTE_S, 'min']
        : [DAY_S, 'd', HOUR_S, 'h'];
  const rest = Math.floor((whole % large) / small);
  const first = `${Math.floor(whole / large)} ${unit}`;
  return rest > 0 && smallUnit !== '' ? `${first} ${rest} ${smallUnit}` : first;
}

/** Seconds of `90s`, `10m`, `4h`, `4d` or a bare number of seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = 's'] = /^(\d{1,9})\s*([smhd])?$/.exec(text.trim()) ?? [];
  return count === undefined ? undefined : Number(count) * (SECONDS[unit] ?? 1);
}

/** `512 B`, `1.2 MB` */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= THOUSAND && unit < SIZE_UNITS.length - 1) {
    value /= THOUSAND;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${SIZE_UNITS[unit] ?? ''}`;
}
