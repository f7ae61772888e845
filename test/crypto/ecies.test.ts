import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { publicKeyOf, randomPrivateKey, sharedX } from '../../src/crypto/curve.js';
import {
  decryptEcies,
  ECIES_OVERHEAD,
  eciesLength,
  encryptEcies,
  parseEcies,
} from '../../src/crypto/ecies.js';
import { CryptoError } from '../../src/crypto/errors.js';
import { hmacSha256, sha512 } from '../../src/crypto/hashes.js';
import { concatBytes, equalBytes, NO_BYTES, toHex, utf8 } from '../../src/util/bytes.js';
import { bytesOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType } from '../support/vectors.js';

/** PyBitmessage ignores the curve field; Petrel does not (no real sender uses another curve). */
const STRICTER_THAN_REFERENCE = new Set(['ecies.other-curve-id']);

const key = randomPrivateKey();
const publicKey = publicKeyOf(key);

for (const vector of vectorsOfType('ecies')) {
  const container = bytesOf(vector, 'encrypted');
  test(`decrypts ${vector.name}`, () => {
    const plaintext = decryptEcies(bytesOf(vector, 'privkey'), container);
    const refused = STRICTER_THAN_REFERENCE.has(vector.name);
    assert.deepEqual(plaintext, refused ? undefined : bytesOf(vector, 'plaintext'));
  });
  const parts = parseEcies(container);
  if (vector['shared_x'] !== undefined) {
    test(`shared point of ${vector.name}`, () => {
      assert.ok(parts);
      const shared = sharedX(bytesOf(vector, 'privkey'), parts.ephemeralPublicKey);
      assert.deepEqual(shared, bytesOf(vector, 'shared_x'));
    });
  }
  if (vector['ephemeral_priv'] !== undefined && vector['iv'] !== undefined) {
    test(`encrypts ${vector.name}`, () => {
      const again = encryptEcies(bytesOf(vector, 'pubkey'), bytesOf(vector, 'plaintext'), {
        ephemeralKey: bytesOf(vector, 'ephemeral_priv'),
        iv: bytesOf(vector, 'iv'),
      });
      const stripped = vector.name.endsWith('stripped');
      if (stripped) assert.ok(again.length > container.length);
      else assert.deepEqual(again, container);
    });
  }
}

for (const vector of vectorsOfType('ecies-invalid')) {
  test(`refuses ${vector.name}`, () => {
    const plaintext = decryptEcies(bytesOf(vector, 'privkey'), bytesOf(vector, 'encrypted'));
    assert.equal(plaintext, undefined);
  });
}

for (const vector of vectorsOfType('ecies-partial')) {
  test(`every step of ${vector.name}`, () => {
    const r = bytesOf(vector, 'r');
    const container = bytesOf(vector, 'encrypted');
    assert.deepEqual(publicKeyOf(r), bytesOf(vector, 'R'));
    const shared = sharedX(r, bytesOf(vector, 'K'));
    assert.ok(shared);
    assert.equal(toHex(shared), textOf(vector, 'shared_x'));
    const derived = sha512(shared);
    assert.equal(toHex(derived.subarray(0, 32)), textOf(vector, 'key_e'));
    assert.equal(toHex(derived.subarray(32)), textOf(vector, 'key_m'));
    const parts = parseEcies(container);
    assert.ok(parts);
    assert.deepEqual(parts.iv, bytesOf(vector, 'iv'));
    assert.deepEqual(parts.ephemeralPublicKey, bytesOf(vector, 'R'));
    assert.deepEqual(parts.ciphertext, bytesOf(vector, 'ciphertext'));
    assert.equal(toHex(parts.mac), textOf(vector, 'mac'));
    assert.deepEqual(hmacSha256(derived.subarray(32), parts.macInput), parts.mac);
    const again = encryptEcies(bytesOf(vector, 'K'), utf8(textOf(vector, 'plaintext_utf8')), {
      ephemeralKey: r,
      iv: parts.iv,
    });
    assert.deepEqual(again, container);
  });
}

