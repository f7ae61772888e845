import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { ObjectError } from '../../src/objects/errors.js';
import {
  decodeHeader,
  encodeObjectWithoutNonce,
  inventoryHash,
  tagOf,
  withNonce,
  withoutNonce,
} from '../../src/objects/object.js';
import { bytesOf, checkRandomBytes, checkTruncations, record } from '../support/codec.js';
import { readVectors, vectorsOfType } from '../support/vectors.js';

interface RecordedObject {
  hex: string;
  type: number;
  version: number;
  stream: number;
  expires: number;
  nonce: number;
  length: number;
  header_length: number;
  inventory_hash: string;
  tag?: string;
}

/** Objects of real nodes; the one that the recording cut to its beginning is left out. */
function recordedObjects(): RecordedObject[] {
  const { objects } = readVectors('objects.json') as { objects: RecordedObject[] };
  return objects.filter(({ hex, length }) => hex.length === 2 * length);
}

describe('object header', () => {
  for (const vector of vectorsOfType('object-header')) {
    it(`decodes and encodes ${vector.name}`, () => {
      const object = fromHex(vector['object'] as string);
      const header = decodeHeader(object);
      assert.deepEqual(header, {
        nonce: 1_828_860n,
        expiresS: vector['expires'],
        type: vector['object_type'],
        version: vector['version'],
        stream: vector['stream'],
        headerLength: 22,
      });
      const rest = encodeObjectWithoutNonce(header, object.subarray(header.headerLength));
      assert.deepEqual(withNonce(header.nonce, rest), object);
      assert.deepEqual(new Uint8Array(withoutNonce(object)), rest);
    });
  }

  it('is read from every recorded object', () => {
    const objects = recordedObjects();
    assert.ok(objects.length > 40);
    for (const recorded of objects) {
      const object = fromHex(recorded.hex);
      const header = decodeHeader(object);
      assert.deepEqual(header, {
        nonce: BigInt(recorded.nonce),
        expiresS: recorded.expires,
        type: recorded.type,
        version: recorded.version,
        stream: recorded.stream,
        headerLength: recorded.header_length,
      });
      assert.equal(toHex(inventoryHash(object)), recorded.inventory_hash);
      if (recorded.tag !== undefined) assert.equal(toHex(tagOf(header, object)), recorded.tag);
    }
  });

  it('keeps every value', () => {
    const fields = record({
      nonce: fc.bigInt(0n, 2n ** 64n - 1n),
      expiresS: fc.maxSafeNat(),
      type: fc.integer({ min: 0, max: 0xffff_ffff }),
      version: fc.maxSafeNat(),
      stream: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(fields, bytesOf({ maxLength: 50 }), ({ nonce, ...rest }, payload) => {
        const object = withNonce(nonce, encodeObjectWithoutNonce(rest, payload));
        const { headerLength, ...decoded } = decodeHeader(object);
        assert.deepEqual(decoded, { nonce, ...rest });
        assert.deepEqual(object.slice(headerLength), payload);
      }),
    );
  });

  it('refuses every cut and survives anything', () => {
    const header = encodeObjectWithoutNonce(
      { expiresS: 1, type: 2, version: 2 ** 40, stream: 2 ** 20 },
      new Uint8Array(0),
    );
    checkTruncations(withNonce(1n, header), decodeHeader, ObjectError);
    checkRandomBytes(decodeHeader, ObjectError, 45);
    checkTruncations(new Uint8Array(8), withoutNonce, ObjectError);
  });

  it('gives numbers above 2^53 as the largest safe one: others relay such objects', () => {
    const max = 'ff'.repeat(8);
    const header = decodeHeader(fromHex(`${'00'.repeat(8)}${max}0000002a${`ff${max}`.repeat(2)}`));
    const { MAX_SAFE_INTEGER } = Number;
    assert.equal(header.expiresS, MAX_SAFE_INTEGER);
    assert.equal(header.version, MAX_SAFE_INTEGER);
    assert.equal(header.stream, MAX_SAFE_INTEGER);
  });
});

describe('tagOf', () => {
  const payload = new Uint8Array(40).map((_, index) => index);

  function tag(type: number, version: number, bytes: Uint8Array = payload): string {
    const object = withNonce(
      0n,
      encodeObjectWithoutNonce({ expiresS: 0, type, version, stream: 1 }, bytes),
    );
    return toHex(tagOf(decodeHeader(object), object));
  }

  it('is the begin of the payload of getpubkey v4, pubkey v4 and broadcast v5 only', () => {
    const expected = toHex(payload.slice(0, 32));
    assert.deepEqual([tag(0, 4), tag(1, 4), tag(3, 5)], [expected, expected, expected]);
    assert.deepEqual([tag(0, 3), tag(1, 3), tag(3, 4), tag(2, 4), tag(3, 6)], Array(5).fill(''));
  });

  it('of an onionpeer is the begin of the double SHA-512 of its payload', () => {
    const digest = createHash('sha512').update(createHash('sha512').update(payload).digest());
    assert.equal(tag(0x746f72, 3), digest.digest('hex').slice(0, 64));
  });

  it('is empty when the payload is too short', () => {
    assert.equal(tag(1, 4, payload.slice(0, 31)), '');
    assert.equal(tag(1, 4, concatBytes(payload.slice(0, 32))).length, 64);
  });
});
