import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { JsonSyntaxError, parseJson, writeJson } from '../../src/api/json-text.js';
import { pythonBytesRepr, pythonFloat, pythonRepr } from '../../src/api/python-text.js';
import { Float, type ApiValue } from '../../src/api/values.js';

test('whole numbers, fractions and numbers beyond 2^53 stay what they are', () => {
  const value = parseJson('[1, 1.0, -2e3, 9007199254740993, -0, 9007199254740991]');
  assert.deepEqual(value, [
    1,
    new Float(1),
    new Float(-2000),
    9007199254740993n,
    0,
    9007199254740991,
  ]);
  assert.equal(writeJson(value), '[1, 1.0, -2000.0, 9007199254740993, 0, 9007199254740991]');
});

test('writes ASCII with the separators of json.dumps', () => {
  const value = { a: [null, true, false, 'é"\\\n\u007f\u0001😀'], b: {} };
  assert.equal(
    writeJson(value),
    '{"a": [null, true, false, "\\u00e9\\"\\\\\\n\\u007f\\u0001\\ud83d\\ude00"], "b": {}}',
  );
});

test('agrees with JSON.parse', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const written = writeJson(parseJson(text));
      const plain = JSON.parse(text, (_name, value: unknown) =>
        Object.is(value, -0) ? 0 : value,
      ) as unknown;
      const again = JSON.parse(written, (_name, value: unknown) =>
        Object.is(value, -0) ? 0 : value,
      ) as unknown;
      assert.deepEqual(again, plain);
      assert.match(written, /^[ -~]*$/);
    }),
    { numRuns: 1000 },
  );
});

test('reads the same with JSON.parse and without', () => {
  const texts = fc.oneof(
    fc.json(),
    fc.constantFrom('{"__proto__": [1], "1": 2, "a": 3, "0": 4, "a": 5}', '9007199254740992'),
  );
  fc.assert(
    fc.property(texts, (text) => {
      // A fraction beside it is what JSON.parse would lose.
      assert.deepEqual(parseJson(`[1.5, ${text}]`), [new Float(1.5), parseJson(text)]);
    }),
    { numRuns: 1000 },
  );
});

test('nests a hundred levels and not more', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const nested = (levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`;
    assert.doesNotThrow(() => parseJson(nested(99)));
    assert.doesNotThrow(() => parseJson(nested(100)));
    assert.throws(() => parseJson(nested(101)), JsonSyntaxError);
  }
});

test('what is no JSON is a syntax error and nothing else', () => {
  const wrong = ['', ' ', '{', '[1,]', '{"a":}', '{a:1}', '01', '1.', '.5', '"a', '"\n"', '"\\x"'];
  wrong.push('nul', '1 2', '[1}', 'NaN', '+1', '"\\', '{"a" 1}', '{"a":1,}', '['.repeat(100_000));
  for (const text of wrong) assert.throws(() => parseJson(text), JsonSyntaxError, text);
  const parts = ['{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', '.', 'e', '-', ' ', 'null'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 15 }), (chosen) => {
      const text = chosen.join('');
      assert.equal(
        isAccepted(() => writeJson(parseJson(text))),
        isAccepted(() => JSON.parse(text)),
        text,
      );
    }),
    { numRuns: 5000 },
  );
});

function isAccepted(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError || error instanceof SyntaxError, String(error));
    return false;
  }
}

test('members named like prototype parts are ordinary members', () => {
  const value = parseJson('{"__proto__": 1, "constructor": 2}');
  assert.equal(writeJson(value), '{"__proto__": 1, "constructor": 2}');
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test('a megabyte in one text', () => {
  assert.equal((parseJson(`"${'x'.repeat(1_000_000)}"`) as string).length, 1_000_000);
});

test("Python's repr", () => {
  const cases: [ApiValue, string][] = [
    [null, 'None'],
    [true, 'True'],
    [5, '5'],
    [new Float(2), '2.0'],
    ['abc', "u'abc'"],
    ["it's", 'u"it\'s"'],
    ['a\'b"', "u'a\\'b\"'"],
    ['é世😀\n', "u'\\xe9\\u4e16\\U0001f600\\n'"],
    [['a', 1], "[u'a', 1]"],
    [{ a: null }, "{u'a': None}"],
  ];
  for (const [value, text] of cases) assert.equal(pythonRepr(value, 'unicode'), text);
  assert.equal(pythonRepr('abc', 'bytes'), "'abc'");
  assert.equal(pythonRepr('é', 'bytes'), "u'\\xe9'");
  assert.equal(pythonBytesRepr(Uint8Array.of(0xff, 0xfe, 0x41, 0x0a)), "'\\xff\\xfeA\\n'");
});

test("Python's floats", () => {
  const cases: [number, string][] = [
    [3.5, '3.5'],
    [5, '5.0'],
    [-0, '-0.0'],
    [0, '0.0'],
    [1e16, '1e+16'],
    [1e15, '1000000000000000.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [1e100, '1e+100'],
    [123456789012345680, '1.2345678901234568e+17'],
  ];
  for (const [value, text] of cases) assert.equal(pythonFloat(value), text);
});
