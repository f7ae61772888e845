/**
 * Objects that running PyBitmessage nodes made and held, with the keys behind them
 * (test/vectors/objects.json). The clock is the time at which they were recorded.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { verifySignature } from '../../src/crypto/ecdsa.js';
import { decryptEcies } from '../../src/crypto/ecies.js';
import { ackKey, ackPacket, readAckPacket } from '../../src/objects/ack.js';
import { addressKey, addressTag, encodeAddress } from '../../src/objects/address.js';
import { openBroadcast } from '../../src/objects/broadcast.js';
import { checkObject } from '../../src/objects/check.js';
import { isPowSufficient, powValue, type Difficulty } from '../../src/objects/difficulty.js';
import { encryptedPartOffset } from '../../src/objects/encrypted-part.js';
import { decodeGetpubkey } from '../../src/objects/getpubkey.js';
import type { KeyBlock } from '../../src/objects/key-block.js';
import { decodeMessage } from '../../src/objects/message-encoding.js';
import { openMsg } from '../../src/objects/msg.js';
import { decodeHeader, inventoryHash, tagOf } from '../../src/objects/object.js';
import { decodePubkey, openPubkeyV4, type OpenedPubkey } from '../../src/objects/pubkey.js';
import { displayText, fromHex, toHex } from '../../src/util/bytes.js';
import { MAX_OBJECT_PAYLOAD_BYTES } from '../../src/wire/limits.js';
import { readVectors } from '../support/vectors.js';
import { assertOpened, knownAddress } from './identities.js';

interface Key {
  readonly address: string;
  readonly version: number;
  readonly ripe: string;
  readonly privencryptionkey_hex: string;
  readonly pubencryptionkey_hex: string;
  readonly pubsigningkey_hex: string;
  readonly v4_tag: string;
  readonly v4_broadcast_and_pubkey_privkey_hex: string;
  readonly v3_broadcast_privkey_hex: string;
}

interface Plaintext {
  /** Not for pubkey version 3, which is not encrypted. */
  readonly decrypted_hex?: string;
  readonly bitfield: string;
  readonly pub_signing_key: string;
  readonly pub_encryption_key: string;
  readonly nonce_trials_per_byte: number;
  readonly extra_bytes: number;
  readonly signature: string;
  readonly signed_data: string;
  readonly verifies: boolean;
  readonly encoding?: number;
  readonly message_hex?: string;
  readonly message?: string | null;
  readonly destination_ripe?: string;
  readonly ackdata_hex?: string;
  readonly sighash_msgid?: string;
  readonly sender_address_version?: number;
  readonly sender_stream?: number;
}

/** Written by the recorder as a text or as a list of one. */
type OneAddress = string | readonly string[];

interface RecordedObject {
  readonly hex: string;
  readonly hex_truncated?: boolean;
  readonly length: number;
  readonly header_length: number;
  readonly nonce: number;
  readonly expires: number;
  readonly type: number;
  readonly type_name: string;
  readonly version: number;
  readonly stream: number;
  readonly inventory_hash: string;
  readonly ttl_at_dump: number;
  readonly pow_value: string;
  readonly pow_meets_10_10: boolean;
  readonly pow_meets_1000_1000: boolean;
  readonly made_by_network: string;
  readonly address?: OneAddress;
  readonly from_address?: OneAddress;
  readonly to_address?: string;
  readonly asks_for?: string[];
  readonly ack_of?: string;
  readonly plaintext?: Plaintext;
}

const LOW: Difficulty = { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 };
const USUAL: Difficulty = { nonceTrialsPerByte: 1000, payloadLengthExtraBytes: 1000 };

const recording = readVectors('objects.json') as { keys: Key[]; objects: RecordedObject[] };
const { keys, objects } = recording;
const byHash = new Map(objects.map((recorded) => [recorded.inventory_hash, recorded]));

/** The key behind an address that owns a plaintext. */
function keyOf(address: OneAddress | undefined): Key {
  const key = keys.find((candidate) => candidate.address === [address].flat()[0]);
  assert.ok(key, 'the owner is one of the keys');
  return key;
}

/** The private key for what is encrypted to an address, of the address's own version. */
function addressKeyHex(key: Key): string {
  return key.version === 4 ? key.v4_broadcast_and_pubkey_privkey_hex : key.v3_broadcast_privkey_hex;
}

