/** Long lists cross the thread border in one buffer and come out as they went in. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { packRows, unpackRows } from '../../src/store/transfer.js';

const bytes = (n: number): Uint8Array => new Uint8Array(n).fill(n);

it('lists of byte arrays and of rows come out as they went in, each array on its own', () => {
  const list = Array.from({ length: 20 }, (_, n) => bytes(n));
  const rows = list.map((array, n) => ({ id: n, a: array, text: `${n}`, b: bytes(40 - n) }));
  const plain = list.map((_, n) => ({ id: n }));
  for (const value of [list, rows, plain]) {
    const before = structuredClone<unknown>(value);
    const packed = packRows(value);
    assert.ok(packed);
    const after = unpackRows(structuredClone(packed));
    assert.deepEqual(after, before);
  }
  const packed = packRows(Array.from({ length: 20 }, () => bytes(3)));
  for (const array of unpackRows(packed as never) as unknown[]) {
    assert.equal((array as Uint8Array).buffer.byteLength, 3);
  }
});

it('pages are packed, too', () => {
  const rows = Array.from({ length: 20 }, (_, n) => ({ id: n, a: bytes(n) }));
  const before = structuredClone({ rows, lastRow: 77 });
  const packed = packRows({ rows, lastRow: 77 });
  assert.ok(packed);
  assert.deepEqual(unpackRows(structuredClone(packed)), before);
  assert.equal(packRows({ rows: [], lastRow: undefined }), undefined);
});

it('leaves everything else alone', () => {
  const uneven = Array.from({ length: 20 }, (_, n) => (n === 7 ? { a: 1 } : { a: bytes(2) }));
  const before = structuredClone(uneven);
  for (const value of [[bytes(1)], uneven, Array(20).fill(1), undefined, { a: bytes(1) }]) {
    assert.equal(packRows(value), undefined);
  }
  assert.deepEqual(uneven, before);
});
