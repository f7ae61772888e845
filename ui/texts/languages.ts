/** The languages of the page: one dictionary file each. English is part of the page, the others are fetched when wanted. */
import en from './en.json';

export const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'pt', 'ru', 'ja', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  pt: 'Português',
  ru: 'Русский',
  ja: '日本語',
  zh: '中文',
};

export type TextKey = keyof typeof en;
export type Dictionary = Readonly<Record<TextKey, string | Readonly<Record<string, string>>>>;

const LOADERS: Readonly<Record<Language, () => Promise<{ default: unknown }>>> = {
  en: () => Promise.resolve({ default: en }),
  de: () => import('./de.json'),
  es: () => import('./es.json'),
  fr: () => import('./fr.json'),
  it: () => import('./it.json'),
  pt: () => import('./pt.json'),
  ru: () => import('./ru.json'),
  ja: () => import('./ja.json'),
  zh: () => import('./zh.json'),
};

export const ENGLISH: Dictionary = en;

export async function loadDictionary(language: Language): Promise<Dictionary> {
  return (await LOADERS[language]()).default as Dictionary;
}
