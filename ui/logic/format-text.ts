/** A text of the dictionary with its values put in. */
import { remembered } from './remembered.js';

/** Plain, or by plural category of `count` (Intl.PluralRules). */
export type DictionaryText = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

export type TextValues = Readonly<Record<string, string | number>>;

const numberFormat = remembered((language) => new Intl.NumberFormat(language));
const pluralRules = remembered((language) => new Intl.PluralRules(language));

/** `{name}` becomes the value of that name; a text in plural forms is chosen by `values.count`. */
export function formatText(
  text: DictionaryText,
  language: string,
  values: TextValues = {},
): string {
  return chosenForm(text, language, Number(values['count'] ?? 0)).replace(
    /\{(\w+)\}/g,
    (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? numberFormat(language).format(value) : value;
    },
  );
}

function chosenForm(text: DictionaryText, language: string, count: number): string {
  if (typeof text === 'string') return text;
  return text[pluralRules(language).select(count)] ?? text.other ?? '';
}

/** Names of the values that a text wants, in alphabetical order. */
export function placeholdersOf(text: DictionaryText): string[] {
  const forms = typeof text === 'string' ? [text] : Object.values(text);
  const names = forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
