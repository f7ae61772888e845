import assert from 'node:assert/strict';
import test from 'node:test';
import { addressTag } from '../../src/objects/address.js';
import { ObjectError } from '../../src/objects/errors.js';
import { decodeGetpubkey, encodeGetpubkey } from '../../src/objects/getpubkey.js';
import { inventoryHash, withNonce } from '../../src/objects/object.js';
import { concatBytes, toHex } from '../../src/util/bytes.js';
import { vectorsOfType } from '../support/vectors.js';
import {
  addressField,
  forEveryTruncation,
  hexField,
  knownAddress,
  numberField,
  testIdentity,
} from './identities.js';

const BOB = 'BM-2cX12CTeic37yY91tWryV8N3hac2sQBRGG';
const vectors = vectorsOfType('object').filter(({ name }) => name.startsWith('object.getpubkey.'));
const captured = vectorsOfType('captured-object').filter(({ name }) => name.includes('getpubkey'));
const cases = [
  ...vectors.map((vector) => ({ vector, address: addressField(vector, 'requested_address') })),
  ...captured.map((vector) => ({ vector, address: knownAddress(BOB) })),
];
assert.equal(cases.length, 4);

for (const { vector, address } of cases) {
  test(`${vector.name}: made again, byte for byte, and read`, () => {
    const object = hexField(vector, 'object');
    const made = encodeGetpubkey(address, numberField(vector, 'expires'));
    const nonce = new DataView(object.buffer).getBigUint64(0);
    assert.equal(toHex(withNonce(nonce, made)), vector['object']);
    assert.equal(toHex(inventoryHash(object)), vector['inventory_hash']);
    const wanted = decodeGetpubkey(object);
    assert.ok(wanted);
    assert.deepEqual(wanted.tag, addressTag(address));
    assert.deepEqual(wanted.ripe, address.version === 4 ? undefined : address.ripe);
  });

  test(`${vector.name}: cut objects ask for nothing`, () => {
    forEveryTruncation(hexField(vector, 'object'), (cut) => {
      if (cut.length < 22) assert.throws(() => decodeGetpubkey(cut), ObjectError);
      else assert.equal(decodeGetpubkey(cut), undefined);
    });
  });
}

test('round trip in other streams', () => {
  for (const version of [2, 3, 4]) {
    const { address } = testIdentity('stream', version, 70_000);
    const wanted = decodeGetpubkey(withNonce(7n, encodeGetpubkey(address, 1_797_000_000)));
    assert.ok(wanted);
    assert.equal(wanted.header.stream, 70_000);
    assert.deepEqual(wanted.ripe ?? wanted.tag, addressTag(address) ?? address.ripe);
  }
});

test('surplus bytes are ignored up to 200 bytes', () => {
  const { address } = testIdentity('surplus', 4);
  const object = withNonce(1n, encodeGetpubkey(address, 1_797_000_000));
  const padded = (length: number): Uint8Array =>
    concatBytes(object, new Uint8Array(length - object.length));
  assert.deepEqual(decodeGetpubkey(padded(200))?.tag, addressTag(address));
  assert.equal(decodeGetpubkey(padded(201)), undefined);
});

test('other versions and types are not for this function', () => {
  const { address } = testIdentity('versions', 4);
  const object = withNonce(1n, encodeGetpubkey(address, 1_797_000_000));
  for (const [offset, value] of [
    [20, 1],
    [20, 5],
    [20, 0],
    [19, 1],
  ] as const) {
    const changed = object.slice();
    changed[offset] = value;
    assert.equal(decodeGetpubkey(changed), undefined);
  }
  for (const version of [0, 1, 5]) {
    assert.throws(() => encodeGetpubkey({ ...address, version }, 1_797_000_000), RangeError);
  }
});
