/** Times, durations and sizes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText, parseDuration, sizeText } from '../../../src/cli/terminal/quantities.js';
import { withIsoTimes } from '../../../src/cli/json-output.js';

test('durations are read and written', () => {
  for (const [text, seconds] of [
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['4h', 14_400],
    ['4d', 345_600],
    ['4w', undefined],
    ['-1', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(parseDuration(text), seconds, text);
  }
  assert.deepEqual([5, 300, 12_000, 360_000].map(durationText), [
    '5 s',
    '5 min',
    '3 h 20 min',
    '4 d 4 h',
  ]);
});

test('sizes are written', () => {
  assert.deepEqual([0, 999, 1_200_000, 5e15].map(sizeText), [
    '0 B',
    '999 B',
    '1.2 MB',
    '5000.0 TB',
  ]);
});

test('times in JSON are ISO 8601 under the name without the unit', () => {
  assert.deepEqual(withIsoTimes({ list: [{ timeS: 0, ttlS: 5 }], atMs: 1_500, savedS: 1e300 }), {
    list: [{ time: '1970-01-01T00:00:00.000Z', ttlS: 5 }],
    at: '1970-01-01T00:00:01.500Z',
    saved: null,
  });
});
