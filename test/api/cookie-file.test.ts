import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { cookiePath, removeCookie, writeCookie } from '../../src/api/cookie-file.js';
import { UserError } from '../../src/util/errors.js';
import { tempDir } from '../support/temp-store.js';

test('the cookie is another one at each start, for the owner alone, and gone after the stop', (t) => {
  const dir = tempDir(t);
  const { username, password: secret } = writeCookie(dir);
  const password = secret.reveal();
  assert.match(password, /^[0-9a-f]{64}$/);
  assert.equal(readFileSync(cookiePath(dir), 'utf8'), `${username}:${password}\n`);
  if (process.platform !== 'win32') assert.equal(statSync(cookiePath(dir)).mode & 0o777, 0o600);
  assert.notEqual(writeCookie(dir).password.reveal(), password);
  removeCookie(dir);
  assert.equal(existsSync(cookiePath(dir)), false);
  assert.throws(() => writeCookie(`${dir}/nowhere`), UserError);
});
