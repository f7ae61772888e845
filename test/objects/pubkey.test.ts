import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { signMessage, verifySignature } from '../../src/crypto/ecdsa.js';
import { decryptEcies, encryptEcies } from '../../src/crypto/ecies.js';
import { addressKey, addressTag } from '../../src/objects/address.js';
import { ObjectError } from '../../src/objects/errors.js';
import { decodeHeader, inventoryHash, withNonce } from '../../src/objects/object.js';
import { decodePubkey, encodePubkey, openPubkeyV4 } from '../../src/objects/pubkey.js';
import { readKeyBlock, writeKeyBlock, type KeyBlock } from '../../src/objects/key-block.js';
import { concatBytes, toHex, utf8 } from '../../src/util/bytes.js';
import { Reader } from '../../src/wire/reader.js';
import { encodeVarint, Writer } from '../../src/wire/writer.js';
import { vectorsOfType } from '../support/vectors.js';
import {
  addressField,
  forEveryFlippedByte,
  forEveryTruncation,
  hexField,
  numberField,
  testIdentity,
  type TestIdentity,
} from './identities.js';

const EXPIRES_S = 1_797_000_000;
const vectors = new Map(vectorsOfType('object').map((vector) => [vector.name, vector]));

function vector(name: string): NonNullable<ReturnType<(typeof vectors)['get']>> {
  const found = vectors.get(name);
  assert.ok(found, name);
  return found;
}

function made(identity: TestIdentity): Uint8Array {
  return withNonce(1n, encodePubkey(identity, EXPIRES_S));
}

function blockBytes(version: number, block: KeyBlock): Uint8Array {
  const writer = new Writer();
  writeKeyBlock(writer, version, block);
  return writer.finish();
}

test('object.pubkey.v2: read, and made again byte for byte', () => {
  const v2 = vector('object.pubkey.v2');
  const object = hexField(v2, 'object');
  const opened = decodePubkey(object);
  assert.ok(opened);
  assert.deepEqual(opened.address, addressField(v2, 'address'));
  assert.equal(opened.keyBlock.difficulty, undefined);
  const again = encodePubkey(
    { ...opened, signingKey: new Uint8Array(32) },
    numberField(v2, 'expires'),
  );
  assert.equal(toHex(again), toHex(object.subarray(8)));
  assert.equal(toHex(inventoryHash(object)), v2['inventory_hash']);
});

test('object.pubkey.v3: address, difficulty, signature, signed data', () => {
  const v3 = vector('object.pubkey.v3');
  const object = hexField(v3, 'object');
  const opened = decodePubkey(object);
  assert.ok(opened);
  assert.deepEqual(opened.address, addressField(v3, 'address'));
  assert.deepEqual(opened.keyBlock.difficulty, {
    nonceTrialsPerByte: v3['nonceTrialsPerByte'],
    payloadLengthExtraBytes: v3['payloadLengthExtraBytes'],
  });
  const header = object.subarray(8, 22);
  const signed = concatBytes(header, blockBytes(3, opened.keyBlock));
  assert.equal(toHex(signed), v3['signed_data']);
  const signature = hexField(v3, 'signature');
  assert.ok(verifySignature(opened.keyBlock.signingKey, signed, signature));
  const again = concatBytes(signed, encodeVarint(signature.length), signature);
  assert.equal(toHex(again), toHex(object.subarray(8)));
});

test('object.pubkey.v4: opened with the address only', () => {
  const v4 = vector('object.pubkey.v4');
  const object = hexField(v4, 'object');
  const address = addressField(v4, 'address');
  assert.equal(toHex(addressKey(address)), v4['decrypt_privkey']);
  const plaintext = decryptEcies(addressKey(address), object.subarray(54));
  assert.ok(plaintext);
  assert.equal(toHex(plaintext), v4['plaintext']);
  const opened = openPubkeyV4(object, address);
  assert.ok(opened);
  assert.deepEqual(opened.address, address);
  const block = blockBytes(4, opened.keyBlock);
  assert.equal(toHex(concatBytes(object.subarray(8, 54), block)), v4['signed_data']);
  const signature = hexField(v4, 'signature');
  const text = concatBytes(block, encodeVarint(signature.length), signature);
  assert.equal(toHex(text), v4['plaintext']);
  assert.equal(decodePubkey(object), undefined);
});

test('round trip for versions, streams and difficulties', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(2, 3, 4),
      fc.integer({ min: 1, max: 0xffff_ffff }),
      fc.nat(0xffff_ffff),
      fc.nat(0xffff_ffff),
      fc.string(),
      (version, stream, trials, extra, seed) => {
        const identity = testIdentity(seed, version, stream);
        const difficulty = { nonceTrialsPerByte: trials, payloadLengthExtraBytes: extra };
        const keyBlock = version === 2 ? identity.keyBlock : { ...identity.keyBlock, difficulty };
        const object = made({ ...identity, keyBlock });
        assert.ok(object.length >= 146 && object.length <= 440, `${object.length} bytes`);
        const opened =
          version === 4 ? openPubkeyV4(object, identity.address) : decodePubkey(object);
        assert.deepEqual(opened, { address: identity.address, keyBlock });
      },
    ),
    { numRuns: 30 },
  );
});

