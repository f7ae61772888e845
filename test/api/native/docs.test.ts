/** docs/native-api.md is what the schemas say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { renderNativeDocs } from '../../../src/api/native/docs/render-native-docs.js';
import { NATIVE_ERRORS } from '../../../src/api/native/schema/errors.js';
import { projectRoot } from '../../support/vectors.js';

it('docs/native-api.md is up to date', () => {
  const written = readFileSync(new URL('docs/native-api.md', projectRoot), 'utf8');
  assert.equal(written, renderNativeDocs(), 'run: npm run build:api-docs');
});

it('numbers of errors are not used twice', () => {
  const numbers = Object.values(NATIVE_ERRORS).map(({ number }) => number);
  assert.equal(new Set(numbers).size, numbers.length);
});
