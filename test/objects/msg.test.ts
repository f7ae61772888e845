import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import { verifySignature } from '../../src/crypto/ecdsa.js';
import { decryptEcies } from '../../src/crypto/ecies.js';
import { ObjectError } from '../../src/objects/errors.js';
import { encryptedPartOffset } from '../../src/objects/encrypted-part.js';
import { decodeMessage } from '../../src/objects/message-encoding.js';
import {
  encodeMsg,
  encodeMsgText,
  openMsg,
  type MsgContent,
  type OpenedMsg,
} from '../../src/objects/msg.js';
import { decodeHeader, inventoryHash, withNonce } from '../../src/objects/object.js';
import { signText } from '../../src/objects/signed-text.js';
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from '../../src/util/bytes.js';
import { encodeVarint } from '../../src/wire/writer.js';
import { vectorsOfType, type Vector } from '../support/vectors.js';
import {
  addressField,
  assertOpened,
  forEveryFlippedByte,
  forEveryTruncation,
  hexField,
  testIdentity,
  type TestIdentity,
} from './identities.js';

const EXPIRES_S = 1_797_000_000;
const HEADER_BYTES = 22;

const vectors = vectorsOfType('object').filter(({ name }) => name.startsWith('object.msg.'));
assert.equal(vectors.length, 11);

function decrypted(vector: Vector): Uint8Array {
  const object = hexField(vector, 'object');
  const offset = encryptedPartOffset(decodeHeader(object));
  assert.equal(offset, HEADER_BYTES);
  const plaintext = decryptEcies(hexField(vector, 'decrypt_privkey'), object.subarray(offset));
  assert.ok(plaintext, vector.name);
  return plaintext;
}

for (const vector of vectors) {
  const object = hexField(vector, 'object');
  const expected = String(vector['expect']);

  test(`${vector.name}: decrypts to its plaintext`, () => {
    assert.equal(toHex(decrypted(vector)), vector['plaintext']);
    assert.equal(toHex(inventoryHash(object)), vector['inventory_hash']);
    assert.equal(object.length, vector['length']);
  });

  if (expected === 'dropped: signature') {
    test(`${vector.name}: ${expected}`, () => {
      assert.equal(openMsg(object, decrypted(vector)), 'invalid-signature');
    });
    continue;
  }

  test(`${vector.name}: fields, signature and their bytes again`, () => {
    const opened = openMsg(object, decrypted(vector));
    assertOpened(opened);
    assert.deepEqual(opened.senderAddress, addressField(vector, 'from'));
    assert.equal(opened.encoding, vector['encoding']);
    assert.equal(toHex(opened.message), vector['message']);
    assert.equal(toHex(opened.ackPacket), vector['ackdata']);
    assert.equal(toHex(opened.signature), vector['signature']);
    assert.equal(toHex(opened.sigHash), vector['sighash']);
    const text = encodeMsgText({ ...opened, sender: opened.senderAddress });
    const signed = concatBytes(object.subarray(8, HEADER_BYTES), text);
    assert.equal(toHex(signed), vector['signed_data']);
    assert.ok(verifySignature(opened.keyBlock.signingKey, signed, opened.signature));
    const length = encodeVarint(opened.signature.length);
    assert.equal(toHex(concatBytes(text, length, opened.signature)), vector['plaintext']);
  });

  test(`${vector.name}: ${expected}`, () => {
    const recipient = addressField(vector, 'to');
    const opened = openMsg(object, decrypted(vector), recipient.ripe);
    if (expected === 'dropped: destination ripe mismatch') {
      assert.equal(opened, 'wrong-destination');
      return;
    }
    assertOpened(opened);
    assert.deepEqual(opened.destinationRipe, recipient.ripe);
    if (opened.encoding === 0) return;
    const decoded = decodeMessage(opened.encoding, opened.message);
    assert.equal(decoded === undefined, expected.startsWith('dropped'), expected);
    if (expected.includes('placeholder')) {
      assert.equal(toHex(decoded?.subject ?? utf8('')), toHex(utf8('Unknown encoding')));
    }
  });
}