test('round trip, and the length is known beforehand', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (plaintext) => {
      const container = encryptEcies(publicKey, plaintext);
      assert.equal(container.length, eciesLength(plaintext.length));
      assert.deepEqual(decryptEcies(key, container), plaintext);
      assert.equal(decryptEcies(randomPrivateKey(), container), undefined);
    }),
  );
  assert.equal(ECIES_OVERHEAD, 118);
});

test('two containers of one plaintext share neither IV nor ephemeral key', () => {
  const [first, second] = [encryptEcies(publicKey, NO_BYTES), encryptEcies(publicKey, NO_BYTES)];
  assert.equal(equalBytes(first.subarray(0, 16), second.subarray(0, 16)), false);
  assert.equal(equalBytes(first.subarray(20, 86), second.subarray(20, 86)), false);
});

test('encrypting to what is no public key is refused', () => {
  const wrong = publicKey.slice();
  wrong[64] = (wrong[64] ?? 0) ^ 1;
  assert.throws(
    () => encryptEcies(wrong, NO_BYTES),
    (error) => error instanceof CryptoError && error.code === 'public-key',
  );
});

test('every truncation and every added byte is refused', () => {
  const container = encryptEcies(publicKey, utf8('a plaintext of more than one block'));
  for (let length = 0; length < container.length; length++) {
    assert.equal(decryptEcies(key, container.subarray(0, length)), undefined);
  }
  for (const extra of [1, 16, 32]) {
    assert.equal(decryptEcies(key, concatBytes(container, new Uint8Array(extra))), undefined);
  }
});

test('every flipped byte is refused', () => {
  const container = encryptEcies(publicKey, utf8('flip'));
  for (let at = 0; at < container.length; at++) {
    const damaged = container.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x01;
    assert.equal(decryptEcies(key, damaged), undefined, `byte ${at}`);
  }
});

test('a right MAC over wrong padding is refused', () => {
  const ephemeralKey = randomPrivateKey();
  const container = encryptEcies(publicKey, utf8('x'.repeat(20)), {
    ephemeralKey,
    iv: new Uint8Array(16),
  });
  const shared = sharedX(ephemeralKey, publicKey);
  assert.ok(shared);
  // Without its last block the plaintext ends in 'x', which is no padding.
  const macInput = container.slice(0, container.length - 32 - 16);
  const forged = concatBytes(macInput, hmacSha256(sha512(shared).subarray(32), macInput));
  assert.ok(parseEcies(forged));
  assert.equal(decryptEcies(key, forged), undefined);
});

test('coordinate lengths outside 1..32 are refused', () => {
  const container = encryptEcies(publicKey, NO_BYTES);
  for (const at of [18, 52]) {
    for (const length of [0, 33, 255, 256 + 32, 0xffff]) {
      const changed = container.slice();
      changed[at] = length >> 8;
      changed[at + 1] = length & 0xff;
      assert.equal(parseEcies(changed), undefined);
    }
  }
});

test('20,000 random and mutated containers: none throws, none decrypts', () => {
  const valid = encryptEcies(publicKey, utf8('what the mutations start from'));
  const mutated = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) => {
      const container = valid.slice();
      for (const [at, mask] of changes) container[at] = (container[at] ?? 0) ^ mask;
      return container;
    })
    .filter((container) => !equalBytes(container, valid));
  const cut = fc
    .tuple(fc.nat(valid.length), fc.nat(valid.length))
    .filter(([from, to]) => from < to && to - from < valid.length)
    .map(([from, to]) => concatBytes(valid.subarray(0, from), valid.subarray(to)));
  const random = fc.uint8Array({ maxLength: 300 });
  const headed = random.map((rest) => concatBytes(valid.subarray(0, 20), rest));
  fc.assert(
    fc.property(fc.oneof(mutated, cut, random, headed), (container) => {
      assert.equal(decryptEcies(key, container), undefined);
    }),
    { numRuns: 20_000 },
  );
});
