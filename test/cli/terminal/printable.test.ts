/** Text of strangers cannot control a terminal. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  printableBody,
  printableJson,
  printableLine,
} from '../../../src/cli/terminal/printable.js';
import { fc } from '../../support/properties.js';

const CONTROLS = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)))
    .map((all) => all.join('')),
);

describe('printable text', () => {
  it('shows escapes for what would control a terminal', () => {
    assert.equal(printableLine('a\u001b[2Jb\u0007\u009b1m'), 'a\\x1b[2Jb\\x07\\x9b1m');
    assert.equal(printableLine('one\r\ntwo\tthree\u007f'), 'one\\r\\ntwo\\tthree\\x7f');
    assert.equal(printableLine('x\u202egpj.exe\u2069'), 'x\\u{202e}gpj.exe\\u{2069}');
    assert.equal(printableLine('\ud800'), '\\u{d800}');
    assert.equal(printableLine('tag\u{e0041}'), 'tag\\u{e0041}');
  });

  it('leaves what people write', () => {
    for (const text of ['naïve Ωμέγα', '日本語', 'עברית', '👩‍👩‍👧 é', '\\x1b']) {
      assert.equal(printableLine(text), text);
    }
    assert.equal(printableBody('a\r\nb\n\tc\u001b'), 'a\nb\n\tc\\x1b');
  });

  it('does not let marks pile up', () => {
    assert.equal(printableLine(`a${'\u0301'.repeat(1_000)}b`), `a${'\u0301'.repeat(8)}b`);
  });

  it('holds for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.doesNotMatch(printableLine(text), CONTROLS);
        assert.doesNotMatch(printableBody(text).replace(/[\n\t]/g, ''), CONTROLS);
        const json = printableJson({ text });
        assert.doesNotMatch(json, CONTROLS);
        assert.deepEqual(JSON.parse(json), { text });
      }),
    );
  });
});
