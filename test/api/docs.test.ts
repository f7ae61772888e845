/** docs/api.md is what the definitions say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { COMMAND_DOCS } from '../../src/api/docs/command-docs.js';
import { ERROR_DOCS } from '../../src/api/docs/error-docs.js';
import { documentedCommands, renderApiDocs } from '../../src/api/docs/render-docs.js';
import { API_ERROR } from '../../src/api/errors.js';
import { projectRoot } from '../support/vectors.js';

it('docs/api.md is up to date', () => {
  const written = readFileSync(new URL('docs/api.md', projectRoot), 'utf8');
  assert.equal(written, renderApiDocs(), 'run: npm run build:api-docs');
});

it('every command and every error is described, and nothing else', () => {
  const commands = documentedCommands();
  assert.deepEqual(
    Object.keys(COMMAND_DOCS).sort(),
    commands.map(({ names: [name = ''] }) => name).sort(),
  );
  for (const {
    names: [name = ''],
    parameters,
    optional = 0,
  } of commands) {
    const doc = Object.hasOwn(COMMAND_DOCS, name) ? COMMAND_DOCS[name] : undefined;
    assert.ok(doc, name);
    assert.equal(doc.types.length, parameters.length, name);
    const given = doc.example.length;
    assert.ok(given <= parameters.length && given >= parameters.length - optional, name);
  }
  const numbers = Object.values(API_ERROR).map(String);
  assert.deepEqual(Object.keys(ERROR_DOCS).sort(), numbers.sort());
});
