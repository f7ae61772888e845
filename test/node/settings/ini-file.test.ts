import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties.js';
import { IniFile, IniSyntaxError } from '../../../src/node/settings/ini-file.js';
import { displayText, utf8 } from '../../../src/util/bytes.js';

const parse = (text: string): IniFile => IniFile.parse(utf8(text));
const textOf = (file: IniFile): string => displayText(file.toBytes());

test('reads the dialect of ConfigParser', () => {
  const file = parse(
    [
      '; a comment',
      '[BitmessageSettings]',
      'APIPort = 8442 ; the port',
      'url: smtp://host:25?to=me@host',
      'semicolon = a;b ; c',
      'hash = a # b',
      'percent = 50%% of %(hash)s and %s',
      'multi = one',
      '# between',
      '\ttwo',
      '  three ',
      'rem this is a comment',
      'empty =',
      'quoted = ""',
      '[Other]',
      'x=1',
      '[BitmessageSettings]',
      'late = 2',
      'apiport: 9000',
    ].join('\n'),
  );
  const get = (option: string): string | undefined => file.get('BitmessageSettings', option);
  assert.deepEqual(file.sections(), ['BitmessageSettings', 'Other']);
  assert.equal(get('apiPORT'), '9000');
  assert.equal(get('url'), 'smtp://host:25?to=me@host');
  assert.equal(get('semicolon'), 'a;b ; c');
  assert.equal(get('hash'), 'a # b');
  assert.equal(get('percent'), '50% of a # b and %s');
  assert.equal(get('multi'), 'one\ntwo\nthree');
  assert.equal(get('empty'), '');
  assert.equal(get('quoted'), '');
  assert.equal(get('late'), '2');
  assert.equal(get('absent'), undefined);
  assert.equal(file.get('bitmessagesettings', 'late'), undefined);
});

test('reads CRLF files, a byte order mark and bytes that are not UTF-8', () => {
  const file = IniFile.parse(
    Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8('[s]\r\nk = v\r\nnext = w\r\n')),
  );
  assert.equal(file.get('s', 'k'), 'v');
  assert.equal(file.get('s', 'next'), 'w');
  const bytes = Uint8Array.of(...utf8('[s]\nlabel = '), 0xff, 0xa0, 0x0a);
  assert.equal(IniFile.parse(bytes).get('s', 'label'), '\ufffd\ufffd');
  assert.deepEqual(IniFile.parse(bytes).toBytes(), bytes);
});

test('a self-referring value ends', () => {
  assert.match(parse('[s]\na = x%(a)s\n').get('s', 'a') ?? '', /^x+%\(a\)s$/);
});

test('a change keeps everything else byte for byte', () => {
  const file = parse('# top\n[a]\nOne : 1 ; c\n two\nThree = 3\n\n[BM-x]\nlabel = 5%%\n');
  file.set('a', 'three', '4');
  file.set('a', 'new', 'n');
  file.set('b', 'x', '100%\nnext');
  assert.equal(
    textOf(file),
    '# top\n[a]\nOne : 1 ; c\n two\nthree = 4\nnew = n\n\n[BM-x]\nlabel = 5%%\n\n[b]\nx = 100%%\n\tnext\n',
  );
  assert.equal(file.get('b', 'x'), '100%\nnext');
  assert.equal(file.remove('a', 'one'), true);
  assert.equal(file.remove('a', 'one'), false);
  assert.deepEqual(file.options('a'), ['three', 'new']);
});

test('names the line that it cannot read', () => {
  for (const [text, line] of [
    ['key = before any section', 1],
    ['[s]\nk = v\nnonsense\n', 3],
    ['[]\n', 1],
  ] as const) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof IniSyntaxError && error.line === line,
    );
  }
});

test('what it accepts to write it reads again, and it refuses the rest', () => {
  for (const value of ['a ; b', ' lead', 'trail ', '""', 'a\n\nb', 'a\n;b\n ']) {
    assert.throws(() => parse('[s]\n').set('s', 'k', value), RangeError, JSON.stringify(value));
  }
  const characters = fc.constantFrom(
    'a',
    ' ',
    ';',
    '#',
    '%',
    '(',
    ')s',
    '=',
    ':',
    '\n',
    '\t',
    'é',
    '[',
    '"',
  );
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 12 }), (value) => {
      const file = parse('[s]\nbefore = 1\nk = old\nafter = 2\n');
      try {
        file.set('s', 'k', value);
      } catch (error) {
        assert.ok(error instanceof RangeError);
        return;
      }
      const again = IniFile.parse(file.toBytes());
      assert.equal(again.get('s', 'k'), value);
      assert.equal(again.get('s', 'before'), '1');
      assert.equal(again.get('s', 'after'), '2');
    }),
    { numRuns: 2000 },
  );
});

test('random bytes give a file or a syntax error, and unchanged files come back', () => {
  const line = fc.constantFrom(
    '[s]',
    'a=1',
    ' b',
    '',
    '# c',
    'rem',
    'x',
    '[',
    'k:v ; w',
    '\t',
    '=',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.map((one) => `${one}\n`).join('');
      try {
        assert.equal(textOf(parse(text)), text);
      } catch (error) {
        assert.ok(error instanceof IniSyntaxError, String(error));
      }
    }),
  );
});

test('reads past bad lines when asked to, and takes sections out', () => {
  const bad: number[] = [];
  const text = 'homeless = 1\n[a]\nx = 1\n# c\nno sign\n[b]\ny = 2\n[a]\nz = 3\n';
  const file = IniFile.parse(utf8(text), (line) => bad.push(line));
  assert.deepEqual(bad, [1, 5]);
  assert.equal(file.get('a', 'x'), '1');
  assert.equal(textOf(file), text);
  file.removeSections(new Set(['a']));
  assert.equal(textOf(file), 'homeless = 1\n[b]\ny = 2\n');
  assert.equal(file.get('a', 'z'), undefined);
});

test('gives values that are not UTF-8 as bytes', () => {
  const bytes = Uint8Array.of(0x5b, 0x73, 0x5d, 0x0a, 0x78, 0x3d, 0xe9, 0x25, 0x25, 0x0a);
  assert.deepEqual(IniFile.parse(bytes).getBytes('s', 'x'), Uint8Array.of(0xe9, 0x25));
});
