import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deterministicKeys } from '../../src/crypto/keys.js';
import { Keyring } from '../../src/node/keyring.js';
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

test('the keys of what was added, together with those before, are all keys', () => {
  const keyring = new Keyring();
  const [a3, a4, b3, b4, c4] = [
    identity('a', 3),
    identity('a', 4),
    identity('b', 3),
    identity('b', 4),
    identity('c', 4),
  ];
  let known: string[] = [];
  for (const batch of [[a4], [a3, b3, b4], [c4]]) {
    for (const record of batch) keyring.put(record);
    const added = keyring.trialKeysOf(batch.map(({ address }) => address));
    known = [...known, ...added.map(({ id }) => id)];
    assert.deepEqual(
      known.sort(),
      keyring
        .trialKeys()
        .map(({ id }) => id)
        .sort(),
    );
  }
  assert.equal(known.length, 3);
});

test('of disabled and unknown identities there is no key', () => {
  const keyring = new Keyring();
  const record = { ...identity('a', 4), enabled: false };
  keyring.put(record);
  assert.deepEqual(keyring.trialKeysOf([record.address, 'BM-unknown']), []);
});
