import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import { verifySignature } from '../../src/crypto/ecdsa.js';
import { decryptEcies } from '../../src/crypto/ecies.js';
import { addressKey, addressTag } from '../../src/objects/address.js';
import {
  encodeBroadcast,
  encodeBroadcastText,
  openBroadcast,
  type BroadcastContent,
} from '../../src/objects/broadcast.js';
import { encryptedPartOffset } from '../../src/objects/encrypted-part.js';
import { ObjectError } from '../../src/objects/errors.js';
import { decodeHeader, inventoryHash, withNonce } from '../../src/objects/object.js';
import { twinSignature } from '../../src/objects/signature-hash.js';
import { signText } from '../../src/objects/signed-text.js';
import { concatBytes, toHex, utf8 } from '../../src/util/bytes.js';
import { encodeVarint } from '../../src/wire/writer.js';
import { vectorsOfType } from '../support/vectors.js';
import {
  addressField,
  assertOpened,
  forEveryFlippedByte,
  forEveryTruncation,
  hexField,
  knownAddress,
  testIdentity,
  type TestIdentity,
} from './identities.js';

const EXPIRES_S = 1_797_000_000;
const ALICE = 'BM-2cWXY1NrVM5hr5GZkUaZzSXaHZXP3o5zbT';

const vectors = vectorsOfType('object').filter(({ name }) => name.startsWith('object.broadcast.'));
const captured = vectorsOfType('captured-object').filter(({ name }) => name.includes('broadcast'));
const cases = [
  ...vectors.map((vector) => ({ vector, from: addressField(vector, 'from') })),
  ...captured.map((vector) => ({ vector, from: knownAddress(ALICE) })),
];
assert.equal(cases.length, 4);

for (const { vector, from } of cases) {
  test(`${vector.name}: opens for subscribers; fields and bytes`, () => {
    const object = hexField(vector, 'object');
    const header = decodeHeader(object);
    const offset = encryptedPartOffset(header) ?? 0;
    assert.equal(offset, header.version === 5 ? 54 : 22);
    const plaintext = decryptEcies(addressKey(from), object.subarray(offset));
    assert.ok(plaintext);
    assert.equal(toHex(plaintext), vector['plaintext']);
    assert.equal(toHex(inventoryHash(object)), vector['inventory_hash']);
    const opened = openBroadcast(object, plaintext, from);
    assertOpened(opened);
    assert.deepEqual(opened.senderAddress, from);
    assert.deepEqual(openBroadcast(object, plaintext), opened);
    const text = encodeBroadcastText({ ...opened, sender: from });
    const signed = concatBytes(object.subarray(8, offset), text);
    assert.ok(verifySignature(opened.keyBlock.signingKey, signed, opened.signature));
    const length = encodeVarint(opened.signature.length);
    assert.equal(toHex(concatBytes(text, length, opened.signature)), vector['plaintext']);
    if (vector.type !== 'object') return;
    assert.equal(toHex(addressKey(from)), vector['decrypt_privkey']);
    assert.equal(toHex(signed), vector['signed_data']);
    assert.equal(toHex(opened.signature), vector['signature']);
    assert.equal(toHex(opened.message), vector['message']);
    assert.equal(opened.encoding, vector['encoding']);
  });
}

function content(sender: TestIdentity, changes: Partial<BroadcastContent> = {}): BroadcastContent {
  return {
    sender: { ...sender.address, signingKey: sender.signingKey },
    keyBlock: sender.keyBlock,
    encoding: 2,
    message: utf8('Subject:to\nBody:all'),
    ...changes,
  };
}

/** The object with nonce, and its plaintext. */
function sent(broadcast: BroadcastContent): { object: Uint8Array; plaintext: Uint8Array } {
  const object = withNonce(1n, encodeBroadcast(broadcast, EXPIRES_S));
  const offset = encryptedPartOffset(decodeHeader(object));
  const plaintext = decryptEcies(addressKey(broadcast.sender), object.subarray(offset));
  assert.ok(plaintext);
  return { object, plaintext };
}

test('round trip for versions, streams, encodings and contents', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(2, 3, 4),
      fc.integer({ min: 1, max: 0xffff_ffff }),
      fc.integer({ min: 1, max: 0xffff }),
      fc.uint8Array({ maxLength: 1_000 }),
      fc.string(),
      (version, stream, encoding, message, seed) => {
        const sender = testIdentity(seed, version, stream);
        const { object, plaintext } = sent(content(sender, { encoding, message }));
        const header = decodeHeader(object);
        assert.equal(header.version, version === 4 ? 5 : 4);
        assert.equal(header.stream, stream);
        const opened = openBroadcast(object, plaintext, sender.address);
        assertOpened(opened);
        const { senderAddress, keyBlock } = opened;
        assert.deepEqual(
          { senderAddress, keyBlock, encoding: opened.encoding, message: opened.message },
          { senderAddress: sender.address, keyBlock: sender.keyBlock, encoding, message },
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('every cut plaintext is refused, every cut header is an ObjectError', () => {
  for (const version of [2, 3, 4]) {
    const sender = testIdentity('cut', version);
    const { object, plaintext } = sent(content(sender));
    forEveryTruncation(plaintext, (cut) => assert.equal(openBroadcast(object, cut), 'malformed'));
    forEveryTruncation(object, (cut) => {
      if (cut.length < 22) assert.throws(() => openBroadcast(cut, plaintext), ObjectError);
      else if (cut.length < 180) {
        assert.equal(openBroadcast(cut, plaintext, sender.address), 'unknown-version');
      }
    });
  }
});

test('a changed byte is noticed anywhere in plaintext, header and tag, except the nonce', () => {
  for (const version of [3, 4]) {
    const { object, plaintext } = sent(content(testIdentity('flip', version)));
    forEveryFlippedByte(plaintext, (flipped, at) =>
      assert.equal(typeof openBroadcast(object, flipped), 'string', `byte ${at}`),
    );
    const head = version === 4 ? 54 : 22;
    forEveryFlippedByte(object, (flipped, at) => {
      if (at >= head) return;
      const opened = openBroadcast(flipped, plaintext);
      if (at < 8) assert.notEqual(typeof opened, 'string');
      else assert.equal(typeof opened, 'string', `byte ${at}`);
    });
  }
});

test('random plaintexts are refused and nothing else', () => {
  for (const version of [3, 4]) {
    const { object, plaintext } = sent(content(testIdentity('random', version)));
    const head = plaintext.slice(0, 140);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        assert.equal(typeof openBroadcast(object, bytes), 'string');
        assert.equal(typeof openBroadcast(object, concatBytes(head, bytes)), 'string');
      }),
    );
  }
});

