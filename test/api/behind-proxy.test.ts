/** The API behind a proxy: what is believed of the headers that it adds, and of whom. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { createHostCheck } from '../../src/api/host-check.js';
import { ApiServer } from '../../src/api/server.js';
import { OuterSide } from '../../src/api/outer-side.js';
import { AddressRanges, parseAddressRange } from '../../src/util/address-ranges.js';
import type { Log } from '../../src/util/log.js';
import { nullLog } from '../../src/util/log.js';
import { Secret } from '../../src/util/secret.js';
import { fc } from '../support/properties.js';
import { createApiDouble } from '../support/api-double.js';
import { FakeClock } from '../support/fake-clock.js';
import { CREDENTIALS, startNativeNode, type NativeNodeTest } from '../support/native-node.js';

type Headers = Readonly<Record<string, string>>;

function proxies(...texts: string[]): AddressRanges {
  return new AddressRanges(texts.map(parseAddressRange).filter((range) => range !== undefined));
}

function requestFrom(remoteAddress: string, headers: Headers): FastifyRequest {
  const socket: unknown = { remoteAddress, localAddress: '10.0.0.9' };
  return { socket, headers } as FastifyRequest;
}

describe('what a proxy says', () => {
  const outer = new OuterSide(proxies('127.0.0.1', '10.0.0.0/24'));
  const client = (forwarded: string, from = '127.0.0.1'): string =>
    outer.clientOf(requestFrom(from, { 'x-forwarded-for': forwarded }));

  it('tells the client, as far as the proxies before it are known, too', () => {
    assert.equal(client('192.0.2.1'), '192.0.2.1');
    assert.equal(client('192.0.2.1', '::ffff:127.0.0.1'), '192.0.2.1');
    assert.equal(client('203.0.113.9, 192.0.2.1'), '192.0.2.1', 'the first one is made up');
    assert.equal(client('192.0.2.1, 10.0.0.7'), '192.0.2.1');
    assert.equal(client('10.0.0.8, 10.0.0.7'), '10.0.0.8');
    assert.equal(client('192.0.2.1:5555'), '192.0.2.1');
    assert.equal(client('[2001:db8::1]:5555'), '2001:db8::1');
    assert.equal(client('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(client('192.0.2.1, nonsense'), '127.0.0.1');
    assert.equal(client('192.0.2.1, nonsense, 10.0.0.7'), '10.0.0.7');
    assert.equal(client(''), '127.0.0.1');
    assert.equal(outer.clientOf(requestFrom('127.0.0.1', {})), '127.0.0.1');
  });

  it('does not count when nobody named it', () => {
    const headers = {
      host: 'localhost',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-host': 'mail.example',
      'x-forwarded-proto': 'https',
    };
    for (const side of [outer, new OuterSide(proxies())]) {
      const given = requestFrom('10.0.1.1', headers);
      assert.equal(side.clientOf(given), '10.0.1.1');
      assert.equal(side.hostOf(given), 'localhost');
      assert.equal(side.isHttps(given), false);
      assert.equal(side.isUnnamedProxy(given), true);
    }
    const named = requestFrom('10.0.0.1', headers);
    assert.equal(outer.hostOf(named), 'mail.example');
    assert.equal(outer.isHttps(named), true);
    assert.equal(outer.isUnnamedProxy(named), false);
    assert.equal(outer.isUnnamedProxy(requestFrom('10.0.1.1', {})), false);
    const odd = { ...headers, 'x-forwarded-proto': 'https, http', 'x-forwarded-host': '' };
    assert.equal(outer.isHttps(requestFrom('10.0.0.1', odd)), false, 'the last one is the proxy');
    assert.equal(outer.hostOf(requestFrom('10.0.0.1', odd)), 'localhost');
  });

  it('gives an address of what it was given, or that of the proxy, whatever is there', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('1', '.', ':', '[', ']', ',', ' ', 'a', '/', '%'),
          maxLength: 40,
        }),
        (text) => {
          const found = client(text);
          assert.ok(found === '127.0.0.1' || text.includes(found.replace(/^::ffff:/, '')), found);
        },
      ),
    );
  });

  it('both names must be allowed', () => {
    const isAllowed = createHostCheck(['mail.example'], outer);
    const asked = (host: string, forwarded?: string, from = '127.0.0.1'): boolean =>
      isAllowed(
        requestFrom(from, {
          host,
          ...(forwarded !== undefined && { 'x-forwarded-host': forwarded }),
        }),
      );
    assert.equal(asked('localhost:8442', 'mail.example'), true);
    assert.equal(asked('mail.example', 'mail.example:8443'), true);
    assert.equal(asked('localhost:8442', 'evil.example'), false);
    assert.equal(asked('evil.example', 'mail.example'), false);
    assert.equal(asked('mail.example', 'evil.example', '192.0.2.1'), true, 'not looked at');
  });
});

/** Any headers at all, unlike fetch. */
function ask(
  { url }: NativeNodeTest,
  method: string,
  path: string,
  headers: Headers,
  body = '',
): Promise<{ status: number; cookie: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, headers }, (incoming) => {
      incoming.resume();
      const [cookie = ''] = incoming.headers['set-cookie'] ?? [];
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, cookie }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const LOGIN = JSON.stringify(CREDENTIALS);
const OUTSIDE: Headers = {
  host: '127.0.0.1',
  origin: 'https://mail.example',
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-host': 'mail.example',
  'x-forwarded-proto': 'https',
};

