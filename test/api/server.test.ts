import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createLoginCheck } from '../../src/api/auth.js';
import { ApiServer, type ApiServerOptions } from '../../src/api/server.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog } from '../../src/util/log.js';
import { Secret } from '../../src/util/secret.js';
import { createApiDouble } from '../support/api-double.js';
import { FakeClock } from '../support/fake-clock.js';

const CREDENTIALS = { username: 'user', password: new Secret('pass:word') };
const AUTHORIZATION = basic('user:pass:word');
const ADD = '{"jsonrpc": "2.0", "method": "add", "params": [2, 3], "id": 1}';
/** Answered some turns of the event loop later. */
const LIST = '{"jsonrpc": "2.0", "method": "getAllInboxMessageIds", "id": 1}';
const FIVE = '{"jsonrpc": "2.0", "result": 5, "id": 1}';

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function server(options: Partial<ApiServerOptions> = {}, requestStop = (): void => undefined) {
  const clock = new FakeClock();
  const standard = { host: '127.0.0.1', port: 0, portFixed: true, variant: 'json' } as const;
  const api = new ApiServer(
    { ...standard, credentials: CREDENTIALS, ...options },
    { node: createApiDouble(), log: nullLog, clock, requestStop },
  );
  const post = (payload: string | Buffer, headers: Record<string, string> = {}, url = '/') =>
    api.inject({
      method: 'POST',
      url,
      payload,
      headers: { authorization: AUTHORIZATION, ...headers },
    });
  return { api, clock, post };
}

test('answers at / and /RPC2, whatever the content type', async () => {
  const { post } = server();
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', '']) {
    const answer = await post(ADD, { 'content-type': type });
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'application/json-rpc');
    assert.equal(answer.headers.connection, 'close');
    assert.equal(answer.body, FIVE);
  }
  const kept = await post(ADD, { connection: 'keep-alive' }, '/RPC2');
  assert.notEqual(kept.headers.connection, 'close');
});

test('other paths and methods are refused before the password is asked for', async () => {
  const { api } = server();
  for (const url of ['/foo', '/?x=1', '//', '/RPC2/']) {
    const answer = await api.inject({ method: 'POST', url, payload: ADD });
    assert.deepEqual([answer.statusCode, answer.body], [404, 'No such page']);
  }
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'] as const) {
    const answer = await api.inject({ method, url: '/' });
    assert.equal(answer.statusCode, 501);
    assert.match(answer.body, new RegExp(`Unsupported method \\('${method}'\\)`));
  }
});

test('a wrong password is refused late, and nobody else waits for it', async () => {
  const { api, clock, post } = server();
  let refused = 0;
  const refuse = async (headers: Record<string, string>): Promise<void> => {
    const answer = await api.inject({ method: 'POST', url: '/', payload: ADD, headers });
    assert.deepEqual([answer.statusCode, answer.body], [401, '']);
    refused += 1;
  };
  const both = [refuse({ authorization: basic('user:pass') }), refuse({})];
  assert.equal((await post(ADD)).body, FIVE);
  await clock.advance(1_999);
  assert.equal(refused, 0);
  await clock.advance(1);
  await Promise.all(both);
  assert.equal(refused, 2);
});

test('authorization is split at the first colon; malformed headers are refused', () => {
  const isAuthorized = createLoginCheck([CREDENTIALS]);
  assert.equal(isAuthorized(AUTHORIZATION), true);
  assert.equal(isAuthorized(AUTHORIZATION.replace('Basic', 'Bearer')), true);
  const wrong = [undefined, '', 'Basic', 'Basic !!!', basic('user'), basic(''), basic(':')];
  for (const header of [...wrong, basic('user:pass:word ')]) {
    assert.equal(isAuthorized(header), false, header);
  }
  assert.equal(createLoginCheck([{ username: '', password: new Secret('') }])(basic(':')), false);
  for (const length of [1, 100, 200, 300, 3000]) {
    const isLong = createLoginCheck([
      CREDENTIALS,
      { username: 'u', password: new Secret('p'.repeat(length)) },
    ]);
    assert.equal(isLong(basic(`u:${'p'.repeat(length)}`)), true);
    assert.equal(isLong(basic(`u:${'p'.repeat(length + 1)}`)), false);
    assert.equal(isLong(basic(`u:${'p'.repeat(length - 1)}`)), false);
    assert.equal(isLong(AUTHORIZATION), true);
  }
});

test('bodies: too long, not UTF-8', async () => {
  const { post } = server();
  assert.equal((await post(Buffer.alloc(2 * 1024 * 1024 + 1, 0x20))).statusCode, 413);
  assert.equal((await post(Buffer.from([0xff, 0xfe]))).statusCode, 500);
});

const XML_ADD =
  "<?xml version='1.0'?><methodCall><methodName>add</methodName><params>" +
  '<param><value><int>2</int></value></param><param><value><int>3</int></value></param>' +
  '</params></methodCall>';
const XML_FIVE =
  "<?xml version='1.0' encoding='UTF-8'?>\n<methodResponse>\n<params>\n<param>\n" +
  '<value><int>5</int></value>\n</param>\n</params>\n</methodResponse>\n';

