/** The page's dictionaries: the same keys with the same values in every language, none unused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { placeholdersOf, type DictionaryText } from '#ui/format-text.js';
import { sourceFiles } from '../support/source-files.js';

const LANGUAGES = ['de', 'en', 'es', 'fr', 'it', 'ja', 'pt', 'ru', 'zh'];

type Dictionary = Readonly<Record<string, DictionaryText>>;

const dictionaries = new Map(
  sourceFiles('ui/texts', ['.json']).map(({ path, text }) => [
    /([a-z]+)\.json$/.exec(path)?.[1] ?? path,
    JSON.parse(text) as Dictionary,
  ]),
);
const english = dictionaries.get('en') ?? {};
const code = sourceFiles('ui', ['.ts', '.svelte'])
  .map(({ text }) => text)
  .join('\n');

describe('dictionaries', () => {
  it('are there for every language of the page', () => {
    assert.deepEqual([...dictionaries.keys()].sort(), LANGUAGES);
  });

  it('have no key that the page does not use', () => {
    const unused = Object.keys(english).filter((key) => !code.includes(`'${key}'`));
    assert.deepEqual(unused, []);
  });

  for (const [language, dictionary] of dictionaries) {
    describe(language, () => {
      it('has every key, no other, and no empty text', () => {
        assert.deepEqual(Object.keys(dictionary).sort(), Object.keys(english).sort());
        const empty = Object.entries(dictionary).filter(([, text]) =>
          typeof text === 'string' ? text.trim() === '' : Object.values(text).includes(''),
        );
        assert.deepEqual(empty, []);
      });

      it('has the same values in each text', () => {
        for (const [key, text] of Object.entries(dictionary)) {
          assert.deepEqual(placeholdersOf(text), placeholdersOf(english[key] ?? ''), key);
        }
      });

      it('has the plural forms that the language has', () => {
        const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
        for (const [key, text] of Object.entries(dictionary)) {
          if (typeof english[key] === 'string') assert.equal(typeof text, 'string', key);
          else assert.deepEqual(Object.keys(text).sort(), [...wanted].sort(), key);
        }
      });
    });
  }
});
