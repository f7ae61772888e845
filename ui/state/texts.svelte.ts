/** The page's words in the chosen language. */
import { formatText, type TextValues } from '../logic/format-text.js';
import { sayableDuration } from '../logic/lifetime.js';
import { remembered } from '../logic/remembered.js';
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

function dates(options: Intl.DateTimeFormatOptions): (language: string) => Intl.DateTimeFormat {
  return remembered((language) => new Intl.DateTimeFormat(language, options));
}

const HOURS = dates({ hour: '2-digit', minute: '2-digit' });
const WEEKDAYS = dates({ weekday: 'short' });
const DAYS = dates({ day: 'numeric', month: 'short' });
const DAYS_OF_YEARS = dates({ day: 'numeric', month: 'short', year: 'numeric' });
const FULL = dates({ dateStyle: 'full', timeStyle: 'short' });
const RELATIVE = remembered(
  (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }),
);

/** Short, for lists: the hour today, the day this year, else the date. */
export function shortTime(timeS: number, nowMs = Date.now()): string {
  const date = new Date(timeS * 1000);
  const now = new Date(nowMs);
  const { language } = texts;
  const isThisYear = date.getFullYear() === now.getFullYear();
  const isToday =
    isThisYear && date.getMonth() === now.getMonth() && date.getDate() === now.getDate();
  if (isToday) return HOURS(language).format(date);
  const agoMs = nowMs - date.getTime();
  if (agoMs > 0 && agoMs < 6 * DAY_MS) return WEEKDAYS(language).format(date);
  return (isThisYear ? DAYS : DAYS_OF_YEARS)(language).format(date);
}

export function fullTime(timeS: number): string {
  return FULL(texts.language).format(new Date(timeS * 1000));
}

/** `in 5 minutes`, `3 days ago`. */
export function relativeTime(timeS: number, nowMs = Date.now()): string {
  const seconds = timeS - nowMs / 1000;
  const { amount, unit } = sayableDuration(Math.abs(seconds));
  return RELATIVE(texts.language).format(seconds < 0 ? -amount : amount, unit);
}

/** `5 minutes`, `3 days`. */
export function durationText(seconds: number): string {
  const { amount, unit } = sayableDuration(seconds);
  const options = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(texts.language, options).format(amount);
}

const WHOLE = remembered((language) => new Intl.NumberFormat(language));

export function numberText(value: number): string {
  return WHOLE(texts.language).format(value);
}

const KIB = 1024;

/** A size in the largest unit in which it is at least 1. */
export function bytesText(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  // Nothing at all is told in the unit of the others.
  let index = bytes === 0 ? 1 : 0;
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
