import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelsProblem, parseLevels, SUBSYSTEMS } from '../../src/util/log-levels.js';
import { sourceFiles } from '../support/source-files.js';

test('levels as people write them', () => {
  assert.deepEqual(parseLevels('info'), { level: 'info', subsystems: {} });
  assert.deepEqual(parseLevels('info,network=debug, POW=Trace'), {
    level: 'info',
    subsystems: { network: 'debug', pow: 'trace' },
  });
  assert.deepEqual(parseLevels('network=debug network=info'), {
    level: undefined,
    subsystems: { network: 'info' },
  });
  assert.deepEqual(parseLevels(''), { level: undefined, subsystems: {} });
});

test('wrong levels say what would be right', () => {
  for (const text of ['loud', 'network=loud', 'network=', '=info', 'info=']) {
    assert.ok('problem' in parseLevels(text), text);
  }
  assert.match(levelsProblem('netwrok=info') ?? '', /network/);
  assert.match(levelsProblem('loud') ?? '', /debug/);
  assert.equal(levelsProblem('warn,api=silent'), undefined);
});

test('every layer that the sources name is a subsystem, and the other way round', () => {
  const named = sourceFiles('src', ['.ts']).flatMap(({ text }) =>
    [...text.matchAll(/\blayer: '([\w-]+)'/g)].map(([, name = '']) => name),
  );
  assert.deepEqual([...new Set(['node', ...named])].sort(), [...SUBSYSTEMS].sort());
});
