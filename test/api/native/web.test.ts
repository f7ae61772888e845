/** Logging in and out, and who is kept out, over real sockets. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { fc } from '../../support/properties.js';
import { pino } from 'pino';
import { Writable } from 'node:stream';
import { PetrelClient } from '../../../src/client/client.js';
import { CREDENTIALS, startNativeNode, type NativeNodeTest } from '../../support/native-node.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

/** Any headers at all, unlike fetch. */
function ask(
  { url }: NativeNodeTest,
  method: string,
  path: string,
  headers: Headers = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, headers }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.list' });

interface Session {
  readonly cookie: string;
  readonly token: string;
}

async function logIn(test: NativeNodeTest, body: object = CREDENTIALS): Promise<Session> {
  const answer = await ask(test, 'POST', '/session', {}, JSON.stringify(body));
  assert.equal(answer.status, 200);
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  const { token } = JSON.parse(answer.body) as { token: string };
  return { cookie: cookie.split(';')[0] ?? '', token };
}

function headersOf({ cookie, token }: Session): Headers {
  return { cookie, 'x-petrel-token': token };
}

async function status(test: NativeNodeTest, headers: Headers, body = CALL): Promise<number> {
  return (await ask(test, 'POST', '/rpc/v1', headers, body)).status;
}

function basic(username: string, password: string): Headers {
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  return { authorization: `Basic ${login}` };
}

describe('sessions', { timeout: 600_000 }, () => {
  it('begin with user and password, need cookie and token, and end', async (t) => {
    const test = await startNativeNode(t);
    const answer = await ask(test, 'POST', '/session', {}, JSON.stringify(CREDENTIALS));
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    assert.equal(answer.headers['cache-control'], 'no-store');
    const session = await logIn(test);
    assert.equal(await status(test, headersOf(session)), 200);
    assert.equal(await status(test, { cookie: session.cookie }), 403);
    assert.equal(await status(test, { 'x-petrel-token': session.token }), 401);
    assert.equal(await status(test, { ...headersOf(session), 'x-petrel-token': 'x' }), 403);
    assert.equal(await status(test, {}), 401);
    const info = await ask(test, 'GET', '/session', { cookie: session.cookie });
    assert.equal((JSON.parse(info.body) as { token: string }).token, session.token);
    assert.equal((await ask(test, 'GET', '/session')).status, 401);
    assert.equal((await ask(test, 'DELETE', '/session', { cookie: session.cookie })).status, 403);
    const out = await ask(test, 'DELETE', '/session', headersOf(session));
    assert.match(String(out.headers['set-cookie']), /_\d+=; .*Max-Age=0/);
    assert.equal(await status(test, headersOf(session)), 401);
  });

  it('all end at once', async (t) => {
    const test = await startNativeNode(t);
    const [one, two] = [await logIn(test), await logIn(test)];
    const everywhere = '/session?everywhere=true';
    assert.equal((await ask(test, 'DELETE', everywhere, headersOf(one))).status, 200);
    assert.equal(await status(test, headersOf(one)), 401);
    assert.equal(await status(test, headersOf(two)), 401);
  });

  it('begin with a link once', async (t) => {
    const test = await startNativeNode(t);
    const { path } = await test.call('session.makeLink', {});
    const link = path.replace('/#login=', '');
    const session = await logIn(test, { link });
    assert.equal(await status(test, headersOf(session)), 200);
    const again = await ask(test, 'POST', '/session', {}, JSON.stringify({ link }));
    assert.equal(again.status, 401);
  });

  it('work through the client, which goes on with the cookie', async (t) => {
    const test = await startNativeNode(t);
    let cookie = '';
    const browser: typeof fetch = async (input, init) => {
      const headers = new Headers(init?.headers);
      if (cookie !== '') headers.set('cookie', cookie);
      const response = await fetch(input, { ...init, headers });
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
      return response;
    };
    const page = new PetrelClient({ url: test.url, fetch: browser });
    assert.equal(await page.resume(), undefined);
    await assert.rejects(page.call('node.info'), { failure: 'not-logged-in' });
    await page.login(CREDENTIALS.username, CREDENTIALS.password);
    assert.equal((await page.call('node.info')).identities, 0);
    const reloaded = new PetrelClient({ url: test.url, fetch: browser });
    assert.ok(await reloaded.resume());
    await reloaded.call('identities.createRandom', { label: '' });
    await reloaded.logout({ everywhere: true });
    await assert.rejects(page.call('node.info'), { failure: 'not-logged-in' });
  });
});

