import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ENVIRONMENT_VARIABLES } from '../../../src/node/settings/environment-variables.js';
import { OPTION_NAMES } from '../../../src/node/settings/option-table.js';
import { renderConfigDocs } from '../../support/config-docs.js';
import { sourceFiles } from '../../support/source-files.js';
import { projectRoot } from '../../support/vectors.js';

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('docs/configuration.md', projectRoot), 'utf8');

  it('has every option once', () => {
    for (const name of OPTION_NAMES) {
      const rows = page.split('\n').filter((line) => line.startsWith(`| \`${name}\``));
      assert.equal(rows.length, 1, `${name}; run: npm run build:config-docs`);
    }
  });

  it('has every variable that the sources name', () => {
    const known = new Set(ENVIRONMENT_VARIABLES.map(({ name }) => name));
    const named = sourceFiles('src', ['.ts']).flatMap(({ text }) =>
      [...text.matchAll(/'(PETREL_[A-Z_]*[A-Z])'/g)].map(([, name = '']) => name),
    );
    const missing = new Set(named.filter((name) => !known.has(name)));
    assert.deepEqual([...missing], [], 'src/node/settings/environment-variables.ts');
    assert.ok(named.includes('PETREL_DATA_DIR'));
  });

  it('is what the tables say', () => {
    assert.equal(page, renderConfigDocs(page), 'run: npm run build:config-docs');
  });
});
