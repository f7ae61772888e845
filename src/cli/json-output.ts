/**
 * What --json prints: the records of the native API (docs/native-api.md) with times as ISO 8601 under
 * the name without its unit. Fields may be added, none is taken away or changed.
 */
import type { CommandContext } from './program.js';
import { printableJson } from './terminal/printable.js';

const INDENT = 2;
const MS = 1_000;

/** Fields that are points in time, unlike `ttlS`. */
const TIMES: Readonly<Record<string, { readonly name: string; readonly unitMs: number }>> = {
  timeS: { name: 'time', unitMs: MS },
  savedS: { name: 'saved', unitMs: MS },
  nextAtS: { name: 'nextAt', unitMs: MS },
  lastActionS: { name: 'lastAction', unitMs: MS },
  startedS: { name: 'started', unitMs: MS },
  nowS: { name: 'now', unitMs: MS },
  sinceS: { name: 'since', unitMs: MS },
  connectedS: { name: 'connected', unitMs: MS },
  atMs: { name: 'at', unitMs: 1 },
};

/** One document, indented. */
export function printJson({ print }: CommandContext, value: unknown): void {
  print(printableJson(withIsoTimes(value), INDENT));
}

/** One document on one line. */
export function printJsonLine({ print }: CommandContext, value: unknown): void {
  print(printableJson(withIsoTimes(value)));
}

export function withIsoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIsoTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => {
      const time = Object.hasOwn(TIMES, name) ? TIMES[name] : undefined;
      if (!time || typeof field !== 'number') return [name, withIsoTimes(field)];
      return [time.name, isoTime(field * time.unitMs)];
    }),
  );
}

/** Times that strangers made up may be beyond what a date can be. */
function isoTime(timeMs: number): string | null {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
