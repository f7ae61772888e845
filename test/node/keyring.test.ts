import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deterministicKeys } from '../../src/crypto/keys.js';
import { Keyring, type TrialKeyChange } from '../../src/node/keyring.js';
import { encodeAddress } from '../../src/objects/address.js';
import type { IdentityRecord } from '../../src/store/repositories.js';
import { NO_BYTES, utf8 } from '../../src/util/bytes.js';

function identity(passphrase: string, version: number): IdentityRecord {
  const keys = deterministicKeys(utf8(passphrase), { leadingZeroBytes: 0 }).next().value;
  return {
    address: encodeAddress({ version, stream: 1, ripe: keys.ripe }),
    label: NO_BYTES,
    enabled: true,
    chan: false,
    signingKey: keys.signingKey,
    encryptionKey: keys.encryptionKey,
    nonceTrialsPerByte: 1000,
    payloadLengthExtraBytes: 1000,
    lastPubkeySendS: 0,
    dontSendAck: false,
    mailingList: false,
    mailingListName: NO_BYTES,
    extra: {},
  };
}

function deterministicRipe(passphrase: string): Uint8Array {
  return deterministicKeys(utf8(passphrase), { leadingZeroBytes: 0 }).next().value.ripe;
}

/** Keeps the keys under trial as the changes tell. */
class Trials {
  readonly keyring = new Keyring();
  readonly ids = new Set<string>();

  apply(change: TrialKeyChange | undefined): void {
    if (change?.removed !== undefined) assert.ok(this.ids.delete(change.removed));
    if (change?.added) this.ids.add(change.added.id);
    assert.equal(this.ids.size, this.keyring.trialKeys);
  }

  put(...records: IdentityRecord[]): void {
    for (const record of records) this.apply(this.keyring.put(record));
  }

  remove({ address }: IdentityRecord): void {
    this.apply(this.keyring.remove(address));
  }

  get named(): string[] {
    return [...this.ids].sort();
  }
}

function addresses(...records: IdentityRecord[]): string[] {
  return records.map(({ address }) => address).sort();
}

test('each key is tried once, under the first address that has it and is enabled', () => {
  const trials = new Trials();
  const [a3, a4, b3, b4, c4] = [
    identity('a', 3),
    identity('a', 4),
    identity('b', 3),
    identity('b', 4),
    identity('c', 4),
  ];
  trials.put(a4);
  trials.put(a3, b3, b4, c4);
  assert.deepEqual(trials.named, addresses(a4, b3, c4));
  trials.put({ ...a4, enabled: false });
  assert.deepEqual(trials.named, addresses(a3, b3, c4));
  trials.put({ ...a4, label: utf8('enabled again') });
  assert.deepEqual(trials.named, addresses(a4, b3, c4));
  trials.remove(b3);
  assert.deepEqual(trials.named, addresses(a4, b4, c4));
  trials.put({ ...b4, enabled: false });
  assert.deepEqual(trials.named, addresses(a4, c4));
  trials.remove(a4);
  trials.remove(a3);
  trials.remove(a3);
  assert.deepEqual(trials.named, addresses(c4));
  assert.deepEqual(trials.keyring.byRipe(deterministicRipe('c')), [c4]);
  assert.deepEqual(trials.keyring.byRipe(deterministicRipe('a')), []);
});

test('a change that does not touch the key changes nothing under trial', () => {
  const keyring = new Keyring();
  const record = identity('a', 4);
  assert.deepEqual(keyring.put(record), {
    added: { id: record.address, key: record.encryptionKey },
  });
  assert.deepEqual(keyring.put({ ...record, label: utf8('renamed') }), {});
});

test('of disabled and unusable identities there is no key', () => {
  const trials = new Trials();
  trials.put({ ...identity('a', 4), enabled: false });
  assert.equal(trials.keyring.put({ ...identity('b', 4), address: 'BM-nonsense' }), undefined);
  assert.deepEqual(trials.named, []);
  assert.equal(trials.keyring.remove('BM-nonsense'), undefined);
});