test('each kind of body is answered in its own kind, whatever the variant', async () => {
  for (const variant of ['json', 'xml', 'legacy'] as const) {
    const { post } = server({ variant });
    assert.equal((await post(ADD)).body, FIVE);
    for (const xml of [XML_ADD, `\n ${XML_ADD.slice(21)}`, `\ufeff${XML_ADD}`]) {
      const answer = await post(xml);
      assert.equal(answer.headers['content-type'], 'text/xml');
      assert.equal(answer.body, XML_FIVE);
    }
    const [own, type] =
      variant === 'json'
        ? ['{"error": {"message": "Request nonsense', 'application/json-rpc']
        : [XML_FIVE.slice(0, 56), 'text/xml'];
    const nonsense = await post('nonsense');
    assert.equal(nonsense.headers['content-type'], type);
    assert.ok(nonsense.body.startsWith(own), nonsense.body);
  }
});

test('foreign host names are refused, as a page with rebound DNS would send them', async () => {
  const { post } = server({ allowedHosts: ['Mail.Example.', '10.0.0.9'] });
  for (const host of [
    ...[
      'localhost',
      'LOCALHOST:8442',
      'a.localhost:1',
      '127.0.0.1:8442',
      '127.1.2.3',
      '[::1]:8442',
    ],
    ...['mail.example:8442', '10.0.0.9:80'],
  ]) {
    assert.equal((await post(ADD, { host })).statusCode, 200, host);
  }
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.8',
  ]) {
    const answer = await post(ADD, { host });
    assert.equal(answer.statusCode, 403, host);
    assert.match(answer.body, /apiallowedhosts/);
  }
});

test('it does not listen beyond loopback without a login of its own', async () => {
  for (const options of [
    { credentials: { username: 'user', password: new Secret('') } },
    { credentials: { username: '', password: new Secret('x') } },
    { testMode: true },
  ]) {
    const { api } = server({ host: '0.0.0.0', ...options });
    await assert.rejects(api.start(), UserError);
  }
});

async function started(
  t: TestContext,
  options: Partial<ApiServerOptions> = {},
): Promise<ApiServer> {
  const { api } = server(options);
  await api.start();
  t.after(() => api.stop());
  return api;
}

test('a taken port ends the start when it is fixed, else another one is taken', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  t.after(() => blocker.close());
  const { port } = blocker.address() as AddressInfo;
  await assert.rejects(
    server({ port }).api.start(),
    (error) =>
      error instanceof UserError && error.message.includes(`port ${port}: the port is taken`),
  );
  const moved = await started(t, { port, portFixed: false });
  assert.ok(moved.port >= 32_767 && moved.port <= 65_535 && moved.port !== port);
});

test('an address that is not ours ends the start', async () => {
  const { api } = server({ host: '192.0.2.1', portFixed: false });
  await assert.rejects(
    api.start(),
    (error) => error instanceof UserError && error.message.includes('apiinterface'),
  );
});

test('over a socket: one answer per connection, Expect ignored, the stop is prompt', async (t) => {
  const api = await started(t);
  const socket = connect(api.port, '127.0.0.1');
  const head = [
    'POST / HTTP/1.1',
    'Host: localhost',
    'Expect: 100-continue',
    `Authorization: ${AUTHORIZATION}`,
    `Content-Length: ${ADD.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${ADD}`);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await once(socket, 'close');
  assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
  assert.ok(received.endsWith(FIVE));
  const idle = connect(api.port, '127.0.0.1');
  idle.on('error', () => undefined);
  await once(idle, 'connect');
  await api.stop();
  idle.destroy();
});

test('a client that closes its side after the request gets the answer', async (t) => {
  const api = await started(t);
  const socket = connect({ port: api.port, host: '127.0.0.1', allowHalfOpen: true });
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${LIST.length}`;
  socket.end(`${head}\r\nAuthorization: ${AUTHORIZATION}\r\n\r\n${LIST}`);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await once(socket, 'close');
  assert.match(received, /"inboxMessageIds": \[\]/);
});

test('a request without a length is refused', async (t) => {
  const api = await started(t);
  const socket = connect(api.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  assert.match(chunk.toString(), /^HTTP\/1\.1 411 /);
  socket.destroy();
});

test('shutdown is answered before the stop begins', async () => {
  let stops = 0;
  const { post } = server({}, () => (stops += 1));
  const answer = await post('{"jsonrpc": "2.0", "method": "shutdown", "id": 1}');
  assert.equal(answer.json<{ result: string }>().result, 'done');
  assert.equal(stops, 1);
});

test('a body that comes too slowly is given up', async (t) => {
  const api = await started(t, { requestTimeoutMs: 60 });
  const socket = connect(api.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(
    `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: 9\r\n\r\n{`,
  );
  await once(socket, 'close');
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

test('the cookie is a second login; requests without Host are answered', async (t) => {
  const cookie = { username: '__cookie__', password: new Secret('c0ffee') };
  const { post } = server({ cookie });
  assert.equal((await post(ADD)).body, FIVE);
  assert.equal((await post(ADD, { authorization: basic('__cookie__:c0ffee') })).body, FIVE);
  const api = await started(t, { cookie });
  const socket = connect(api.port, '127.0.0.1');
  socket.end(
    `POST / HTTP/1.1\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: ${ADD.length}\r\n\r\n${ADD}`,
  );
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  assert.ok(answer.startsWith('HTTP/1.1 200 OK') && answer.endsWith(FIVE), answer);
});