function behindProxy(t: TestContext): Promise<NativeNodeTest> {
  const server = { trustedProxies: proxies('127.0.0.1'), allowedHosts: ['mail.example'] };
  return startNativeNode(t, { server });
}

describe('the page behind a proxy', { timeout: 600_000 }, () => {
  it('logs in with a cookie for TLS only, from its own origin only', async (t) => {
    const test = await behindProxy(t);
    const logIn = (headers: Headers) => ask(test, 'POST', '/session', headers, LOGIN);
    const { status, cookie } = await logIn(OUTSIDE);
    assert.equal(status, 200);
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Secure; Max-Age=\d+$/);
    const other = { ...OUTSIDE, origin: 'https://mail.example:8443' };
    assert.equal((await logIn(other)).status, 403);
    assert.equal((await logIn({ ...other, 'x-forwarded-host': 'mail.example:8443' })).status, 200);
    assert.equal((await logIn({ ...OUTSIDE, 'x-forwarded-host': 'mail.example:443' })).status, 200);
    assert.equal((await logIn({ ...OUTSIDE, origin: 'http://mail.example' })).status, 403);
    assert.equal((await logIn({ ...OUTSIDE, origin: 'https://evil.example' })).status, 403);
    assert.equal((await logIn({ ...OUTSIDE, 'x-forwarded-host': 'evil.example' })).status, 403);
    const plain = await logIn({});
    assert.equal(plain.status, 200);
    assert.doesNotMatch(plain.cookie, /Secure/);
  });

  it('is not believed from elsewhere, which is said once', async (t) => {
    const warnings: string[] = [];
    const log: Log = {
      ...nullLog,
      child: () => log,
      warn: (...given: unknown[]) => void warnings.push(String(given.at(-1))),
    };
    const server = { allowedHosts: ['mail.example'] };
    const test = await startNativeNode(t, { server, log });
    for (let times = 0; times < 2; times++) {
      const { status } = await ask(test, 'POST', '/session', OUTSIDE, LOGIN);
      assert.equal(status, 403, 'the page is not of this host');
    }
    const direct = { ...OUTSIDE, host: 'mail.example' };
    const { status, cookie } = await ask(test, 'POST', '/session', direct, LOGIN);
    assert.equal(status, 200);
    assert.doesNotMatch(cookie, /Secure/);
    const told = warnings.filter((text) => text.includes('apitrustedproxies'));
    assert.equal(told.length, 1);
  });
});

describe('guesses through a proxy', { timeout: 600_000 }, () => {
  it('keep back the one who guesses, and nobody else', async () => {
    const clock = new FakeClock();
    const place = { host: '127.0.0.1', port: 0, portFixed: true, variant: 'json' } as const;
    const credentials = { ...CREDENTIALS, password: new Secret(CREDENTIALS.password) };
    const api = new ApiServer(
      { ...place, credentials, trustedProxies: proxies('127.0.0.1') },
      { node: createApiDouble(), log: nullLog, clock, requestStop: () => undefined },
    );
    let answered = 0;
    const guess = async (address: string): Promise<number> => {
      const { statusCode } = await api.inject({
        method: 'POST',
        url: '/',
        payload: '{}',
        headers: { authorization: `Basic ${btoa('user:wrong')}`, 'x-forwarded-for': address },
      });
      answered += 1;
      return statusCode;
    };
    const guesses = Array.from({ length: 80 }, () => guess('192.0.2.66'));
    // The clock stands still: what is above the limit is answered, and nothing else.
    while (answered < 16) await nextTurn();
    const others = [guess('192.0.2.67'), guess('192.0.2.68')];
    while (clock.timers < 66) await nextTurn();
    await clock.advance(2_000);
    const statuses = await Promise.all(guesses);
    assert.equal(statuses.filter((status) => status === 401).length, 64);
    assert.equal(statuses.filter((status) => status === 429).length, 16);
    assert.deepEqual(await Promise.all(others), [401, 401]);
    await api.stop();
  });
});
