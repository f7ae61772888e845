/** Identities for tests of the object codecs, and the fields of test vectors. */
import assert from 'node:assert/strict';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { deterministicKey } from '../../src/crypto/keys.js';
import { decodeAddress, type Address } from '../../src/objects/address.js';
import { addressOf } from '../../src/objects/identity-address.js';
import type { KeyBlock } from '../../src/objects/key-block.js';
import { fromHex, utf8 } from '../../src/util/bytes.js';
import type { Vector } from '../support/vectors.js';

export interface TestIdentity {
  readonly address: Address;
  /** Private, 32 bytes. */
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  readonly keyBlock: KeyBlock;
}

/** An identity made from `seed`, always the same one. Its ripe has no leading zero bytes. */
export function testIdentity(seed: string, version: number, stream = 1): TestIdentity {
  const signingKey = deterministicKey(utf8(seed), 0);
  const encryptionKey = deterministicKey(utf8(seed), 1);
  const keys = {
    bitfield: 1,
    signingKey: publicKeyOf(signingKey),
    encryptionKey: publicKeyOf(encryptionKey),
  };
  const difficulty = { nonceTrialsPerByte: 1500, payloadLengthExtraBytes: 70_000 };
  return {
    address: addressOf(version, stream, keys.signingKey, keys.encryptionKey),
    signingKey,
    encryptionKey,
    keyBlock: version < 3 ? keys : { ...keys, difficulty },
  };
}

/** A hex field of a vector. */
export function hexField(vector: Vector, field: string): Uint8Array {
  const value = vector[field];
  assert.ok(typeof value === 'string', `${vector.name}: no text in ${field}`);
  return fromHex(value);
}

export function numberField(vector: Vector, field: string): number {
  const value = vector[field];
  assert.ok(typeof value === 'number', `${vector.name}: no number in ${field}`);
  return value;
}

/** An address field of a vector, decoded. */
export function addressField(vector: Vector, field: string): Address {
  const value = vector[field];
  assert.ok(typeof value === 'string', `${vector.name}: no text in ${field}`);
  return knownAddress(value);
}

/** The parts of an address that must be valid. */
export function knownAddress(text: string): Address {
  const decoded = decodeAddress(text);
  assert.ok(decoded.status === 'success', `${text}: ${decoded.status}`);
  return decoded.address;
}

/** Asserts that every beginning of `bytes` that is shorter than it makes `check` succeed. */
export function forEveryTruncation(bytes: Uint8Array, check: (cut: Uint8Array) => void): void {
  for (let length = 0; length < bytes.length; length++) check(bytes.slice(0, length));
}

/**
 * Calls back with copies of `bytes` in each of which one byte is changed: its highest bit, since a
 * version 3 object whose lowest version bit changed is a version 2 object, which nobody signs.
 */
export function forEveryFlippedByte(
  bytes: Uint8Array,
  check: (flipped: Uint8Array, at: number) => void,
): void {
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] as number) ^ 0x80;
    check(flipped, at);
  }
}

/** Asserts that opening an object gave its content, not the reason of a rejection. */
export function assertOpened<Opened extends object>(
  opened: Opened | string,
): asserts opened is Opened {
  assert.equal(typeof opened === 'string' ? opened : 'opened', 'opened');
}
