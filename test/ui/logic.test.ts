/** The parts of the page that need no browser. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { pictureOf } from '#ui/address-picture.js';
import { formatText, placeholdersOf } from '#ui/format-text.js';
import { LIFETIMES_S, lifetimeStep, sayableDuration } from '#ui/lifetime.js';
import { quoteText, replySubject, splitRecipients, suggestRecipients } from '#ui/recipients.js';
import { formatRoute, parseRoute } from '#ui/routes.js';
import { rowWindow, scrollToShow } from '#ui/row-window.js';

const ONE = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
const TWO = 'BM-2cUdgkDDAahwPAU6oD2A7DnjqZz3hgY832';

describe('pictures of addresses', () => {
  it('are the same for the same address, symmetric, and rarely alike', () => {
    assert.deepEqual(pictureOf(ONE), pictureOf(ONE));
    const many = Array.from({ length: 500 }, (_, index) =>
      JSON.stringify(pictureOf(`${ONE}${index}`)),
    );
    assert.ok(new Set(many).size > 495);
    const { path, secondPath } = pictureOf(TWO);
    const cells = [...`${path}${secondPath}`.matchAll(/M(\d) (\d)/g)].map(
      ([, x, y]) => `${x} ${y}`,
    );
    for (const cell of cells) {
      const [x, y] = cell.split(' ').map(Number);
      assert.ok(cells.includes(`${4 - (x ?? 0)} ${y}`), cell);
    }
  });
});

describe('recipients', () => {
  it('are found in what people paste', () => {
    assert.deepEqual(splitRecipients(`${ONE}; Bob <${TWO}>, bitmessage:${ONE}?label=x; Carol`), {
      addresses: [ONE, TWO],
      names: ['Carol'],
    });
  });

  it('are proposed by name, those that begin with it first', () => {
    const known = [
      { address: ONE, label: 'Roberta' },
      { address: TWO, label: 'Bert' },
    ];
    const names = (typed: string): string[] =>
      suggestRecipients(typed, known).map(({ label }) => label);
    assert.deepEqual(names('bert'), ['Bert', 'Roberta']);
    assert.deepEqual(names('2cUd'), ['Bert']);
    assert.deepEqual(names(' '), []);
    assert.deepEqual(suggestRecipients('bert', known, [TWO]), [known[0]]);
  });

  it('of an answer get one Re: and the text quoted', () => {
    assert.equal(replySubject('Re: RE: re[2]: Hi'), 'Re: Hi');
    assert.equal(quoteText('a\n> b'), '\n\n> a\n>> b');
  });
});

describe('routes', () => {
  it('are read as they are written', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(part, fc.array(part), part, (view, parts, value) => {
        const route = parseRoute(formatRoute(view, parts, { q: value }));
        assert.deepEqual(route, { view, parts, query: { q: value } });
      }),
    );
    assert.deepEqual(parseRoute('#/a/%'), { view: 'a', parts: ['%'], query: {} });
  });
});

describe('long lists', () => {
  it('draw what is in sight and little more', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(8_000_000),
        fc.integer({ min: 1, max: 3_000 }),
        (count, top, view) => {
          const { first, end, height } = rowWindow(count, 64, top, view);
          assert.ok(first >= 0 && end <= count && end - first <= Math.ceil(view / 64) + 18);
          assert.equal(height, count * 64);
          const seen = Math.min(top, Math.max(0, height - view));
          if (count > 0) assert.ok(first * 64 <= seen && end * 64 >= Math.min(height, seen + view));
        },
      ),
    );
  });

  it('scroll no further than needed to show a row', () => {
    assert.equal(scrollToShow(5, 10, 0, 100), undefined);
    assert.equal(scrollToShow(10, 10, 0, 100), 10);
    assert.equal(scrollToShow(3, 10, 50, 100), 30);
  });
});

describe('texts', () => {
  it('take their values, numbers and plurals as the language has them', () => {
    const text = { one: '{count} message', other: '{count} messages' };
    assert.equal(formatText(text, 'en', { count: 1 }), '1 message');
    assert.equal(formatText(text, 'en', { count: 1234 }), '1,234 messages');
    assert.equal(
      formatText({ one: '{count} a', few: '{count} b', many: '{count} c' }, 'ru', { count: 3 }),
      '3 b',
    );
    assert.equal(formatText('{a} {b}', 'de', { a: 'x' }), 'x {b}');
    assert.deepEqual(placeholdersOf(text), ['count']);
  });
});

describe('lifetimes', () => {
  it('are steps from an hour to 28 days, said in one unit', () => {
    assert.equal(LIFETIMES_S[lifetimeStep(4 * 86_400)], 4 * 86_400);
    assert.equal(lifetimeStep(1), 0);
    assert.equal(lifetimeStep(1e9), LIFETIMES_S.length - 1);
    assert.deepEqual(sayableDuration(30), { amount: 30, unit: 'second' });
    assert.deepEqual(sayableDuration(4 * 86_400), { amount: 4, unit: 'day' });
  });
});
