/** The page's words in the chosen language. */
import { formatText, type TextValues } from '../logic/format-text.js';
import { sayableDuration } from '../logic/lifetime.js';
import {
  ENGLISH,
  loadDictionary,
  type Dictionary,
  type Language,
  type TextKey,
} from '../texts/languages.js';

class Texts {
  dictionary = $state.raw<Dictionary>(ENGLISH);
  language = $state<Language>('en');

  async use(language: Language): Promise<void> {
    this.dictionary = await loadDictionary(language);
    this.language = language;
    document.documentElement.lang = language;
  }
}

export const texts = new Texts();

/** The text of `key` with its values; numbers and plurals as the language has them. */
export function t(key: TextKey, values?: TextValues): string {
  return formatText(texts.dictionary[key], texts.language, values);
}

const DAY_MS = 86_400_000;

/** Short, for lists: the hour today, the day this year, else the date. */
export function shortTime(timeS: number, nowMs = Date.now()): string {
  const date = new Date(timeS * 1000);
  const now = new Date(nowMs);
  if (date.toDateString() === now.toDateString()) {
    return date.toLocaleTimeString(texts.language, { hour: '2-digit', minute: '2-digit' });
  }
  if (nowMs - date.getTime() < 6 * DAY_MS && date < now) {
    return date.toLocaleDateString(texts.language, { weekday: 'short' });
  }
  const sameYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(
    texts.language,
    sameYear
      ? { day: 'numeric', month: 'short' }
      : { day: 'numeric', month: 'short', year: 'numeric' },
  );
}

export function fullTime(timeS: number): string {
  return new Date(timeS * 1000).toLocaleString(texts.language, {
    dateStyle: 'full',
    timeStyle: 'short',
  });
}

/** `in 5 minutes`, `3 days ago`. */
export function relativeTime(timeS: number, nowMs = Date.now()): string {
  const seconds = timeS - nowMs / 1000;
  const { amount, unit } = sayableDuration(Math.abs(seconds));
  const format = new Intl.RelativeTimeFormat(texts.language, { numeric: 'auto' });
  return format.format(seconds < 0 ? -amount : amount, unit);
}

/** `5 minutes`, `3 days`. */
export function durationText(seconds: number): string {
  const { amount, unit } = sayableDuration(seconds);
  return new Intl.NumberFormat(texts.language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    amount,
  );
}

export function numberText(value: number, digits = 0): string {
  return new Intl.NumberFormat(texts.language, { maximumFractionDigits: digits }).format(value);
}

const KIB = 1024;

/** A size in the largest unit in which it is at least 1. */
export function bytesText(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  let index = 0;
  while (value >= KIB && index < units.length - 1) {
    value /= KIB;
    index += 1;
  }
  const options = {
    style: 'unit',
    unit: units[index] ?? 'byte',
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(texts.language, options).format(value);
}
