/** Tables fit the terminal, whatever is in them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { screenOf } from '../../../src/cli/terminal/screen.js';
import { tableLines } from '../../../src/cli/terminal/table.js';
import { cutToWidth, padToWidth, textWidth } from '../../../src/cli/terminal/text-width.js';
import { fc } from '../../support/properties.js';

const NO_TERMINAL = { columns: undefined, color: false };
const COLUMNS = [
  { title: 'ID', align: 'right' },
  { title: 'FROM', shrinkTo: 4 },
  { title: 'SUBJECT', shrinkTo: 6 },
] as const;

describe('width of text', () => {
  it('counts columns', () => {
    for (const [text, width] of [
      ['abc', 3],
      ['日本', 4],
      ['é', 1],
      ['e\u0301', 1],
      ['👍', 2],
      ['👩‍👩‍👧', 2],
      ['ﾊﾝ', 2],
      ['한글', 4],
      ['', 0],
    ] as const) {
      assert.equal(textWidth(text), width, text);
    }
  });

  it('cuts and fills to a width', () => {
    assert.equal(cutToWidth('abcdef', 4), 'abc…');
    assert.equal(cutToWidth('日本語', 4), '日…');
    assert.equal(cutToWidth('日本語', 6), '日本語');
    assert.equal(cutToWidth('abc', 0), '');
    assert.equal(padToWidth('日', 4), '日  ');
    assert.equal(padToWidth('7', 3, 'left'), '  7');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
        assert.ok(textWidth(cutToWidth(text, width)) <= width);
      }),
    );
  });
});

describe('tables', () => {
  const rows = [
    { cells: ['1', 'somebody', 'the first subject'] },
    { cells: ['12', '日本語の名前', 'x\u001b[1m'], strong: true },
  ];

  it('keep everything where there is no terminal', () => {
    assert.deepEqual(tableLines(COLUMNS, rows, NO_TERMINAL), [
      'ID  FROM          SUBJECT',
      ' 1  somebody      the first subject',
      '12  日本語の名前  x\\x1b[1m',
    ]);
  });

  it('fit on a terminal', () => {
    assert.deepEqual(tableLines(COLUMNS, rows, { columns: 24, color: false }), [
      'ID  FROM       SUBJECT',
      ' 1  somebody   the firs…',
      '12  日本語の…  x\\x1b[1m',
    ]);
    const texts = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(texts, fc.integer({ min: 16, max: 100 }), (cells, columns) => {
        const some = cells.map(([from, subject]) => ({ cells: ['1', from, subject] }));
        for (const line of tableLines(COLUMNS, some, { columns, color: false })) {
          assert.ok(textWidth(line) <= columns);
        }
      }),
    );
  });

  it('have bold lines unless NO_COLOR says otherwise', () => {
    const terminal = { isTTY: true, columns: 80 };
    const bold = tableLines(COLUMNS, rows, screenOf(terminal, {}));
    assert.ok(bold[2]?.startsWith('\u001b[1m12 ') && bold[2].endsWith('\u001b[0m'));
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const plain = tableLines(COLUMNS, rows, screenOf(terminal, environment));
      assert.ok(!plain.join('').includes('\u001b'));
    }
    assert.deepEqual(screenOf({}, {}), NO_TERMINAL);
  });
});
