import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { HashIndex } from '../../src/store/hash-index.js';
import { toHex } from '../../src/util/bytes.js';
import { bytesOf } from '../support/store-records.js';

/** Hashes that fall into few parts and few slots, so that searches run into each other. */
const crowdedHash = fc
  .tuple(fc.constantFrom(0, 255), fc.constantFrom(0, 1, 2, 31), fc.nat(30))
  .map(([first, second, last]) => {
    const hash = new Uint8Array(32);
    hash[0] = first;
    hash[1] = second;
    hash[31] = last;
    return hash;
  });

const step = fc.record({ remove: fc.boolean(), hash: crowdedHash, expiresS: fc.nat(100) });

describe('HashIndex', () => {
  it('does what a Map does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.nat(100), (steps, nowS) => {
        const index = new HashIndex();
        const model = new Map<string, number>();
        for (const { remove, hash, expiresS } of steps) {
          const key = toHex(hash);
          assert.equal(index.has(hash), model.has(key));
          if (remove) assert.equal(index.delete(hash), model.delete(key));
          else {
            assert.equal(index.add(hash, expiresS, 1, expiresS + 1, expiresS % 6), !model.has(key));
            if (!model.has(key)) model.set(key, expiresS);
          }
          assert.equal(index.size, model.size);
          const ofKind = (kind: number): number =>
            [...model.values()].filter((endS) => endS % 6 === kind).length;
          assert.deepEqual(index.counts, [0, 1, 2, 3, 4, 5].map(ofKind));
          const known = model.get(key);
          assert.equal(index.seqOf(hash), known === undefined ? undefined : known + 1);
        }
        const listed = index.select((expiresS) => expiresS > nowS).map(toHex);
        const wanted = [...model].filter(([, expiresS]) => expiresS > nowS).map(([key]) => key);
        assert.deepEqual(listed.sort(), wanted.sort());
      }),
    );
  });

  it('holds many and forgets them again', () => {
    const index = new HashIndex();
    const hashes = Array.from({ length: 20_000 }, (_, n) => bytesOf(32, n));
    for (const hash of hashes) index.add(hash, 1, 1, 1, 0);
    assert.ok(hashes.every((hash) => index.has(hash)));
    assert.equal(index.has(bytesOf(32, 'other')), false);
    for (const hash of hashes.slice(100)) index.delete(hash);
    assert.deepEqual(
      index
        .select(() => true)
        .map(toHex)
        .sort(),
      hashes.slice(0, 100).map(toHex).sort(),
    );
  });

  it('gives copies that later changes do not touch', () => {
    const index = new HashIndex();
    const hash = bytesOf(32, 'a');
    index.add(hash, 1, 1, 1, 0);
    const [copy] = index.select(() => true);
    index.delete(hash);
    index.add(Uint8Array.from([hash[0] as number, ...bytesOf(31, 'b')]), 1, 1, 1, 0);
    assert.deepEqual(copy, hash);
  });

  it('takes hashes of 32 bytes only', () => {
    assert.throws(() => new HashIndex().has(new Uint8Array(20)), RangeError);
  });
});