test('captured.msg: opens, and its bytes come out again', () => {
  const captured = vectorsOfType('captured-object').find(({ name }) => name === 'captured.msg');
  const identities = new Map(vectorsOfType('identity').map((vector) => [vector.name, vector]));
  assert.ok(captured);
  const [name, field] = String(captured['decrypt_key']).split(' ') as [string, string];
  const bob = identities.get(name);
  const alice = identities.get('identity.spec-alice');
  assert.ok(bob && alice);
  const object = hexField(captured, 'object');
  const plaintext = decryptEcies(hexField(bob, field), object.subarray(HEADER_BYTES));
  assert.ok(plaintext);
  assert.equal(toHex(plaintext), captured['plaintext']);
  const opened = openMsg(object, plaintext, hexField(bob, 'ripe'));
  assertOpened(opened);
  assert.deepEqual(opened.senderAddress, addressField(alice, 'address'));
  assert.equal(toHex(opened.signature), captured['signature']);
  const text = encodeMsgText({ ...opened, sender: opened.senderAddress });
  assert.equal(toHex(object.subarray(8, 22)) + toHex(text), captured['signed_data']);
});

const bob = testIdentity('bob', 4);

function content(sender: TestIdentity, changes: Partial<MsgContent> = {}): MsgContent {
  return {
    sender: { ...sender.address, signingKey: sender.signingKey },
    keyBlock: sender.keyBlock,
    destinationRipe: bob.address.ripe,
    recipientEncryptionKey: bob.keyBlock.encryptionKey,
    encoding: 2,
    message: utf8('Subject:hello\nBody:world'),
    ackPacket: Uint8Array.of(1, 2, 3),
    stream: 1,
    ...changes,
  };
}

/** The object with nonce, and its plaintext. */
function sent(msg: MsgContent): { object: Uint8Array; plaintext: Uint8Array } {
  const object = withNonce(1n, encodeMsg(msg, EXPIRES_S));
  const { headerLength } = decodeHeader(object);
  const plaintext = decryptEcies(bob.encryptionKey, object.subarray(headerLength));
  assert.ok(plaintext);
  return { object, plaintext };
}

test('round trip for versions, streams, encodings and contents', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(2, 3, 4),
      fc.integer({ min: 1, max: 0xffff_ffff }),
      fc.integer({ min: 1, max: 0xffff_ffff }),
      fc.nat(0xffff),
      fc.uint8Array({ maxLength: 1_000 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.string(),
      (version, senderStream, stream, encoding, message, ackPacket, seed) => {
        const sender = testIdentity(seed, version, senderStream);
        const { object, plaintext } = sent(
          content(sender, { encoding, message, ackPacket, stream }),
        );
        const opened = openMsg(object, plaintext, bob.address.ripe);
        assertOpened(opened);
        const { signature, sigHash, twinSigHash, ...rest } = opened;
        assert.ok(signature.length > 60 && sigHash.length === 32 && twinSigHash.length === 32);
        const { keyBlock, address: senderAddress } = sender;
        const destinationRipe = bob.address.ripe;
        const fields: Omit<OpenedMsg, 'signature' | 'sigHash' | 'twinSigHash'> = {
          ...{ senderAddress, keyBlock, destinationRipe, encoding, message, ackPacket },
        };
        assert.deepEqual(rest, fields);
      },
    ),
    { numRuns: 30 },
  );
});

test('every cut plaintext is refused, every cut header is an ObjectError', () => {
  for (const version of [2, 3, 4]) {
    const { object, plaintext } = sent(content(testIdentity('cut', version)));
    forEveryTruncation(plaintext, (cut) => assert.equal(openMsg(object, cut), 'malformed'));
    forEveryTruncation(object.slice(0, HEADER_BYTES), (cut) =>
      assert.throws(() => openMsg(cut, plaintext), ObjectError),
    );
  }
});

