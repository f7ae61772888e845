import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { encodeBase58 } from '../../src/crypto/base58.js';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { doubleSha512 } from '../../src/crypto/hashes.js';
import {
  addressKey,
  addressPreimage,
  addressTag,
  canonicalAddress,
  decodeAddress,
  encodeAddress,
  type Address,
  type AddressFailure,
} from '../../src/objects/address.js';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { bytesOf, numberOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType, type Vector } from '../support/vectors.js';

function addressOf(vector: Vector): Address {
  const [version, stream] = [numberOf(vector, 'version'), numberOf(vector, 'stream')];
  return { version, stream, ripe: bytesOf(vector, 'ripe') };
}

/** The address text of any data, with its right checksum. */
function textOfData(dataHex: string): string {
  const data = fromHex(dataHex);
  return `BM-${encodeBase58(concatBytes(data, doubleSha512(data).subarray(0, 4)))}`;
}

for (const vector of [...vectorsOfType('address'), ...vectorsOfType('identity')]) {
  const text = textOf(vector, 'address');
  test(`both ways: ${vector.name}`, () => {
    const address = addressOf(vector);
    assert.deepEqual(decodeAddress(text), { status: 'success', address });
    const withPrefix = text.startsWith('BM-') ? text : `BM-${text}`;
    assert.equal(encodeAddress(address), withPrefix);
    assert.equal(canonicalAddress(`\t ${text} \n`), withPrefix);
  });
  if (typeof vector['addr_privkey'] === 'string') {
    test(`derived values of ${vector.name}`, () => {
      const address = addressOf(vector);
      assert.equal(toHex(addressKey(address)), textOf(vector, 'addr_privkey'));
      const tag = addressTag(address);
      assert.equal(tag && toHex(tag), vector['tag'] ?? undefined);
      if (typeof vector['addr_pubkey'] === 'string') {
        assert.equal(toHex(publicKeyOf(addressKey(address))), vector['addr_pubkey']);
      }
    });
  }
}

for (const vector of vectorsOfType('keypair')) {
  test(`addresses of ${vector.name}`, () => {
    for (const version of [2, 3, 4]) {
      const address = { version, stream: 1, ripe: bytesOf(vector, 'ripe') };
      assert.equal(encodeAddress(address), textOf(vector, `address_v${version}_s1`));
    }
  });
}

for (const vector of vectorsOfType('deterministic')) {
  test(`address of ${vector.name}`, () => {
    assert.equal(encodeAddress(addressOf(vector)), textOf(vector, 'address'));
  });
}

for (const vector of vectorsOfType('address-invalid')) {
  test(`refuses ${vector.name}`, () => {
    const text = textOf(vector, 'address');
    assert.deepEqual(decodeAddress(text), { status: textOf(vector, 'status') });
    assert.equal(canonicalAddress(text), undefined);
  });
}

for (const vector of vectorsOfType('address-noncanonical')) {
  test(`decodes but does not keep ${vector.name}`, () => {
    const text = textOf(vector, 'address');
    assert.equal(decodeAddress(text).status, 'success');
    assert.equal(canonicalAddress(text), vector['canonical']);
  });
}

test('the rarer outcomes', () => {
  const ripe = '11'.repeat(20);
  const outcomes: [text: string, status: AddressFailure | 'success'][] = [
    ['', 'invalidcharacters'],
    ['bm-2cU4SS71kQpnXTS8maKD1wRy2XuaLgXDdt', 'invalidcharacters'],
    ['BM-2', 'checksumfailed'],
    ['BM-zzzz', 'checksumfailed'],
    [textOfData(`0001${ripe}`), 'checksumfailed'], // The leading zero is lost in the number.
    [textOfData(''), 'varintmalformed'],
    ['4LNKRR', 'varintmalformed'],
    ['WYjcoH', 'varintmalformed'],
    [textOfData('03'), 'varintmalformed'],
    [textOfData('04'), 'varintmalformed'],
    [textOfData('0401'), 'ripetooshort'],
    [textOfData('04fd00'), 'varintmalformed'],
    [textOfData(`04ffffffffffffffffff${ripe}`), 'varintmalformed'],
    [textOfData(`0101${ripe}`), 'success'],
  ];
  for (const [text, status] of outcomes) assert.equal(decodeAddress(text).status, status, text);
  assert.equal(canonicalAddress(textOfData(`0101${ripe}`)), undefined);
});

const addresses = fc
  .record({
    version: fc.constantFrom(2, 3, 4),
    stream: fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.maxSafeNat().map((nat) => nat || 1),
    ),
    zeros: fc.integer({ min: 0, max: 16 }),
    ripe: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  })
  .filter(({ ripe }) => ripe[16] !== 0)
  .map(({ version, stream, zeros, ripe }) => {
    return { version, stream, ripe: ripe.map((byte, at) => (at < zeros ? 0 : byte)) };
  });

test('round trip', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const text = encodeAddress(address);
      assert.deepEqual(decodeAddress(text), { status: 'success', address });
      assert.deepEqual(decodeAddress(text.slice(3)), { status: 'success', address });
      assert.equal(canonicalAddress(text), text);
      assert.deepEqual(addressPreimage(address).slice(-20), address.ripe);
    }),
  );
});

test('a changed character is noticed', () => {
  fc.assert(
    fc.property(addresses, fc.nat(), fc.constantFrom('2', 'z'), (address, at, character) => {
      const text = encodeAddress(address);
      const index = 3 + (at % (text.length - 3));
      if (text[index] === character) return;
      const changed = text.slice(0, index) + character + text.slice(index + 1);
      assert.deepEqual(decodeAddress(changed), { status: 'checksumfailed' });
    }),
  );
});

test('no text throws', () => {
  const base58Text = fc.uint8Array({ maxLength: 60 }).map(encodeBase58);
  const checked = fc.uint8Array({ maxLength: 60 }).map((data) => textOfData(toHex(data)));
  fc.assert(
    fc.property(fc.oneof(fc.string(), base58Text, checked), (text) => {
      decodeAddress(text);
      canonicalAddress(text);
    }),
    { numRuns: 1000 },
  );
});

test('what no address has is refused when encoding', () => {
  const ripe = new Uint8Array(20);
  for (const version of [0, 1, 5, NaN]) {
    assert.throws(() => encodeAddress({ version, stream: 1, ripe }), RangeError);
  }
  assert.throws(() => encodeAddress({ version: 4, stream: -1, ripe }), RangeError);
  assert.throws(() => encodeAddress({ version: 4, stream: 1, ripe: ripe.slice(1) }), RangeError);
});