test('a reader who negates s makes a twin that is recognised', () => {
  const sender = testIdentity('twin', 4);
  const { object, plaintext } = sent(content(sender));
  const first = openBroadcast(object, plaintext, sender.address);
  assertOpened(first);
  const twin = twinSignature(first.signature);
  const text = encodeBroadcastText(content(sender));
  const again = concatBytes(text, encodeVarint(twin.length), twin);
  const second = openBroadcast(object, again, sender.address);
  assertOpened(second);
  assert.notDeepEqual(second.sigHash, first.sigHash);
  assert.deepEqual(second.twinSigHash, first.sigHash);
  assert.deepEqual(second.sigHash, first.twinSigHash);
});

/** Opens what `sender` signs for the object, which may have been made for another address. */
function openedAs(sender: TestIdentity, object: Uint8Array, broadcast: BroadcastContent): unknown {
  const prefix = object.subarray(8, encryptedPartOffset(decodeHeader(object)));
  const plaintext = signText(prefix, encodeBroadcastText(broadcast), sender.signingKey);
  return openBroadcast(object, plaintext);
}

test('sender versions 2 and 3 in version 4 only, 4 in version 5 only', () => {
  for (const version of [2, 3, 4]) {
    const { object } = sent(content(testIdentity('versions', version)));
    for (const claimed of [0, 1, 2, 3, 4, 5]) {
      const sender = testIdentity('versions', claimed);
      const keyBlock = { ...testIdentity('versions', 4).keyBlock };
      const result = openedAs(sender, object, content(sender, { keyBlock }));
      const fits = version === 4 ? claimed === 4 : claimed === 2 || claimed === 3;
      assert.equal(typeof result, fits ? 'object' : 'string', `${claimed} in ${version}`);
      if (!fits) assert.equal(result, 'sender-version');
    }
  }
});

test('the sender’s stream is the object’s', () => {
  const { object } = sent(content(testIdentity('stream', 3)));
  for (const stream of [0, 2]) {
    const sender = testIdentity('stream', 3, stream);
    assert.equal(openedAs(sender, object, content(sender)), 'sender-stream');
  }
});

test('another sender under a subscribed tag or address is refused', () => {
  for (const version of [3, 4]) {
    const subscribed = testIdentity('subscribed', version);
    const intruder = testIdentity('intruder', version);
    const { object } = sent(content(subscribed));
    const prefix = object.subarray(8, version === 4 ? 54 : 22);
    const text = encodeBroadcastText(content(intruder));
    const plaintext = signText(prefix, text, intruder.signingKey);
    assert.equal(openBroadcast(object, plaintext, subscribed.address), 'wrong-sender');
    assert.equal(
      openBroadcast(object, plaintext) === 'wrong-sender',
      addressTag(subscribed.address) !== undefined,
    );
  }
});

test('encoding 0 and keys off the curve are refused', () => {
  const sender = testIdentity('odd', 4);
  const { object, plaintext } = sent(content(sender, { encoding: 0 }));
  assert.equal(openBroadcast(object, plaintext, sender.address), 'ignored-encoding');
  const v3 = testIdentity('odd', 3);
  const offCurve = v3.keyBlock.encryptionKey.slice().fill(7, 20, 40);
  const keyBlock = { ...v3.keyBlock, encryptionKey: offCurve };
  assert.equal(openedAs(v3, sent(content(v3)).object, content(v3, { keyBlock })), 'invalid-key');
});

test('other types, versions and short objects are not opened', () => {
  const { object, plaintext } = sent(content(testIdentity('other', 4)));
  for (const [at, value] of [
    [19, 2],
    [20, 3],
    [20, 6],
  ] as const) {
    const changed = object.slice();
    changed[at] = value;
    assert.equal(openBroadcast(changed, plaintext), 'unknown-version');
  }
  assert.equal(openBroadcast(object.slice(0, 179), plaintext), 'unknown-version');
  for (const version of [0, 1, 5]) {
    const sender = testIdentity('other', version);
    assert.throws(() => encodeBroadcast(content(sender), EXPIRES_S), RangeError);
  }
});
