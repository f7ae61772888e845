import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../support/properties.js';
import type { HostPort } from '../../../src/network/options.js';
import type { ProxyLogin } from '../../../src/network/proxy/conversation.js';
import { ProxyError, type ProxyErrorCode } from '../../../src/network/proxy/proxy-error.js';
import { socks4a } from '../../../src/network/proxy/socks4a.js';
import { socks5 } from '../../../src/network/proxy/socks5.js';
import { fromHex, NO_BYTES, toHex, utf8 } from '../../../src/util/bytes.js';
import { Secret } from '../../../src/util/secret.js';
import { talk, type Talk } from '../../support/proxy-talk.js';

const LOGIN: ProxyLogin = { user: 'user', password: new Secret('pw'), isOurs: false };
const ONION = `${'a'.repeat(55)}d.onion`;
const TARGET = { host: ONION, port: 8444 };
const ASKED = `050100033e${toHex(utf8(ONION))}20fc`;

function talk5(answersHex: string, target: HostPort = TARGET, login = LOGIN): Talk {
  return talk(socks5(target, login), fromHex(answersHex));
}

describe('SOCKS5', () => {
  it('logs in and asks for a name: as recorded from PyBitmessage, but offers no login, too', () => {
    const { sent, isOpen, rest } = talk5('0502' + '0100' + '05000001010203040001');
    assert.deepEqual(sent.map(toHex), ['05020002', '010475736572027077', ASKED]);
    assert.equal(isOpen, true);
    assert.equal(rest.length, 0);
  });

  it('goes without login where the proxy does', () => {
    const { sent, isOpen } = talk5('0500' + '05000001010203040001');
    assert.deepEqual(sent.map(toHex), ['05020002', ASKED]);
    assert.equal(isOpen, true);
  });

  for (const [host, bytes] of [
    ['1.2.3.4', '0101020304'],
    ['2001:db8::1', '0420010db8000000000000000000000001'],
    ['node.example', '030c6e6f64652e6578616d706c65'],
  ] as const) {
    it(`sends ${host} in its own form`, () => {
      const { sent } = talk5('0500', { host, port: 1 });
      assert.equal(toHex(sent[1] ?? NO_BYTES), `050100${bytes}0001`);
    });
  }

  for (const [kind, reply] of [
    ['an IPv4 address', '05000001' + '01020304' + '0001'],
    ['an IPv6 address', '05000004' + '00'.repeat(16) + '0001'],
    ['a name', '05000003' + '03616263' + '0001'],
    ['an empty name', '05000003' + '00' + '0001'],
  ] as const) {
    it(`takes a reply with ${kind}, leaves what follows, and needs every byte`, () => {
      const answers = '0500' + reply;
      const whole = talk5(`${answers}e9beb4d9`);
      assert.equal(whole.isOpen, true);
      assert.equal(toHex(whole.rest), 'e9beb4d9');
      for (let length = 0; length < answers.length; length += 2) {
        const cut = talk5(answers.slice(0, length));
        assert.equal(cut.isOpen, false);
        assert.equal(cut.error, undefined);
      }
    });
  }

  const failures: readonly (readonly [string, string, ProxyErrorCode])[] = [
    ['another version', '0400', 'garbage'],
    ['an HTTP answer', '485454502f312e31', 'garbage'],
    ['a method that was not offered', '0501', 'garbage'],
    ['no method', '05ff', 'login-refused'],
    ['a refused login', '05020101', 'login-refused'],
    ['a wrong version of the login', '05020700', 'garbage'],
    ['another version in the reply', '050004000001', 'garbage'],
    ['an unknown kind of address', '050005000009', 'garbage'],
    ['general failure', '05000501', 'target'],
    ['not allowed', '05000502', 'target'],
    ['network unreachable', '05000503', 'target'],
    ['host unreachable', '05000504', 'target'],
    ['refused', '05000505', 'target'],
    ['time out', '05000506', 'target'],
    ['no such command', '05000507', 'unwilling'],
    ['no such kind of address', '05000508', 'target'],
    ['an unknown error', '050005f1', 'target'],
  ];
  for (const [name, answers, code] of failures) {
    it(`ends on ${name}: ${code}`, () => {
      const ended = talk5(answers);
      assert.equal(ended.error?.code, code);
      assert.equal(ended.isOpen, false);
    });
  }

  it('tells a login that was never set from a wrong one', () => {
    const wrong = talk5('05020101').error?.message;
    const missing = talk5('05020101', TARGET, { ...LOGIN, isOurs: true }).error?.message;
    assert.equal(wrong, 'the proxy refuses user and password');
    assert.equal(missing, 'the proxy wants a login');
  });

  for (const host of ['', 'a b', 'a\0b', 'ü.example', 'x'.repeat(256)]) {
    it(`sends nothing for the host ${JSON.stringify(host.slice(0, 9))}`, () => {
      const ended = talk5('0500', { host, port: 1 });
      assert.equal(ended.error?.code, 'no-route');
      assert.deepEqual(ended.sent, []);
    });
  }
});

describe('SOCKS4a', () => {
  function talk4(answersHex: string, target: HostPort = TARGET): Talk {
    return talk(socks4a(target, LOGIN), fromHex(answersHex));
  }

  it('sends the user and the name, each ended by a zero', () => {
    const { sent, isOpen, rest } = talk4('005a000000000000aabb', { host: 'a.b', port: 8444 });
    assert.deepEqual(sent.map(toHex), ['0401' + '20fc' + '00000001' + '7573657200' + '612e6200']);
    assert.equal(isOpen, true);
    assert.equal(toHex(rest), 'aabb');
  });

  it('sends an IPv4 address as it is', () => {
    const { sent } = talk4('', { host: '1.2.3.4', port: 1 });
    assert.deepEqual(sent.map(toHex), ['0401' + '0001' + '01020304' + '7573657200']);
  });

  for (const [answer, code] of [
    ['005b000000000000', 'target'],
    ['005c000000000000', 'login-refused'],
    ['005d000000000000', 'login-refused'],
    ['0000000000000000', 'garbage'],
    ['045a000000000000', 'garbage'],
  ] as const) {
    it(`ends on ${answer}: ${code}`, () => {
      assert.equal(talk4(answer).error?.code, code);
    });
  }

  it('needs all eight bytes', () => {
    assert.equal(talk4('005a0000000000').isOpen, false);
  });
});

describe('random answers', () => {
  it('end with a coded error, or open, or are too few', () => {
    const answers = fc.uint8Array({ maxLength: 400 });
    const begin = fc.constantFrom('', '0500', '05020100', '05000500', '005a');
    fc.assert(
      fc.property(answers, begin, fc.boolean(), (bytes, start, is5) => {
        const all = fromHex(start + toHex(bytes));
        const talked = talk(is5 ? socks5(TARGET, LOGIN) : socks4a(TARGET, LOGIN), all);
        assert.ok(talked.error === undefined || talked.error instanceof ProxyError);
      }),
    );
  });
});
