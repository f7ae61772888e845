/** What the person chose for this browser: kept in its local storage, never sent anywhere. */
import { LANGUAGES, type Language } from '../texts/languages.js';

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const KEYS = {
  theme: 'petrel.theme',
  language: 'petrel.language',
  notify: 'petrel.notify',
} as const;

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage may be forbidden in this browser; the choice then lasts until the page is closed.
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

function firstLanguage(): Language {
  const wanted = [read(KEYS.language) ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => language === tag.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return 'en';
}

class Preferences {
  theme = $state<Theme>(THEMES.find((theme) => theme === read(KEYS.theme)) ?? 'system');
  language = $state<Language>(firstLanguage());
  notify = $state(read(KEYS.notify) === 'yes');

  setTheme(theme: Theme): void {
    this.theme = theme;
    write(KEYS.theme, theme);
    this.showTheme();
  }

  setLanguage(language: Language): void {
    this.language = language;
    write(KEYS.language, language);
  }

  setNotify(notify: boolean): void {
    this.notify = notify;
    write(KEYS.notify, notify ? 'yes' : 'no');
  }

  showTheme(): void {
    if (this.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.theme;
  }
}

export const preferences = new Preferences();
