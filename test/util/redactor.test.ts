import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redactor } from '../../src/util/redactor.js';
import { fc } from '../support/properties.js';

const ADDRESS = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
const ONION = `${'a2'.repeat(28)}.onion`;
const redactor = new Redactor();

test('what tells who is who is replaced, and the text around it stays', () => {
  const cases: [string, RegExp][] = [
    [`from ${ADDRESS} to me`, /^from BM-2cW…#[\da-f]{6} to me$/],
    ['dial 93.184.216.34:8444 failed', /^dial ip#[\da-f]{6}:8444 failed$/],
    ['to 10.0.0.1.', /^to ip#[\da-f]{6}\.$/],
    ['[2001:db8::7]:8444', /^\[ip#[\da-f]{6}\]:8444$/],
    ['at fe80::1%eth0, late', /^at ip#[\da-f]{6}, late$/],
    ['via 2001:0db8:0:0:0:0:0:7', /^via ip#[\da-f]{6}$/],
    [`${ONION}:8444 is gone`, /^onion#[\da-f]{6}:8444 is gone$/],
    [`www.${'b'.repeat(16)}.onion`, /^onion#[\da-f]{6}$/],
    ['bootstrap8444.example.org:8444', /^host#[\da-f]{6}:8444$/],
    [
      'EHOSTUNREACH 192.0.2.7:1 - Local (192.0.2.8:2)',
      /^EHOST\w+ ip#\w{6}:1 - Local \(ip#\w{6}:2\)$/,
    ],
    ['::ffff:192.0.2.7', /^ip#[\da-f]{6}$/],
  ];
  for (const [text, expected] of cases) assert.match(redactor.text(text), expected);
});

test('what tells nobody anything stays as it is', () => {
  const texts = [
    '12:34:56 listening on 127.0.0.1:8444 and ::1, 0.0.0.0, localhost:8442',
    'petrel 0.1.0, schema 12, 99.5 %, 1.2.3',
    'at file.js:12:3 and src/cli/main.ts:7',
    'deadbeef'.repeat(8),
    'std::vector, a::b:: and 10:20',
    'BM-short',
    '/PyBitmessage:0.6.3/',
    '',
  ];
  for (const text of texts) assert.equal(redactor.text(text), text);
});

test('the same thing has the same mark in a run, another one in another run', () => {
  const mark = redactor.text('192.0.2.7');
  assert.equal(redactor.text('::ffff:192.0.2.7'), mark);
  assert.equal(redactor.host('192.0.2.7'), mark);
  assert.notEqual(redactor.text('192.0.2.8'), mark);
  assert.notEqual(new Redactor().text('192.0.2.7'), mark);
  assert.equal(redactor.text(ONION.toUpperCase().replace('ONION', 'onion')), redactor.text(ONION));
});

test('a field that is a host is hidden whatever it looks like', () => {
  assert.match(redactor.host('my-nas'), /^host#[\da-f]{6}$/);
  assert.match(redactor.host('example.org'), /^host#[\da-f]{6}$/);
  for (const text of ['localhost', '127.0.0.1', '::1', '']) assert.equal(redactor.host(text), text);
});

test('no address survives, whatever stands around it', () => {
  const around = fc.constantFrom('', ' ', '[', ']', '(', ')', ',', '"', '=', '/', '@', '\n', 'ü');
  const octet = fc.integer({ min: 1, max: 254 });
  fc.assert(
    fc.property(around, around, fc.tuple(octet, octet, octet, octet), (before, after, parts) => {
      fc.pre(parts[0] !== 127);
      const address = parts.join('.');
      assert.ok(!redactor.text(before + address + after).includes(address));
    }),
  );
});

test('a long text without anything to hide takes no time', () => {
  const texts = [
    'a:'.repeat(20_000),
    '1.'.repeat(20_000),
    'a-'.repeat(20_000),
    'a'.repeat(40_000),
    '::'.repeat(20_000),
  ];
  for (const text of texts) assert.ok(redactor.text(text).length > 0);
});
