/** Many identities at once, and objects for them and for strangers, ready for a store. */
import { publicKeyOf, randomPrivateKey } from '../../src/crypto/curve.js';
import { encryptEcies } from '../../src/crypto/ecies.js';
import { ripeOf } from '../../src/crypto/keys.js';
import { encodeAddress, type Address } from '../../src/objects/address.js';
import {
  initialHashOf,
  powTarget,
  TEST_MINIMUM,
  trialValue,
} from '../../src/objects/difficulty.js';
import { encodeMessage } from '../../src/objects/message-encoding.js';
import { encodeMsg } from '../../src/objects/msg.js';
import { encodeObjectWithoutNonce, inventoryHash, withNonce } from '../../src/objects/object.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import type { IdentityRecord, InventoryEntry } from '../../src/store/repositories.js';
import { NO_BYTES, utf8 } from '../../src/util/bytes.js';

/** Of an identity, what others need to write to it. */
export interface Correspondent {
  readonly record: IdentityRecord;
  readonly address: Address;
  readonly publicSigningKey: Uint8Array;
  readonly publicEncryptionKey: Uint8Array;
}

/** @param lastPubkeySendS 0 would have its key published at once */
export function makeCorrespondent(label: string, lastPubkeySendS: number): Correspondent {
  const [signingKey, encryptionKey] = [randomPrivateKey(), randomPrivateKey()];
  const [publicSigningKey, publicEncryptionKey] = [
    publicKeyOf(signingKey),
    publicKeyOf(encryptionKey),
  ];
  const ripe = ripeOf(publicSigningKey, publicEncryptionKey);
  const address = { version: 4, stream: 1, ripe };
  const record: IdentityRecord = {
    address: encodeAddress(address),
    label: utf8(label),
    enabled: true,
    chan: false,
    signingKey,
    encryptionKey,
    ...TEST_MINIMUM,
    lastPubkeySendS,
    dontSendAck: false,
    mailingList: false,
    mailingListName: NO_BYTES,
    extra: {},
  };
  return { record, address, publicSigningKey, publicEncryptionKey };
}

function entryOf(object: Uint8Array, expiresS: number): InventoryEntry {
  const hash = inventoryHash(object);
  const { msg: type } = OBJECT_TYPE;
  return { hash, type, version: 1, stream: 1, expiresS, tag: NO_BYTES, object };
}

export interface MessageOptions {
  /** Time to live from the beginning on; an hour by default. */
  readonly ttlS?: number;
  /** Without the proof of work of a test network it is refused, unless its sender is a contact. */
  readonly isStamped?: boolean;
}

/** A message, its subject and text the same. */
export function messageFor(
  to: Correspondent,
  from: Correspondent,
  text: string,
  nowS: number,
  { ttlS = 3600, isStamped = true }: MessageOptions = {},
): InventoryEntry {
  const expiresS = nowS + ttlS;
  const keyBlock = {
    bitfield: 0,
    signingKey: from.publicSigningKey,
    encryptionKey: from.publicEncryptionKey,
    difficulty: TEST_MINIMUM,
  };
  const rest = encodeMsg(
    {
      sender: { ...from.address, signingKey: from.record.signingKey },
      keyBlock,
      destinationRipe: to.address.ripe,
      recipientEncryptionKey: to.publicEncryptionKey,
      encoding: 2,
      message: encodeMessage(2, { subject: utf8(text), body: utf8(text) }),
      ackPacket: NO_BYTES,
      stream: 1,
    },
    expiresS,
  );
  return entryOf(isStamped ? stamped(rest, ttlS) : withNonce(0n, rest), expiresS);
}

/** For nobody here; its proof of work is none, the store does not look. */
export function foreignMessage(nowS: number, length = 400): InventoryEntry {
  const expiresS = nowS + 3600;
  const fields = { expiresS, type: OBJECT_TYPE.msg, version: 1, stream: 1 };
  const container = encryptEcies(publicKeyOf(randomPrivateKey()), new Uint8Array(length));
  const rest = encodeObjectWithoutNonce(fields, container);
  return entryOf(withNonce(0n, rest), expiresS);
}

/** The same message under another nonce: a new object as far as anybody can see. */
export function renewed(entry: InventoryEntry, nonce: number): InventoryEntry {
  const object = entry.object.slice();
  new DataView(object.buffer).setBigUint64(0, BigInt(nonce));
  return { ...entry, object, hash: inventoryHash(object) };
}

function stamped(rest: Uint8Array, ttlS: number): Uint8Array {
  const target = powTarget(rest.length + 8, ttlS, TEST_MINIMUM);
  const initialHash = initialHashOf(rest);
  const nonce = new DataView(new ArrayBuffer(8));
  for (let tries = 0; ; tries++) {
    nonce.setUint32(4, tries);
    if (trialValue(new Uint8Array(nonce.buffer), initialHash) <= target)
      return withNonce(BigInt(tries), rest);
  }
}