function difficultyOf(recorded: RecordedObject): Difficulty {
  return recorded.made_by_network.startsWith('real') ? USUAL : LOW;
}

/** Decrypts with `keyHex` and compares with the recorded plaintext. */
function decrypted(recorded: RecordedObject, keyHex: string): Uint8Array {
  const object = fromHex(recorded.hex);
  const offset = encryptedPartOffset(decodeHeader(object));
  assert.ok(offset !== undefined);
  const plaintext = decryptEcies(fromHex(keyHex), object.subarray(offset));
  assert.ok(plaintext);
  assert.equal(toHex(plaintext), recorded.plaintext?.decrypted_hex);
  return plaintext;
}

function checkKeyBlock(block: KeyBlock, plaintext: Plaintext, addressVersion: number): void {
  assert.equal(block.bitfield, parseInt(plaintext.bitfield, 16));
  assert.equal(toHex(block.signingKey), plaintext.pub_signing_key);
  assert.equal(toHex(block.encryptionKey), plaintext.pub_encryption_key);
  const difficulty = {
    nonceTrialsPerByte: plaintext.nonce_trials_per_byte,
    payloadLengthExtraBytes: plaintext.extra_bytes,
  };
  assert.deepEqual(block.difficulty, addressVersion < 3 ? undefined : difficulty);
  const signed = fromHex(plaintext.signed_data);
  assert.equal(
    verifySignature(block.signingKey, signed, fromHex(plaintext.signature)),
    plaintext.verifies,
  );
}

const openers: Record<string, (recorded: RecordedObject, plaintext: Plaintext) => void> = {
  msg(recorded, plaintext) {
    const recipient = keyOf(recorded.to_address);
    const text = decrypted(recorded, recipient.privencryptionkey_hex);
    const opened = openMsg(fromHex(recorded.hex), text, fromHex(recipient.ripe));
    assertOpened(opened);
    assert.equal(encodeAddress(opened.senderAddress), keyOf(recorded.from_address).address);
    assert.equal(opened.senderAddress.version, plaintext.sender_address_version);
    assert.equal(opened.senderAddress.stream, plaintext.sender_stream);
    checkKeyBlock(opened.keyBlock, plaintext, opened.senderAddress.version);
    assert.equal(toHex(opened.destinationRipe), plaintext.destination_ripe);
    assert.equal(opened.encoding, plaintext.encoding);
    assert.equal(toHex(opened.message), plaintext.message_hex);
    assert.equal(toHex(opened.ackPacket), plaintext.ackdata_hex);
    assert.equal(toHex(opened.signature), plaintext.signature);
    assert.equal(toHex(opened.sigHash), plaintext.sighash_msgid);
    if (plaintext.message) assert.equal(displayText(opened.message), plaintext.message);
    assert.ok(decodeMessage(opened.encoding, opened.message));
  },

  broadcast(recorded, plaintext) {
    const sender = keyOf(recorded.from_address);
    const address = knownAddress(sender.address);
    const text = decrypted(recorded, addressKeyHex(sender));
    const opened = openBroadcast(fromHex(recorded.hex), text, address);
    assertOpened(opened);
    assert.deepEqual(opened.senderAddress, address);
    checkKeyBlock(opened.keyBlock, plaintext, address.version);
    assert.equal(opened.encoding, plaintext.encoding);
    assert.equal(toHex(opened.message), plaintext.message_hex);
    assert.equal(toHex(opened.signature), plaintext.signature);
  },

  pubkey(recorded, plaintext) {
    const owner = keyOf(recorded.address);
    const object = fromHex(recorded.hex);
    const address = knownAddress(owner.address);
    let opened: OpenedPubkey | undefined;
    if (recorded.version === 4) {
      decrypted(recorded, addressKeyHex(owner));
      opened = openPubkeyV4(object, address);
    } else {
      opened = decodePubkey(object);
    }
    assert.ok(opened);
    assert.deepEqual(opened.address, address);
    checkKeyBlock(opened.keyBlock, plaintext, address.version);
  },
};

test('the recording is whole', () => {
  assert.equal(objects.length, 45);
  assert.equal(objects.filter(({ plaintext }) => plaintext).length, 23);
  const acks = objects.filter(({ ack_of: ackOf }) => ackOf !== undefined);
  assert.equal(acks.length, 7);
  assert.equal(acks.filter(({ ack_of: ackOf }) => byHash.has(ackOf ?? '')).length, 6);
});