describe('others', { timeout: 600_000 }, () => {
  it('are kept out: other sites, other host names, wrong logins', async (t) => {
    const test = await startNativeNode(t);
    const session = await logIn(test);
    const right = basic(CREDENTIALS.username, CREDENTIALS.password);
    const own = test.url;
    assert.equal(await status(test, { ...headersOf(session), origin: own }), 200);
    for (const known of [headersOf(session), right]) {
      assert.equal(await status(test, { ...known, origin: 'http://evil.example' }), 403);
      assert.equal(await status(test, { ...known, origin: 'null' }), 403);
      assert.equal(await status(test, { ...known, 'sec-fetch-site': 'cross-site' }), 403);
      assert.equal(await status(test, { ...known, host: 'evil.example' }), 403);
    }
    const rebound = { host: 'evil.example', cookie: session.cookie };
    assert.equal((await ask(test, 'GET', '/events', rebound)).status, 403);
    assert.equal((await ask(test, 'GET', '/session', rebound)).status, 403);
    const login = JSON.stringify(CREDENTIALS);
    const evil = { origin: 'http://evil.example' };
    assert.equal((await ask(test, 'POST', '/session', evil, login)).status, 403);
    assert.equal(await status(test, basic('user', 'wrong')), 401);
    assert.equal((await ask(test, 'GET', '/events')).status, 401);
    const wrong = { username: 'user', password: 'wrong' };
    assert.equal((await ask(test, 'POST', '/session', {}, JSON.stringify(wrong))).status, 401);
    for (const body of ['', '{', '{}', '[]', JSON.stringify({ ...CREDENTIALS, more: 1 })]) {
      assert.equal((await ask(test, 'POST', '/session', {}, body)).status, 400);
    }
    assert.equal((await ask(test, 'POST', '/session', {}, 'x'.repeat(10_000))).status, 413);
  });

  it('the compatible API is as it was', async (t) => {
    const test = await startNativeNode(t);
    const right = basic(CREDENTIALS.username, CREDENTIALS.password);
    const body = '{"jsonrpc":"2.0","method":"helloWorld","params":["a","b"],"id":1}';
    assert.match((await ask(test, 'POST', '/', right, body)).body, /"a-b"/);
    assert.equal((await ask(test, 'GET', '/')).status, 501);
    assert.equal((await ask(test, 'POST', '/rpc/v2', right, body)).status, 404);
    const session = await logIn(test);
    assert.equal((await ask(test, 'POST', '/', headersOf(session), body)).status, 401);
  });
});

describe('calls', { timeout: 600_000 }, () => {
  async function answerTo(t: TestContext, bodies: readonly string[]): Promise<Answer[]> {
    const test = await startNativeNode(t);
    const right = basic(CREDENTIALS.username, CREDENTIALS.password);
    return Promise.all(bodies.map((body) => ask(test, 'POST', '/rpc/v1', right, body)));
  }

  it('are JSON-RPC 2.0: batches, notifications, errors', async (t) => {
    const [batch, notification, broken, empty, noMethod, oldVersion, wrongParams] = await answerTo(
      t,
      [
        `[${CALL},{"jsonrpc":"2.0","method":"node.info"},7,{"jsonrpc":"2.0","id":"x","method":"__proto__"}]`,
        '{"jsonrpc":"2.0","method":"node.info"}',
        '{"jsonrpc"',
        '[]',
        '{"jsonrpc":"2.0","id":null}',
        '{"method":"node.info","id":4}',
        '{"jsonrpc":"2.0","id":5,"method":"messages.get","params":["in-00"]}',
      ],
    );
    const parsed = JSON.parse(batch?.body ?? '') as { id: unknown; error?: { code: number } }[];
    assert.deepEqual(
      parsed.map(({ id, error }) => [id, error?.code]),
      [
        [1, undefined],
        [null, -32600],
        ['x', -32601],
      ],
    );
    assert.deepEqual([notification?.status, notification?.body], [204, '']);
    const codes = [broken, empty, noMethod, oldVersion, wrongParams].map((answer) => {
      const { id, error } = JSON.parse(answer?.body ?? '') as {
        id: unknown;
        error: { code: number };
      };
      return [id, error.code];
    });
    assert.deepEqual(codes, [
      [null, -32700],
      [null, -32600],
      [null, -32600],
      [4, -32600],
      [5, -32602],
    ]);
  });

  it('of any form never fail inside', async (t) => {
    const lines: string[] = [];
    const out = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const test = await startNativeNode(t, { log: pino({ level: 'debug' }, out) });
    const { methods } = (await test.call('rpc.discover', {})) as {
      methods: { name: string; params: { name: string }[] }[];
    };
    const harmless = methods.filter(({ name }) => !/^(takeover|identities\.create)/.test(name));
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>('in-00', 'out-ab', 'AAAA', 5, true, ['in-'], 'all'),
    );
    const call = fc.constantFrom(...harmless).chain(({ name, params }) =>
      fc.record({
        jsonrpc: fc.constant('2.0'),
        id: fc.constant(1),
        method: fc.constant(name),
        params: fc.record(Object.fromEntries(params.map((one) => [one.name, value])), {
          requiredKeys: [],
        }),
      }),
    );
    const right = basic(CREDENTIALS.username, CREDENTIALS.password);
    await fc.assert(
      fc.asyncProperty(call, async (body) => {
        const { body: text } = await ask(test, 'POST', '/rpc/v1', right, JSON.stringify(body));
        const { error } = JSON.parse(text) as { error?: { code: number; message: string } };
        assert.notEqual(error?.code, -32603, JSON.stringify(body));
      }),
      { numRuns: 400 },
    );
    // What proves who one is, is nowhere in the log.
    const session = await logIn(test);
    await status(test, basic('user', 'a wrong password'));
    const log = lines.join('');
    assert.ok(lines.length > 0);
    for (const secret of [
      CREDENTIALS.password,
      session.token,
      session.cookie,
      'a wrong password',
    ]) {
      assert.equal(log.includes(secret), false);
    }
  });
});
