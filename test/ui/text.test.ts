/** Text of strangers: what is shown of it, what in it may be followed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { parseBitmessageLink, formatBitmessageLink } from '#ui/bitmessage-link.js';
import { safeFileName, splitEmbeddedFiles } from '#ui/embedded-files.js';
import { textBlocks, textParts } from '#ui/text-parts.js';
import { visibleLine, visibleText } from '#ui/visible-text.js';

const ADDRESS = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';

describe('visibleText', () => {
  it('shows controls by their number and leaves words of every script alone', () => {
    assert.equal(visibleText('a\u202Eb'), 'a⟨U+202E⟩b');
    assert.equal(visibleText('one\r\ntwo\u0000'), 'one\ntwo⟨U+0000⟩');
    assert.equal(visibleText('שלום, Привет, 你好\t👩‍👩‍👧'), 'שלום, Привет, 你好\t👩‍👩‍👧');
  });

  it('cuts towers of marks', () => {
    assert.equal(visibleText(`a${'\u0301'.repeat(500)}b`), `a${'\u0301'.repeat(4)}b`);
  });

  it('leaves no steering character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(visibleText(text), /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u007f]/);
        assert.doesNotMatch(visibleLine(text), /\n/);
      }),
    );
  });
});

describe('textParts', () => {
  it('finds links with their true target, and addresses', () => {
    const parts = textParts(
      `see http://exämple.org/a?b=c. Or ${ADDRESS}, bitmessage:${ADDRESS}?label=x`,
    );
    assert.deepEqual(
      parts.map((part) => [part.kind, part.text]),
      [
        ['text', 'see '],
        ['link', 'http://exämple.org/a?b=c'],
        ['text', '. Or '],
        ['address', ADDRESS],
        ['text', ', '],
        ['address', `bitmessage:${ADDRESS}?label=x`],
      ],
    );
    assert.deepEqual(parts[1], {
      kind: 'link',
      text: 'http://exämple.org/a?b=c',
      target: 'http://xn--exmple-cua.org/a?b=c',
    });
  });

  it('follows nothing but the web and Bitmessage', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc',
      'JAVASCRIPT://x',
    ]) {
      assert.ok(
        textParts(text).every(({ kind }) => kind === 'text'),
        text,
      );
    }
  });

  it('loses no character of any text', () => {
    const pieces = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('http://', 'BM-', 'a.b', ADDRESS, ' ')),
    );
    fc.assert(
      fc.property(pieces, (words) => {
        const text = words.join('');
        assert.equal(
          textParts(text)
            .map((part) => part.text)
            .join(''),
          text,
        );
        assert.equal(
          textBlocks(text)
            .map((block) => block.text)
            .join('\n'),
          text,
        );
      }),
    );
  });
});

describe('bitmessage: links', () => {
  it('are read as they are written', () => {
    const link = { address: ADDRESS, label: 'A & B', subject: 'x=y', body: 'ü\n?' };
    assert.deepEqual(parseBitmessageLink(formatBitmessageLink(link)), link);
    assert.deepEqual(parseBitmessageLink(`bitmessage:${ADDRESS}`), { address: ADDRESS });
    assert.equal(parseBitmessageLink('bitmessage:nobody'), undefined);
    assert.equal(parseBitmessageLink('https://example.org'), undefined);
  });
});

describe('files that bitmessagecli puts into a message', () => {
  const tag = (name: string): string =>
    `<!-- Note: File attachment below. Please use a base64 decoder, or Daemon, to save it. -->\n\n` +
    `Filename:${name}\nFilesize:1KB\nEncoding:base64\n\n` +
    `<attachment alt = "${name}" src='data:file/${name};base64, aGVs\nbG8=\n' />`;

  it('are taken out of the text with their names', () => {
    const { text, files } = splitEmbeddedFiles(`Hello\n\n${tag('a.txt')}\n\n${tag('../b.txt')}`);
    assert.equal(text, 'Hello');
    assert.deepEqual(files, [
      { name: 'a.txt', base64: 'aGVsbG8=', bytes: 5 },
      { name: '_b.txt', base64: 'aGVsbG8=', bytes: 5 },
    ]);
  });

  it('leave other text as it is', () => {
    for (const text of [
      'plain',
      "<img src='x'>",
      '<attachment alt = "x" src=\'data:;base64, %%\' />',
    ]) {
      assert.deepEqual(splitEmbeddedFiles(text), { text, files: [] });
    }
  });

  it('have harmless names', () => {
    for (const name of ['', '.', '../..', 'a\u202Egnp.exe', 'C:\\x', '\0', ' .htaccess']) {
      assert.match(safeFileName(name), /^[^.\s/\\\u202e\0:][^/\\\u202e\0:]*$/);
    }
  });
});
