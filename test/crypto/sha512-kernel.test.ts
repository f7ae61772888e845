import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { fc } from '../support/properties.js';
import { doubleSha512, sha512 } from '../../src/crypto/hashes.js';
import { loadSha512Kernel } from '../../src/crypto/sha512-kernel.js';
import { createTempDir } from '../support/temp-dir.js';

const expected = (data: Uint8Array): Uint8Array => new Uint8Array(hash('sha512', data, 'buffer'));

describe('the SHA-512 kernel', () => {
  const kernel = loadSha512Kernel();

  it('is there and agrees with node:crypto at every length, whatever was hashed before', () => {
    assert.ok(kernel);
    for (let length = 0; length <= kernel.capacity; length++) {
      const data = Uint8Array.from({ length }, (_, index) => index * 31 + length);
      assert.deepEqual(kernel.digest(data, false), expected(data), `${length} bytes`);
    }
    assert.equal(kernel.capacity, 2_048);
  });

  it('agrees for random messages, once and twice, short or too long for it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000, size: 'max' }), (data) => {
        assert.deepEqual(sha512(data), expected(data));
        assert.deepEqual(doubleSha512(data), expected(expected(data)));
      }),
    );
  });

  it('gives results of their own memory', () => {
    const first = sha512(new Uint8Array([1]));
    const copy = Uint8Array.from(first);
    sha512(new Uint8Array([2]));
    assert.deepEqual(first, copy);
  });

  it('is left out when its file is missing, damaged or wrong', (t) => {
    const temp = createTempDir();
    t.after(() => temp.remove());
    const file = pathToFileURL(join(temp.path, 'sha512.wasm'));
    assert.equal(loadSha512Kernel(file), undefined);
    writeFileSync(file, new Uint8Array([0, 1, 2]));
    assert.equal(loadSha512Kernel(file), undefined);
    // An empty module: valid, and nothing in it.
    writeFileSync(file, new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    assert.equal(loadSha512Kernel(file), undefined);
  });
});
