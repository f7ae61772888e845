import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromHex } from '../../src/util/bytes.js';
import { checkObject, type ObjectCheck } from '../../src/objects/check.js';
import { NETWORK_MINIMUM, TEST_MINIMUM, type Difficulty } from '../../src/objects/difficulty.js';
import { ObjectError } from '../../src/objects/errors.js';
import {
  decodeHeader,
  encodeObjectWithoutNonce,
  inventoryHash,
  withNonce,
  type ObjectFields,
} from '../../src/objects/object.js';
import { checkRandomBytes, checkTruncations } from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

const nowS = 1_795_132_800;

const FIELDS = { expiresS: nowS + 3_600, type: 2, version: 1, stream: 1 };

/** A difficulty at which an object needs some 40 trials at most. */
function easyFor(object: Uint8Array): Difficulty {
  return { nonceTrialsPerByte: 1, payloadLengthExtraBytes: 1 - object.length };
}

/** `ok`, or the code of the error. */
function outcome(object: Uint8Array, check: Partial<ObjectCheck> = {}): string {
  try {
    checkObject(object, { nowS, minimum: easyFor(object), streams: [1], ...check });
    return 'ok';
  } catch (error) {
    assert.ok(error instanceof ObjectError);
    return error.code;
  }
}

/** Outcome for an object whose proof of work is good. */
function outcomeOf(
  fields: Partial<ObjectFields>,
  payload = new Uint8Array(32),
  check: Partial<ObjectCheck> = {},
): string {
  const rest = encodeObjectWithoutNonce({ ...FIELDS, ...fields }, payload);
  for (let nonce = 1n; nonce < 10_000n; nonce++) {
    const result = outcome(withNonce(nonce, rest), check);
    if (result !== 'insufficient-pow') return result;
  }
  return 'insufficient-pow';
}

describe('checkObject', () => {
  it('gives header and hash of a good object', () => {
    const object = withNonce(1n, encodeObjectWithoutNonce(FIELDS, new Uint8Array(32)));
    const { header, hash } = checkObject(object, { nowS, minimum: easyFor(object), streams: [1] });
    assert.equal(header.expiresS, FIELDS.expiresS);
    assert.deepEqual(hash, inventoryHash(object));
  });

  it('takes 262,144 bytes of payload and not one more, however long the header', () => {
    assert.equal(outcomeOf({}, new Uint8Array(262_144)), 'ok');
    assert.equal(outcomeOf({}, new Uint8Array(262_145)), 'too-large');
    assert.equal(outcomeOf({ version: 2 ** 40 }, new Uint8Array(262_144)), 'ok');
  });

  it('takes what ended an hour ago and what ends in 28 days and 3 hours', () => {
    assert.equal(outcomeOf({ expiresS: nowS - 3_600 }), 'ok');
    assert.equal(outcomeOf({ expiresS: nowS - 3_601 }), 'expired');
    assert.equal(outcomeOf({ expiresS: nowS + 2_430_000 }), 'ok');
    assert.equal(outcomeOf({ expiresS: nowS + 2_430_001 }), 'ttl-too-long');
    assert.equal(outcomeOf({ expiresS: Number.MAX_SAFE_INTEGER }), 'ttl-too-long');
    assert.equal(outcomeOf({ expiresS: 0 }), 'expired');
  });

  it('takes our streams only, or all but 0 when told so', () => {
    const payload = new Uint8Array(0);
    assert.equal(outcomeOf({ stream: 2 }), 'wrong-stream');
    assert.equal(outcomeOf({ stream: 2 }, payload, { streams: [1, 2] }), 'ok');
    assert.equal(outcomeOf({ stream: 2 }, payload, { acceptMismatch: true }), 'ok');
    assert.equal(outcomeOf({ stream: 0 }, payload, { acceptMismatch: true }), 'wrong-stream');
    assert.equal(outcomeOf({ stream: 2 }, payload, { acceptMismatch: false }), 'wrong-stream');
  });

  it('does not look into the payload: what is of no use is relayed, too', () => {
    for (const type of [0, 1, 2, 3, 42, 0xffff_ffff]) {
      assert.equal(outcomeOf({ type, version: 0 }, new Uint8Array(0)), 'ok');
    }
  });

  it('does the cheap checks before it counts the work', () => {
    const rest = encodeObjectWithoutNonce({ ...FIELDS, stream: 2 }, new Uint8Array(262_145));
    const object = withNonce(0n, rest);
    const minimum = NETWORK_MINIMUM;
    assert.equal(outcome(object, { minimum }), 'too-large');
    const small = object.slice(0, 100);
    assert.equal(outcome(small, { minimum, nowS: nowS + 86_400 }), 'expired');
    assert.equal(outcome(small, { minimum }), 'wrong-stream');
    assert.equal(outcome(small, { minimum, streams: [2] }), 'insufficient-pow');
  });

  for (const vector of vectorsOfType('pow-object')) {
    it(`judges ${vector.name}`, () => {
      const object = fromHex(vector['object'] as string);
      const { expiresS, stream } = decodeHeader(object);
      const minimum = vector['nonceTrialsPerByte'] === 10 ? TEST_MINIMUM : NETWORK_MINIMUM;
      const check = { minimum, streams: [stream], nowS: expiresS - 300 };
      assert.equal(outcome(object, check), 'ok');
      assert.equal(outcome(object, { ...check, nowS: expiresS + 3_600 }), 'ok');
      assert.equal(outcome(object, { ...check, nowS: expiresS + 3_601 }), 'expired');
    });
  }

  it('refuses every cut of the header and survives anything', () => {
    const header = withNonce(1n, encodeObjectWithoutNonce(FIELDS, new Uint8Array(0)));
    const check = (object: Uint8Array): unknown =>
      checkObject(object, { nowS, minimum: NETWORK_MINIMUM, streams: [1] });
    checkTruncations(header, check, ObjectError);
    checkRandomBytes(check, ObjectError);
  });
});