test('cut objects have no keys', () => {
  for (const version of [2, 3, 4]) {
    const identity = testIdentity('cut', version);
    const open = (object: Uint8Array): unknown =>
      version === 4 ? openPubkeyV4(object, identity.address) : decodePubkey(object);
    forEveryTruncation(made(identity), (cut) => {
      if (cut.length < 22) assert.throws(() => open(cut), ObjectError);
      else assert.equal(open(cut), undefined);
    });
  }
});

/** A v4 pubkey with this plaintext, whoever it is from. */
function sealed({ address }: TestIdentity, plaintext: Uint8Array): Uint8Array {
  const prefix = made(testIdentity('anyone', 4)).slice(0, 54);
  prefix.set(addressTag(address) as Uint8Array, 22);
  const container = encryptEcies(publicKeyOf(addressKey(address)), plaintext);
  return concatBytes(prefix, container);
}

test('every cut plaintext of version 4 is refused', () => {
  const identity = testIdentity('cut', 4);
  const plaintext = decryptEcies(addressKey(identity.address), made(identity).subarray(54));
  assert.ok(plaintext);
  assert.ok(openPubkeyV4(sealed(identity, plaintext), identity.address));
  forEveryTruncation(plaintext, (cut) =>
    assert.equal(openPubkeyV4(sealed(identity, cut), identity.address), undefined),
  );
});

test('a changed byte anywhere after the nonce is noticed in signed versions', () => {
  for (const version of [3, 4]) {
    const identity = testIdentity('flip', version);
    const object = made(identity);
    forEveryFlippedByte(object, (flipped, at) => {
      const open = (): unknown =>
        version === 4 ? openPubkeyV4(flipped, identity.address) : decodePubkey(flipped);
      if (at < 8) assert.ok(open());
      else assert.equal(open(), undefined, `byte ${at}`);
    });
  }
});

test('keys of somebody else under a wanted tag are refused', () => {
  const wanted = testIdentity('wanted', 4);
  const other = testIdentity('other', 4);
  const prefix = sealed(wanted, utf8('')).slice(8, 54);
  const text = blockBytes(4, other.keyBlock);
  const signature = signMessage(other.signingKey, concatBytes(prefix, text));
  const plaintext = concatBytes(text, encodeVarint(signature.length), signature);
  assert.equal(openPubkeyV4(sealed(wanted, plaintext), wanted.address), undefined);
});

test('version 4 is only opened for the address whose tag, stream and version it has', () => {
  const identity = testIdentity('mine', 4);
  const object = made(identity);
  assert.ok(openPubkeyV4(object, identity.address));
  assert.equal(openPubkeyV4(object, testIdentity('other', 4).address), undefined);
  assert.equal(openPubkeyV4(object, testIdentity('mine', 4, 2).address), undefined);
  assert.equal(openPubkeyV4(object, testIdentity('mine', 3).address), undefined);
  assert.equal(openPubkeyV4(made(testIdentity('mine', 3)), identity.address), undefined);
});

test('keys off the curve are refused even in the unsigned version 2', () => {
  const object = made(testIdentity('off', 2));
  object.fill(1, 30, 60);
  assert.equal(decodePubkey(object), undefined);
  object.set(made(testIdentity('off', 2)));
  object.fill(1, 120, 150);
  assert.equal(decodePubkey(object), undefined);
});

test('lengths and versions that are relayed unread', () => {
  const object = made(testIdentity('long', 2));
  const padded = (length: number): Uint8Array =>
    concatBytes(object, new Uint8Array(length - object.length));
  assert.ok(decodePubkey(padded(440)));
  assert.equal(decodePubkey(padded(441)), undefined);
  for (const version of [0, 1, 5]) {
    const changed = object.slice();
    changed[20] = version;
    assert.equal(decodePubkey(changed), undefined);
    const { address, ...rest } = testIdentity('long', 4);
    const wrong = { ...rest, address: { ...address, version } };
    assert.throws(() => encodePubkey(wrong, EXPIRES_S), RangeError);
  }
});

test('the header carries address version and stream', () => {
  const header = decodeHeader(made(testIdentity('header', 3, 300)));
  assert.deepEqual([header.type, header.version, header.stream], [1, 3, 300]);
  const reader = new Reader(made(testIdentity('header', 3, 300)), header.headerLength);
  assert.equal(readKeyBlock(reader, 3).bitfield, 1);
});
