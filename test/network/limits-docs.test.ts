import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as limits from '../../src/network/limits.js';
import { REJECTIONS } from '../../src/network/rejections.js';
import { renderLimitsDocs } from '../support/limits-docs.js';
import { projectRoot } from '../support/vectors.js';

describe('docs/limits.md', () => {
  const page = readFileSync(new URL('docs/limits.md', projectRoot), 'utf8');

  it('lists every limit of the network layer and every counter', () => {
    const names = [...Object.keys(limits), ...REJECTIONS];
    const missing = names.filter((name) => !page.includes(`| \`${name}\` |`));
    assert.deepEqual(missing, [], 'run: npm run build:limits-docs');
  });

  it('gives a reason for each', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const bare = rows.filter((row) => /\| *\|$/.test(row));
    assert.deepEqual(bare, []);
  });

  it('is what the source says', () => {
    assert.equal(page, renderLimitsDocs(), 'run: npm run build:limits-docs');
  });
});
