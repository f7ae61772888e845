import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ApiNode } from '../../src/api/api-node.js';
import { readPageFiles, type PageFiles } from '../../src/api/page-files.js';
import { ApiServer } from '../../src/api/server.js';
import { nullLog } from '../../src/util/log.js';
import { Secret } from '../../src/util/secret.js';
import { FakeClock } from '../support/fake-clock.js';
import { createTempDir } from '../support/temp-dir.js';

const SCRIPT = 'console.log(1);\n'.repeat(200);
const HOST = { host: 'localhost' };
const BROWSER = { ...HOST, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

function builtPage(): PageFiles {
  const temp = createTempDir('petrel-page');
  try {
    mkdirSync(join(temp.path, 'assets'));
    writeFileSync(join(temp.path, 'index.html'), '<!doctype html>');
    writeFileSync(join(temp.path, 'assets', 'index-abc.js'), SCRIPT);
    writeFileSync(join(temp.path, 'assets', 'index-abc.js.gz'), gzipSync(SCRIPT));
    writeFileSync(join(temp.path, 'notes.txt'), 'not of the page');
    return readPageFiles(temp.path);
  } finally {
    temp.remove();
  }
}

function server(page: PageFiles): ApiServer {
  return new ApiServer(
    {
      host: '127.0.0.1',
      port: 0,
      portFixed: true,
      variant: 'json',
      credentials: { username: 'user', password: new Secret('password') },
      page,
    },
    { node: {} as ApiNode, log: nullLog, clock: new FakeClock(), requestStop: () => undefined },
  );
}

test('the page and its parts are served from memory, compressed for whoever takes it', async () => {
  const { inject } = server(builtPage());
  const index = await inject({ url: '/', headers: BROWSER });
  assert.equal(index.statusCode, 200);
  assert.equal(index.body, '<!doctype html>');
  assert.equal(index.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(index.headers['cache-control'], 'no-cache');
  const url = '/assets/index-abc.js';
  const plain = await inject({ url, headers: HOST });
  assert.equal(plain.body, SCRIPT);
  assert.match(String(plain.headers['cache-control']), /immutable/);
  const packed = await inject({ url, headers: { ...HOST, 'accept-encoding': 'br, gzip' } });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(packed.rawPayload).toString(), SCRIPT);
  const head = await inject({ method: 'HEAD', url, headers: HOST });
  assert.equal(head.body, '');
  assert.equal(head.statusCode, 200);
});

test('no script but ours, no other origin, no frame around it', async () => {
  const { headers } = await server(builtPage()).inject({ url: '/', headers: BROWSER });
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|http:|https:|\*/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
});

test('only what was there at the start is there, for our host names only', async () => {
  const { inject } = server(builtPage());
  const paths = ['/notes.txt', '/index.html', '/assets/', '/assets/index-abc.js.gz'];
  paths.push('/assets/../../package.json', '/..%2f..%2fpackage.json', '//etc/passwd', '/%00');
  for (const url of paths) {
    const answer = await inject({ url, headers: HOST });
    assert.ok([400, 501].includes(answer.statusCode), `${url}: ${answer.statusCode}`);
  }
  const foreign = await inject({ url: '/', headers: { ...BROWSER, host: 'evil.example' } });
  assert.equal(foreign.statusCode, 403);
});

test('calls go on at the same path', async () => {
  const { inject } = server(builtPage());
  const answer = await inject({
    method: 'POST',
    url: '/',
    headers: { ...HOST, authorization: `Basic ${Buffer.from('user:password').toString('base64')}` },
    payload: '{"method": "helloWorld", "params": ["a", "b"], "id": 1}',
  });
  assert.match(answer.body, /a-b/);
});

test('programs that GET the path of the calls are told what PyBitmessage tells them', async () => {
  const { inject } = server(builtPage());
  for (const method of ['GET', 'HEAD'] as const) {
    for (const accept of [undefined, '*/*', 'application/json']) {
      const headers = accept === undefined ? HOST : { ...HOST, accept };
      assert.equal((await inject({ method, url: '/', headers })).statusCode, 501);
    }
  }
});

test('where no page is built there are no files', () => {
  const temp = createTempDir('petrel-page');
  temp.remove();
  assert.equal(readPageFiles(temp.path).size, 0);
});
