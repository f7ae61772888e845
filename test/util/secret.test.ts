import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../src/util/secret.js';

const VALUE = 'correct horse battery staple';

test('a secret prints as stars, however it is printed', () => {
  const secret = new Secret(VALUE);
  const holder = { name: 'anna', password: secret, list: [secret], map: new Map([[1, secret]]) };
  const texts = [
    String(secret),
    'a' + String(secret),
    JSON.stringify(holder),
    inspect(secret),
    inspect(holder, { depth: 9, showHidden: true }),
    format('%s %o %O %j', secret, secret, secret, secret),
    [secret].join(),
    Object.entries(secret).toString(),
    JSON.stringify(Object.assign({}, secret)),
  ];
  for (const text of texts) assert.doesNotMatch(text, /horse/);
  assert.equal(JSON.stringify({ secret }), '{"secret":"***"}');
  assert.equal(secret.reveal(), VALUE);
});

test('any value may be one', () => {
  const key = Uint8Array.of(222, 173);
  const secret = new Secret(key);
  assert.equal(secret.reveal(), key);
  assert.doesNotMatch(inspect({ secret }) + JSON.stringify({ secret }), /222|173/);
});
