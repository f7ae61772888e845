import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatBytes, fromHex, toHex } from '../../src/util/bytes.js';
import { ObjectError } from '../../src/objects/errors.js';
import { encodeObjectWithoutNonce, inventoryHash, withNonce } from '../../src/objects/object.js';
import { decodeOnionPeer, encodeOnionPeer } from '../../src/objects/onionpeer.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { encodeHost } from '../../src/wire/net-addr.js';
import { encodeVarint } from '../../src/wire/writer.js';
import { checkRandomBytes, checkTruncations } from '../support/codec.js';
import { readVectors, vectorsOfType } from '../support/vectors.js';

/** The Tor Project's own site: a real name with a right checksum. */
const REAL_NAME = '2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion';

const FIELDS = { expiresS: 1_797_000_000, stream: 1 };

/** An object with any port and host bytes. */
function objectOf(port: number, host: Uint8Array): Uint8Array {
  const fields = { ...FIELDS, type: OBJECT_TYPE.onionpeer, version: 3 };
  return withNonce(0n, encodeObjectWithoutNonce(fields, concatBytes(encodeVarint(port), host)));
}

describe('onionpeer', () => {
  for (const vector of vectorsOfType('object')) {
    if (vector['onion'] === undefined) continue;
    it(`encodes and decodes ${vector.name}`, () => {
      const object = fromHex(vector['object'] as string);
      const peer = decodeOnionPeer(object);
      assert.equal(`${peer.host}:${peer.port}`, vector['onion']);
      const expiresS = vector['expires'] as number;
      assert.deepEqual(encodeOnionPeer(peer, { expiresS, stream: 1 }), object.slice(8));
      assert.equal(toHex(inventoryHash(object)), vector['inventory_hash']);
    });
  }

  it('has the layout of the recorded one, whose name of zeros is refused for its checksum', () => {
    const { objects } = readVectors('objects.json') as {
      objects: { hex: string; type_name: string; expires: number }[];
    };
    const recorded = objects.find(({ type_name }) => type_name === 'onionpeer');
    assert.ok(recorded);
    const host = `${'a'.repeat(55)}d.onion`;
    const made = encodeOnionPeer({ host, port: 8444 }, { expiresS: recorded.expires, stream: 1 });
    const object = fromHex(recorded.hex);
    assert.deepEqual(made, object.slice(8));
    assert.throws(() => decodeOnionPeer(object), { code: 'malformed', message: /checksum/ });
  });

  it('takes real version 3 names and IP addresses', () => {
    for (const host of [REAL_NAME, '1.2.3.4', '2a00::1']) {
      for (const port of [1, 65_535]) {
        const object = withNonce(5n, encodeOnionPeer({ host, port }, FIELDS));
        assert.deepEqual(decodeOnionPeer(object), { host, port });
      }
    }
  });

  it('refuses ports out of range, hosts of other lengths, wrong checksums', () => {
    const host = encodeHost(REAL_NAME);
    const wrong = host.slice();
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    for (const object of [
      objectOf(0, host),
      objectOf(65_536, host),
      objectOf(8444, host.subarray(1)),
      objectOf(8444, concatBytes(host, new Uint8Array(1))),
      objectOf(8444, wrong),
      objectOf(8444, new Uint8Array(41)),
      objectOf(8444, new Uint8Array(0)),
    ]) {
      assert.throws(() => decodeOnionPeer(object), { name: 'ObjectError', code: 'malformed' });
    }
    assert.throws(() => encodeOnionPeer({ host: 'example.org', port: 1 }, FIELDS), RangeError);
  });

  it('refuses every cut and survives anything', () => {
    const whole = objectOf(8444, encodeHost(REAL_NAME));
    // Cut there, the host has the 16 bytes of a version 2 name: nothing tells the difference.
    const asVersion2 = whole.length - 25;
    assert.match(decodeOnionPeer(whole.slice(0, asVersion2)).host, /^.{16}\.onion$/);
    checkTruncations(whole.slice(0, asVersion2), decodeOnionPeer, ObjectError);
    for (let length = asVersion2 + 1; length < whole.length; length++) {
      assert.throws(() => decodeOnionPeer(whole.slice(0, length)), ObjectError);
    }
    checkTruncations(objectOf(8444, encodeHost('1.2.3.4')), decodeOnionPeer, ObjectError);
    checkRandomBytes(decodeOnionPeer, ObjectError);
  });
});
