import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { OPTION_NAMES } from '../../../src/node/settings/option-table.js';
import { renderConfigDocs } from '../../support/config-docs.js';
import { projectRoot } from '../../support/vectors.js';

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('docs/configuration.md', projectRoot), 'utf8');

  it('has every option once', () => {
    for (const name of OPTION_NAMES) {
      const rows = page.split('\n').filter((line) => line.startsWith(`| \`${name}\``));
      assert.equal(rows.length, 1, `${name}; run: npm run build:config-docs`);
    }
  });

  it('is what the tables say', () => {
    assert.equal(page, renderConfigDocs(page), 'run: npm run build:config-docs');
  });
});