test('a changed byte is noticed anywhere in plaintext and header, except the nonce', () => {
  const { object, plaintext } = sent(content(testIdentity('flip', 3)));
  forEveryFlippedByte(plaintext, (flipped, at) =>
    assert.equal(typeof openMsg(object, flipped), 'string', `byte ${at}`),
  );
  forEveryFlippedByte(object.slice(0, HEADER_BYTES), (flipped, at) => {
    const opened = openMsg(flipped, plaintext);
    if (at < 8) assert.notEqual(typeof opened, 'string');
    else assert.equal(typeof opened, 'string', `byte ${at}`);
  });
});

test('random plaintexts are refused and nothing else', () => {
  const { object, plaintext } = sent(content(testIdentity('random', 4)));
  const head = plaintext.slice(0, 140);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      assert.equal(typeof openMsg(object, bytes), 'string');
      assert.equal(typeof openMsg(object, concatBytes(head, bytes)), 'string');
    }),
  );
});

test('lengths that promise more than there is are refused', () => {
  const { object, plaintext } = sent(content(testIdentity('lengths', 2)));
  const messageLengthAt = 2 + 132 + 20 + 1;
  for (const length of ['ff' + '7fffffffffffffff', 'ff' + 'ffffffffffffffff', 'fe7fffffff']) {
    const before = plaintext.subarray(0, messageLengthAt);
    const after = plaintext.subarray(messageLengthAt + 1);
    assert.equal(openMsg(object, concatBytes(before, fromHex(length), after)), 'malformed');
  }
});

test('the sender’s version and stream, and its keys', () => {
  const identity = testIdentity('sender', 4);
  const resigned = (changes: Partial<MsgContent>): unknown => {
    const msg = content(identity, changes);
    const { object } = sent(content(identity));
    const text = encodeMsgText(msg);
    return openMsg(object, signText(object.subarray(8, 22), text, identity.signingKey));
  };
  assert.equal(typeof resigned({}), 'object');
  const { signingKey } = identity;
  for (const version of [0, 1, 5, 70_000]) {
    const sender = { ...identity.address, version, signingKey };
    assert.equal(resigned({ sender }), 'sender-version');
  }
  assert.equal(
    resigned({ sender: { ...identity.address, stream: 0, signingKey } }),
    'sender-stream',
  );
  const offCurve = identity.keyBlock.encryptionKey.slice().fill(7, 20, 40);
  const keyBlock = { ...identity.keyBlock, encryptionKey: offCurve };
  assert.equal(resigned({ keyBlock }), 'invalid-key');
});

test('a message passed on to somebody else is told by its destination', () => {
  const { object, plaintext } = sent(content(testIdentity('forwarded', 4)));
  const other = testIdentity('somebody else', 4);
  assert.equal(openMsg(object, plaintext, other.address.ripe), 'wrong-destination');
  const opened = openMsg(object, plaintext);
  assertOpened(opened);
  assert.ok(equalBytes(opened.destinationRipe, bob.address.ripe));
});

test('a signature for one object is none for another', () => {
  const first = sent(content(testIdentity('replay', 4)));
  const later = first.object.slice();
  later[15] = 0xff;
  assert.equal(openMsg(later, first.plaintext), 'invalid-signature');
});

test('bytes after the signature do not matter; other versions and types are not opened', () => {
  const { object, plaintext } = sent(content(testIdentity('surplus', 4)));
  const surplus = concatBytes(plaintext, Uint8Array.of(0, 1, 2));
  assert.equal(typeof openMsg(object, surplus), 'object');
  for (const [at, value] of [
    [19, 3],
    [20, 2],
    [20, 0],
  ] as const) {
    const changed = object.slice();
    changed[at] = value;
    assert.equal(openMsg(changed, plaintext), 'unknown-version');
  }
});

test('a wrong ripe length is a programming mistake', () => {
  const wrong = content(testIdentity('mistake', 4), { destinationRipe: new Uint8Array(19) });
  assert.throws(() => encodeMsg(wrong, EXPIRES_S), RangeError);
});
