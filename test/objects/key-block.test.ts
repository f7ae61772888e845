import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import {
  BITFIELD,
  decodeStoredKey,
  doesAck,
  encodeStoredKey,
  hasValidKeys,
  readKeyBlock,
  writeKeyBlock,
  type KeyBlock,
} from '../../src/objects/key-block.js';
import { addressOf } from '../../src/objects/identity-address.js';
import { concatBytes, toHex } from '../../src/util/bytes.js';
import { WireError } from '../../src/wire/errors.js';
import { Reader } from '../../src/wire/reader.js';
import { Writer } from '../../src/wire/writer.js';
import { vectorsOfType } from '../support/vectors.js';
import { forEveryTruncation, hexField, numberField, testIdentity } from './identities.js';

const versions = fc.constantFrom(2, 3, 4);
const keys = fc.uint8Array({ minLength: 64, maxLength: 64 });
const varints = fc.maxSafeNat();

function written(version: number, block: KeyBlock): Uint8Array {
  const writer = new Writer();
  writeKeyBlock(writer, version, block);
  return writer.finish();
}

test('round trip for every version, bitfield and difficulty', () => {
  fc.assert(
    fc.property(
      versions,
      fc.nat(0xffff_ffff),
      keys,
      keys,
      varints,
      varints,
      (version, bitfield, signing, encryption, trials, extra) => {
        const signingKey = concatBytes(Uint8Array.of(4), signing);
        const encryptionKey = concatBytes(Uint8Array.of(4), encryption);
        const difficulty = { nonceTrialsPerByte: trials, payloadLengthExtraBytes: extra };
        const block =
          version === 2
            ? { bitfield, signingKey, encryptionKey }
            : { bitfield, signingKey, encryptionKey, difficulty };
        const bytes = written(version, block);
        const reader = new Reader(bytes);
        assert.deepEqual(readKeyBlock(reader, version), block);
        assert.equal(reader.remaining, 0);
        forEveryTruncation(bytes, (cut) =>
          assert.throws(() => readKeyBlock(new Reader(cut), version), WireError),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('layout: bitfield, keys without 04, difficulty from version 3 on', () => {
  const { keyBlock } = testIdentity('layout', 4);
  const keyHex = toHex(keyBlock.signingKey).slice(2) + toHex(keyBlock.encryptionKey).slice(2);
  assert.equal(toHex(written(2, keyBlock)), '00000001' + keyHex);
  assert.equal(toHex(written(3, keyBlock)), '00000001' + keyHex + 'fd05dc' + 'fe00011170');
});

test('a version 3 block without difficulty and keys of a wrong form are programming mistakes', () => {
  const { keyBlock } = testIdentity('mistakes', 2);
  assert.throws(() => written(3, keyBlock), RangeError);
  const compressed = { ...keyBlock, signingKey: keyBlock.signingKey.slice(0, 33) };
  assert.throws(() => written(2, compressed), RangeError);
});

test('stored form: round trip, surplus ignored, bad keys and truncations undefined', () => {
  for (const version of [2, 3, 4]) {
    const { keyBlock } = testIdentity('stored', version, 70_000);
    const stored = encodeStoredKey(version, 70_000, keyBlock);
    assert.deepEqual(decodeStoredKey(stored), { version, stream: 70_000, keyBlock });
    const surplus = concatBytes(stored, Uint8Array.of(1, 2, 3));
    assert.deepEqual(decodeStoredKey(surplus), { version, stream: 70_000, keyBlock });
    forEveryTruncation(stored, (cut) => assert.equal(decodeStoredKey(cut), undefined));
    const offCurve = { ...keyBlock, encryptionKey: keyBlock.encryptionKey.slice().fill(1, 10) };
    assert.equal(hasValidKeys(offCurve), false);
    assert.equal(decodeStoredKey(encodeStoredKey(version, 1, offCurve)), undefined);
    assert.equal(decodeStoredKey(encodeStoredKey(version, 0, keyBlock)), undefined);
  }
  const { keyBlock } = testIdentity('stored', 4);
  assert.equal(decodeStoredKey(encodeStoredKey(1, 1, keyBlock)), undefined);
  assert.equal(decodeStoredKey(encodeStoredKey(5, 1, keyBlock)), undefined);
});

test('random bytes are never more than undefined', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeStoredKey(bytes)));
});

test('does_ack is bit 31 counted from the top; others do not matter', () => {
  const { keyBlock } = testIdentity('ack', 4);
  assert.equal(BITFIELD.doesAck, 1);
  assert.equal(doesAck({ ...keyBlock, bitfield: 0xffff_ffff }), true);
  assert.equal(doesAck({ ...keyBlock, bitfield: 0xffff_fffe }), false);
});

for (const vector of vectorsOfType('identity')) {
  test(`${vector.name}: the keys hash to the ripe`, () => {
    const version = numberField(vector, 'version');
    const stream = numberField(vector, 'stream');
    const signingKey = hexField(vector, 'pubsigningkey');
    const encryptionKey = hexField(vector, 'pubencryptionkey');
    const address = addressOf(version, stream, signingKey, encryptionKey);
    assert.deepEqual(address, { version, stream, ripe: hexField(vector, 'ripe') });
    assert.ok(hasValidKeys({ bitfield: 0, signingKey, encryptionKey }));
  });
}
