import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { signMessage, verifySignature } from '../../src/crypto/ecdsa.js';
import { deterministicKey } from '../../src/crypto/keys.js';
import { signatureHashes, twinSignature } from '../../src/objects/signature-hash.js';
import { toHex, utf8 } from '../../src/util/bytes.js';
import { vectorsOfType } from '../support/vectors.js';
import { hexField } from './identities.js';

test('the twin of a signature verifies, differs, and has the signature as its twin', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array(), (seed, message) => {
      const key = deterministicKey(utf8(seed), 0);
      const signature = signMessage(key, message);
      const twin = twinSignature(signature);
      assert.ok(verifySignature(publicKeyOf(key), message, twin));
      assert.notDeepEqual(twin, signature);
      assert.deepEqual(twinSignature(twin), signature);
      const { sigHash, twinSigHash } = signatureHashes(signature);
      assert.deepEqual(signatureHashes(twin), { sigHash: twinSigHash, twinSigHash: sigHash });
    }),
    { numRuns: 300 },
  );
});

test('sig.other-S is the twin of sig.sha256', () => {
  const vectors = new Map(vectorsOfType('signature').map((vector) => [vector.name, vector]));
  const signature = vectors.get('sig.sha256');
  const other = vectors.get('sig.other-S');
  assert.ok(signature && other);
  assert.equal(toHex(twinSignature(hexField(signature, 'sig'))), other['sig']);
});