for (const key of keys) {
  test(`${key.address}: ripe, tag and address key`, () => {
    const address = knownAddress(key.address);
    assert.equal(address.version, key.version);
    assert.equal(toHex(address.ripe), key.ripe);
    assert.equal(toHex(addressKey(address)), addressKeyHex(key));
    const tag = addressTag(address);
    assert.equal(tag && toHex(tag), key.version === 4 ? key.v4_tag : undefined);
  });
}

for (const recorded of objects) {
  const name = `${recorded.type_name} v${recorded.version} ${recorded.inventory_hash.slice(0, 8)}`;
  const { plaintext } = recorded;

  test(`${name}: header`, () => {
    const header = decodeHeader(fromHex(recorded.hex));
    assert.deepEqual(header, {
      nonce: BigInt(recorded.nonce),
      expiresS: recorded.expires,
      type: recorded.type,
      version: recorded.version,
      stream: recorded.stream,
      headerLength: recorded.header_length,
    });
  });

  if (recorded.hex_truncated) {
    test(`${name}: exactly the largest object there is`, () => {
      assert.equal(recorded.length - recorded.header_length, MAX_OBJECT_PAYLOAD_BYTES);
    });
    continue;
  }

  test(`${name}: passes the checks of the network it was made for`, () => {
    const object = fromHex(recorded.hex);
    const nowS = recorded.expires - recorded.ttl_at_dump;
    assert.equal(String(powValue(object)), recorded.pow_value);
    assert.equal(isPowSufficient(object, LOW, nowS), recorded.pow_meets_10_10);
    assert.equal(isPowSufficient(object, USUAL, nowS), recorded.pow_meets_1000_1000);
    const minimum = difficultyOf(recorded);
    assert.ok(isPowSufficient(object, minimum, nowS));
    const checked = checkObject(object, { nowS, minimum, streams: [1] });
    assert.equal(toHex(checked.hash), recorded.inventory_hash);
    assert.equal(toHex(inventoryHash(object)), recorded.inventory_hash);
  });

  if (plaintext) {
    test(`${name}: opens and verifies`, () => {
      const open = openers[recorded.type_name];
      assert.ok(open);
      open(recorded, plaintext);
    });
  } else if (recorded.ack_of !== undefined) {
    test(`${name}: is what its msg carried`, () => {
      const msg = byHash.get(recorded.ack_of ?? '');
      const object = fromHex(recorded.hex);
      // One of the messages had gone from the inventory when the rest was recorded.
      const packet = msg ? fromHex(msg.plaintext?.ackdata_hex ?? '') : ackPacket(object);
      assert.deepEqual(readAckPacket(packet), object);
      assert.deepEqual(ackPacket(object), packet);
      assert.deepEqual(ackKey(object), object.subarray(16));
    });
  } else if (recorded.asks_for?.length) {
    test(`${name}: asks for the address`, () => {
      const wanted = decodeGetpubkey(fromHex(recorded.hex));
      assert.ok(wanted);
      const [address] = recorded.asks_for?.map(knownAddress) ?? [];
      assert.ok(address);
      assert.deepEqual(wanted.tag ?? wanted.ripe, addressTag(address) ?? address.ripe);
    });
  } else {
    test(`${name}: relayed, and opened by no key`, () => {
      assertUnreadable(recorded);
    });
  }
}

/** Nothing in it is for us: refused by the reader of its type, or decrypted by none of the keys. */
function assertUnreadable(recorded: RecordedObject): void {
  const object = fromHex(recorded.hex);
  const header = decodeHeader(object);
  assert.doesNotThrow(() => tagOf(header, object));
  const offset = encryptedPartOffset(header);
  for (const key of keys) {
    const address = knownAddress(key.address);
    for (const keyHex of [key.privencryptionkey_hex, addressKeyHex(key)]) {
      if (offset === undefined) continue;
      assert.equal(decryptEcies(fromHex(keyHex), object.subarray(offset)), undefined);
    }
    assert.equal(openPubkeyV4(object, address), undefined);
  }
  assert.equal(decodePubkey(object), undefined);
  assert.equal(decodeGetpubkey(object), undefined);
}
